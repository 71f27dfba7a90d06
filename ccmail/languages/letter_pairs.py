"""The pairs of letters in the names of languages; made by tools/count_letter_pairs.py."""

from __future__ import annotations

from typing import Final

# By language: how usual pairs of letters are (as a logarithm, 1 is the most), and the pairs; ^ and $ are a word's ends.
PAIRS: Final[dict[str, dict[int, str]]] = {
    "de": {
        0: "örmühöürünölülrööcrüärühöshülüköhäänütöhönüb",
        -1: (
            "bögüätélüdkäsüérëlréücüsbülépöß$äfjüé$bädögöjälömööfläfüißjötääumämétüöbötäcßeägaëcéoëräsésöwäögtö^ä"
            "dédüeßküoévöähälènéaéeöd"
        ),
        -2: "ußzöhéäiäs^öfögélènçwöásädèlèsédéméoépömgänöóndärísäaßcäfäièlámánènénüoßoïrètéwüzüßbánânçoébïsöpämük",
        -3: (
            "aïlónäpäpütáãoçaümbécádèfáhèhêhôjélânêoãpérôsèsótâtóuívávézäßfßlßnßwábátáuä$äbäkègèvécégénésétévênês"
            "ëmíaícísïcó$ômônökövöwöxözößü$üe"
        ),
    },
    "fr": {
        1: "réé$élérlé^ééeménéaïhéëléotéémaëbéénég",
        0: "éddécééaséétgéépésévènèriéoéécnç",
        -1: "ièpérèvééboëoïzéèlègï$èslèèvïsïtféuéïdcôdèjénèçaçogèhèî$îtômuè^îeïsèwéâtéqîlïcïqôt",
        -2: "aîfèhêkérôvêéfênêqëtïrvèèqézêtïlaéhôríyèyéètékínïmbâbèhîmünîoîpèrêrîsãuëãoèbècèdéuéwéâëvîmïnôpül",
        -3: (
            "açaʼcóiêiólámèrâtètîuïánåléiïaïeïgïwónórüsʼ$^å^üaâaíbábücúdôeñgûhâhʼkölómámåmêmînânínónüoûpâpürüuáuñ"
            "võxéá$ápárâgâhânâqâyè$èzéhêmí$íoïbïkñiñoó$óoô$ônõröl"
        ),
    },
    "it": {
        0: "à$ò$",
        -1: "è$tàù$ì$lòöl",
        -2: "dìmütùvöhövòß$ühé$ißmènànèoèrèrùßeöf",
        -3: "hémétöüsaßbèbùcòdàdòdùfèfùgöiàlèlìlùlümìmönònönüoßoàpàpéràrärìròrösèsòsösùtòtüuèvìä$örösötövößücünür",
        -4: (
            "ålón^å^ø^čaçaʻbücócúfæhíhʼiókʼlílómámånípürérísãtáuávívõzłá$ánárãoærçaélémérétí$íaíkínívórõröbøeúnük"
            "čiłoʻaʼiʼw"
        ),
    },
    "es": {
        2: "ánón",
        1: "íaésríñoañróñaíní$",
        0: "iólá^áeñó$é$áriñlómáménérácáénñecótáéltívádámíá$uíásiálíálbálénánírédétóuññidíérmó",
        -1: "uéíocísááeaígóísdóórú$ázósúntéjócéeógáoñávbégümúséígtúvéámúlüejápúzáágáuíqólómúñiéádátét",
        -2: (
            "^íaébóoépápípóuávíyáábáiílód^ófáféfípérúsíyéà$ácáxáñèségévírítófúzhéópaúdúhánúoívówázúáfíbídífímúr^é"
            "^úgègéjírèsúvàyózàzóájáqébécédéeéiéxícíeízíññuñíñóóbótózóñúdúgús"
        ),
        -3: "búcúgúhúkákélúápúa^ñ^übícôeúhíiújúkíkökúkʼnó",
    },
    "ca": {
        3: "à$",
        2: "èsià",
        1: "nèí$tàànó$làríèrdèlèlí",
        0: "tíàròn^àióíaínú$càuàé$eàgàmàrètòuèílrúsíòróngümóníràuíàlàsçaísítús",
        -1: (
            "^ídàdílómètèvèàtàuè$úlúrüe^á^èaïbàdòfíhíjúménúoàsétózààbàfàmálèlèníbírívòlòpòtóeülaçaýbècècòcódúeçgè"
            "gòiòjàkíkúlálòmònànçoçoípóròsàsòvàvíxèàvánålçoècètémífígíoípïnïsòsòvórögürý$"
        ),
        -2: (
            "^å^üaèaíaúaüaşbábébòbóbúcôeïeòeüfèfògígúhàhèhéhồièiüjükölémámåmímúnònüoèpèpépípòpúpürçrérörüsãsèsósú"
            "tötúuáuéuïvòwòxéxíxóxúyàyèyéyú"
        ),
    },
    "pt": {
        2: "ão",
        1: "ânaççaçãêsé$nçtãármé",
        0: ("ísíc^átóónlímãréínôntáá$lânêríémérórláã$ésmánéálásço^íéliãnídãrárúséábávbáiçmíuéuêuíágáténênmêtââmílív"),
        -1: (
            "sãíbõedêhãlôrãsítôvãácáuãeítúbúlaídádólétêtíóvún^écãhélómónánúoívévíévê$ígípírúc^âbécécífágágéiájúlê"
            "mõoápázâécéoúscácódôgãiórçádólópósbócâdégâgóiélúoçpãsátúvávêxãégíçúr"
        ),
        -2: (
            "aúbâbãcçcôdâeãeçeógíháiêjãjékélãmâmôoãoépópúrârórõtéuáuâuãáfáqébéiétéxêdêmêvótôaômújcêeúiúnãpésóápázíaíd"
        ),
        -3: "aéaʻ",
    },
    "nl": {
        2: "ië",
        1: "ë$",
        0: "ëlënoëwâé$aïâl",
        -1: "aëërméeëéeélhéréïsït",
        -2: "nçhûnéânçoènûsoïköröålçaïnöe^åaçböeüféhöhúièjèkûlâlèmûoéoösétéègéuëdïrökönörösúnûbûnün",
        -3: (
            "cóióánî$ïeónór^îaʻbáeïhíhʼkîkʼlálélílómámånínînüpürísãtötıuáuïvõzüá$árãoéaémérëmí$íaíoívîlïaó$õröböl"
            "ükürüsırʻaʼiʼw"
        ),
    },
    "da": {
        2: "ørrø",
        1: "årærø$søgåønløhø^øøsøjbæølødæk",
        0: "møvænøøvjø^åæstøøbbøkøålkæjæøyrælænærååsælåbæbøe^æægfægøå$",
        -1: "ænådtåøglåfømåsæågømhåvådømæé$fåkåsååkævøk",
        -2: "ætbåøfeægætædæménånérévøåmånåvæaædücpåpæhærüæiínöløi",
        -3: "aåcæeøhähéjökülümüoøpørírösãxøãoänåeæ$æcæmæoæuésömøhøtügüncóióuøá$çaémónórúnürüs",
        -4: "^üaçaíaʻbábücúeşhíiøiúişkökʼlálélómánçnünănʼtátöuávízüánápáréaéléréuíaíkó$öbümăuşiştʻaʼkʼw",
    },
    "sv": {
        2: "rööm",
        1: "jöör^öösänénöasövä",
        0: "^åköäsärödréönläåkåsgööllööpléé$ögmå",
        -1: "märåägå$déeåhähöötnöräånåröbbägäjämöäcö$öfhå^äätågéaböföménésétöuöälävåléeöhöv",
        -2: "kätäçafäkålånäoçpåríämésínaögåhépäsãsåtåyözéãoädäxåbåhéucódöióláuáá$ánémó$ónórúnürüs",
        -3: (
            "^üaçaéaíaʻbábücúeäeñeögãhíiúişkékʼlílómánínónünăpépürüsätávõyézüáiápárã$ådéiélérí$íaíoívñoõröiükümăuşiʻaʼw"
        ),
    },
    "fi": {
        2: "lää$jäärän",
        1: "määkäipäö$käääälnätävä",
        0: "önämhäsäkörätšäjdžröäsäeätiötöävénäh",
        -1: "žaölšajölöšežiréöbšiašdöömméök^äbönöpövöé$öröy",
        -2: "ínšuišrí^šdéfösãsöwäyäyözéãoägäyögöjösšk",
        -3: (
            "cófähéhíiäiókʼušá$ánónórúnürüsšošt^ñ^üaçaíbábücúeäeñeʼhåhồiúişkšlálílómámåmšnînünăpépüqırütátútıuáví"
            "võyézüzızłáräaäfäpåbålçaéaéléméréuéxí$íaíkívî$ñeñoó$õröpötöäööú$ükümăuılırızłoşiš$šgšmšnž$žpžuʼ$ʼiʼw"
            "ồ$"
        ),
    },
    "is": {
        2: "örórríjöðuís^þóliðlíjóíaþóín",
        1: "^árórðósdírúuðý$ásúnónálðsáríðímnínýdó^íðasótívíúlþo",
        0: (
            "nóóðjáí$ýrðbðisísæráðm^óaðó$tó^úíkðvóm^öölíeírmímórölónþúsótöðjúgíhóúrþjðrnæþrígvölúháð$ðlærtýnúánóa"
            "íuöghúlágó"
        ),
        -1: (
            "págþmákólýá$ævíteðífúðbíóiútgúaíkítúvéfíkúúeáðæbívdýeólöúmákðgbóófbúsösúhöænóvdúódílátók^ækátþðnönúa"
            "læíbóbökmýoðælídðóþemúðfúbúdrþétrérýhíópfáðjös^ýhésýéðóenáíóú$"
        ),
        -2: "úkfþléváðþýspímöúgyþávæmæsöfþifúégóhbákæágbægýlþ",
    },
    "sq": {
        4: "ë$",
        3: "ërësrëdëjëkëtë^çhënëpë",
        2: "ëlbëqëçeçëënëz",
        1: "açfëgëmërçvëzëç$çaëpëtëv",
    },
    "et": {
        2: "tš",
        1: "ärmäürpõdžpääešeänšašiää^šlõõl",
        0: "üüõu^üjõläõhkäjüülžiža^õküvõätõmšojäkõväõdühmünõtõõiõr^žašišähõgžu",
        -1: "süõnütšuhäpütüägõeõsöölümémõrütäé$ölštršsöušälõtõššmbõdõežmörärõsäädäsõzötümüsüvškšvžd",
        -2: (
            "aübüfägõhéiólálžréríröá$ánäiémínõ$õkõvönúnüaüküpžežkaçaíaşaţbácócúeägūhôhõiúişjākökšlélömámåmšnänünă"
            "nšožpésãtátötōuávíyéyāyōzõzüápárãoä$ålçaéaéléréuéxíkíoó$ónórô$õbõõö$öbü$üdüfünüšālāḑăuō$ōkşgşišnţ$ūn"
            "žbžožpḑ$"
        ),
    },
    "lv": {
        3: "iņ",
        2: "ņašuņšš$ešārānīt",
        1: "īnlīdžmāērālrītāvīrāņu^ā^čīr",
        0: (
            "dālātīkānājūābļužaeļrēvāčiaņdīrūāņzīīdbēīl^šgāā$ācādēnībūlišlūģišažiiājāmīpāsīčaīzūmūr^ēlēvēņežuzāāz"
            "ūsašoņpēāfāmētēzķeķiļaņi"
        ),
        -1: (
            "aķbācīičjēnīātāvčeējģeī$īcšsnēēģūnačgēiķčuēlīvšo^ģ^ķ^ņdūkļoģsāušāļēkēsšiūd^īeāgīiļkšoļpītētūāgākāsīk"
            "ķīļģšvūtžāžī^žažeķgšhākēmēmūnčpūršuāčoēvīgše"
        ),
        -2: "gļlžučēdēņģuīsšjškštūcūkūzžožūaēaļbīečfēgūhēiūkīmčnšuēuņzēzņāžčīčūē$ēmīpīņķuļkļrļsšržb",
    },
    "lt": {
        4: "ų$",
        2: "ė$iųčinų",
        1: "nėdžečrųtųėjlė^člųkųrė^šjųžiūntė^žža",
        0: "bųdųgųėsašičsųvėčašašištrūėnūrmėmųušžeišzųžuškdė",
        -1: "pėšršušvačjūkšoščežyeškūtūučvųčušešobėfųhųjėmūsėužėdšųūzžo^ąbūcūdūežgėgūiūižkępūsąyšąžčoęsūbūt",
        -2: "ažlžmčnčnšršyčąsčųėtšmšyūsžs",
        -3: "aūbčcųfėhėkėmšnünūočožpčpųržyžüsąjč$čpčėėlėrš$šcšnūgūkūčž$žnžėžū",
    },
    "pl": {
        2: "łaałło",
        1: "ołńs^łń$ońś$^śańówsłośłu^ż",
        0: "ułł$łkśwłyięróełórłeaśędżaśkżyścślińńceśuśśndłeńkóęgżegóęcźnjęyśębądąsdżół",
        -1: (
            "ętbłióójąbzłożoźć$żoiągłażkłręyńwłcłiłpłwóaźlątóiśmłzęózłółtłcdąrąwęzóódękżunópóągątż$ećwąząącćkępłę"
            "żndźuńólśrźdbądęhłkęlęrłrżóbóżąkęsężłąjółn"
        ),
        -2: ("yłź$eźeżgągęmępęsątęużógążłbyżżd^ćbóiżmąoććwłgśmśćźlźwłdżiżktąuźąpżmaćhójąmżpśsętłućósązęzłwłzńkźmżbżó"),
        -3: "łmdónęłpbębźcąfąićjćjślólżmórüsóyćé$ócóźügąfćcćmęś",
    },
    "cs": {
        3: "á$št",
        2: "váý$é$kýí$kéká",
        1: "án^šráčenáínřenšní^čtáněušlílááliššoečošřišeš$ákrště^ž",
        0: (
            "ešvíašdžřííkírmítřžiškát^újštščknýnéáržabřčihálščnořžebípábátíděmáč$ožě$ětdšičvéměpřučázášílčíělšibě"
            "dátývývěšpšťžoáděmežýnň$^řcímšyšítíčřoůvčaějěkňaší"
        ),
        -1: (
            "lčáčářýcčtšvdřeňř$šalýoččorýěsžáaňažiřkšsáéníšěpačařužzáácájásdéríúdšneřlélžpírůňkť$žkžnžíbšgšjáménž"
            "zíšsž$všámížýděžžddíoňrésýtévčáhážúsútďařaťaůžgáhřmčzšélémésíběnžš"
        ),
        -2: "eátůuáávídýk",
    },
    "sk": {
        4: "á$",
        3: "vá",
        2: "káé$čiík^š",
        1: "náý$šoičče^čkýárušškínčačokéánráašákošštňaníčkiššač$š$šilínénčlá",
        0: "áčľatážiečríočálačšezámáášeľčíľo^ďža^žešrčoľháňoďuľuaňjčtí^ľužírbáeňlčátmíň$ažžeaľvéžnsáižpá",
        -1: (
            "nýdáťačnbídžádšušígákúežúbvívčávučiáožíčďadíázábámúsšťľkžoaďyšásľ$ácónšvlúréoňvýáňúščášpbčjárútčšnór"
            "ýcšsuľížrňáľväílútcúúcďoť$iňérícívkšénúčtézíňááhézžslšmčpčršsťúrž$húrýážžk"
        ),
        -2: "dčméät^úcíbšfákľí$čtľnšúlžnšróúzľslétóľšdúdľeápísúyňíšúk",
    },
    "hu": {
        2: "ánárváó$ág",
        1: "mázátáálráláásnéérézsáátő$örékéshádáröírnárépáróázén",
        0: (
            "bágáác^ákóádák^éélgótóvézébéjákáméém^óködéhéléégónüllíávínósózdóiáábétsósőtözőámpéyöópótözeágéríséór"
            "öliólózíé$ökür"
        ),
        -1: (
            "kéívófóiújaúmírütétüájédíbönösúz^íbófáfükínórútítőyázözüüs^ú^üaódífögöjójúkőnőyíyőápépítólögőr^öhósí"
            "uáébécílócódóvúdúrüzűskülömópúsüí$ídímóböeöpövú$úlők"
        ),
        -2: "dúdüdődűfőgúgőhíoéoósãvöyézózűáhãoéuévíkómúnücükünőfőiővőzűccómürűtúvóá$",
    },
    "sl": {
        3: "čišč",
        2: "škičč$jšnš",
        1: "žiaš^šžaršošišdž^ččešaeš^žžeušož",
        0: "štšemšačužčnž$ažvšežočtššilščadšržžnečnčš$ićć$",
        -1: "ižšnšvčušošpbšgščrrčvčšulžmčuč",
        -2: "pššmšrmžnžvžčjčkčožmfškökšpčžu",
        -3: "^åaçbčhéiómérésãuáwšzüárãoålçaé$éléuónöbölürčvšhšlžbždžp",
    },
    "hr": {
        4: "ićć$",
        2: "^ščišiič",
        1: "čkačškžiče^češčaišaššaoššežežauš^ždž",
        0: "š$štožrščuučočužažnčrčečč$ižžuržšu^đež",
        -1: "špšnčnđađušožnćešvščžd^ćaćčošćađkšlčđejčćačjđi",
        -2: "nđrđćožojšménšćibčećlžvčé$šlšređkčnžpčrísãuđvšãoínćnćuž$žm",
        -3: "mčålčv^åaçhéióiđkʼlšmåpüréuázüárçaéléuéxónüküršgšmʼw",
    },
    "ro": {
        3: "ă$",
        2: "năcă",
        1: "ţizăţaiţuţnţaşrătălă",
        0: "ş$ălaţeşţămăţ$ărşt^şăddăşoişânătuşăuşi",
        -1: "săşaeţbăoşsâşuârănâmmâpărâşă",
        -2: "dâgâkâmţoţvâvăâlâzăcăiămăsăzşcşeşkţk^îfâgăhéhărţtîålé$înón",
        -3: "^å^ţaçcócôhʼiókökʼlílómåménünşpţrérírşsãuáuăzüárãoçaéléuínívî$îrórôtölürüsăgăţşgşmţeʼiʼw",
    },
    "tr": {
        2: "güül^ö^şünür",
        1: "özı$şaça^çş$aşınçesışeoğmügö^ütüağkıç$işlıılşidıümnçğaçi",
        0: "süökırlütıkçdüü$rıeşuğörızönükgıyüküaçüsıkımyığuhülâuşüzuçğ$ışrütçüdnüzüüçrşücçokönısö",
        -1: (
            "eçühğlşıbüübüşiçâlütısrçzıçıüfğdölşklşoççlçuüvıçşroşlçtöyşğıeğhımıpıçbçköhövöğügüyğbğeğmğrşhşücüiğnş"
            "ğiştşuıtşç"
        ),
        -2: (
            "^âböcıdöfüfıhşkâlöâ$âmâtçgçsömğcıdıfıgıvıyşcşopçsççyççıpbıpüröösüp^ğhâhçlûmömşnöuövâvüvıvşyçyözçzöâd"
            "ânâyâzçmçnöcögöyûlüeüjüğğoğtğvğçğüıa"
        ),
    },
    "el": {
        4: "ς$",
        3: "ουα$",
        2: "αν^κηςος^μη$καού^ακοαρυ$^ππο^σλοντπαρααλ^τμαίαμπλατσάκκηστριροτααςικάνυλτο^για",
        1: (
            "ατίδ^βαμιάναιοδηερνηλιυρσα^λδοασγκ^χή$ακνι^ντζσι^δά$ρίσούλκάολβαγινίαγν$^ετινοελλίλάής^φτηάρρηόπιντρ"
            "λήλεισαπνάτάίνονράχα^ρμο^ιγοωνδαργλλνδσίμάληκόενοποργεγαι$όςίκένο$ννρό"
        ),
        0: (
            "ομτίευμιτευσ^θπευτάς^ζύράτδρνόχρζαιλκρέλσηαβκλσκιτκιμεσάαυρεμησεθετόαφδάημχολέίοζιπάβοειιώπί^οίτογπρ"
            "άλώτωρδινεσσοδοσπιυκάδέρκωρυετυμφαβεεοκίωτκυβι"
        ),
    },
    "cyr": {
        3: "а$сканка",
        2: "овкокио$^карини$^сеннаван$я$ра^млав$^б^аерроалримай$к$ор^пталинсностийон^тни^вев",
        1: (
            "^гел^долав^ньк^лнклеилвенетитосьреисгалодамиат^рр$бальирамсивисапаасосндгосеикияаддое$моаяянрсвсурим"
            "медеом^еак^здиет^хза^ф^о^ибочево^чбепетейсесслодпоиттрнгт$айі$^яјантруь$івхасо^ш"
        ),
        0: (
            "емнігеагкуейијокс$л$едогкркіуслібиія^уабтубуксуничркбрлугрртукінекм$дропотапаххогикечофиецргмбд$аззи"
            "обидшарнгуріулчашктсджрдозійивпр"
        ),
    },
    "sr": {
        3: "а$ски$кианка",
        2: "ов^сјаарко^ко$^мваијринснаматараинн$енал^бстнонион^аислилавсер^торев^птови",
        1: (
            "^н^лтиамро^г^д^вгаолатдабае$ићнећ$вендресилеајилрснгад^јпаелсаикмодиурломигодоетир^ијср$итостр^расак"
            "^хмеру^ебизасесотеавомбов$ејвоагдентпек$бепотсапкрс$^фимунче^ззимбхалу^от$је"
        ),
        0: (
            "л$лсбуемчкгиед^честу^уу$окшкгеотд$брку^цазекиеабдсуаусаугривнкртјугвибицојркукцаипугкеич^шфрахџиачци"
            "шајоегопксм$рдцеј$огумезоафиаиутпирнча"
        ),
    },
}

# By language: how usual a letter is where its pairs are not in the table, and the letters.
LETTERS: Final[dict[str, dict[int, str]]] = {
    "de": {
        -1: "öü",
        -2: "äé",
        -3: "ß",
        -4: "èëá",
        -5: "íóçïô",
        -6: "âêãú",
        -7: "åõāłşʻʼ",
    },
    "fr": {
        0: "é",
        -2: "èïë",
        -3: "î",
        -4: "ôçêâ",
        -5: "üíóá",
        -6: "ãʼåñû",
        -7: "õöú",
    },
    "it": {
        -4: "àòöèùì",
        -5: "üßé",
        -6: "í",
        -7: "áäóåʼãæçõøúčłʻ",
    },
    "es": {
        -1: "áóíé",
        -2: "ñ",
        -3: "ú",
        -4: "ü",
        -5: "àè",
        -7: "ãôöʼ",
    },
    "ca": {
        0: "à",
        -1: "èí",
        -2: "òóú",
        -3: "éüçá",
        -4: "ïö",
        -5: "åýãôşồ",
    },
    "pt": {
        -1: "ãáéíç",
        -2: "êóâú",
        -3: "ô",
        -4: "õ",
        -6: "ʼåöüʻ",
    },
    "nl": {
        -1: "ë",
        -3: "é",
        -4: "ïâöû",
        -5: "çèüó",
        -6: "áåíîúʼ",
        -7: "ãõıʻ",
    },
    "da": {
        0: "ø",
        -1: "æå",
        -4: "éü",
        -5: "öí",
        -6: "áóãä",
        -7: "çúşʼăʻ",
    },
    "sv": {
        0: "ö",
        -1: "ä",
        -2: "åé",
        -4: "í",
        -5: "áóüçã",
        -6: "ú",
        -7: "ñõăşʻʼ",
    },
    "fi": {
        0: "ä",
        -2: "ö",
        -3: "šéž",
        -4: "í",
        -5: "üáó",
        -6: "ãúıʼåñ",
        -7: "çîõăłşồ",
    },
    "is": {
        0: "íóð",
        -1: "öáúþ",
        -2: "ýæ",
        -3: "é",
        -7: "çʼ",
    },
    "sq": {
        2: "ë",
        0: "ç",
    },
    "et": {
        -1: "äõšü",
        -2: "ž",
        -3: "öé",
        -4: "áí",
        -5: "óúāōş",
        -6: "ãåçôăţūḑ",
    },
    "lv": {
        0: "ā",
        -1: "īņšē",
        -2: "ūžčļ",
        -3: "ķģ",
    },
    "lt": {
        0: "ų",
        -1: "ėčšž",
        -2: "ū",
        -4: "ą",
        -5: "ę",
        -6: "ü",
    },
    "pl": {
        0: "ł",
        -1: "śń",
        -2: "óżęą",
        -3: "źć",
        -6: "éü",
        -7: "áúãäåçôõʼ",
    },
    "cs": {
        0: "áš",
        -1: "íčýéřžě",
        -3: "úňů",
        -4: "ťóďü",
        -6: "å",
        -7: "ãäçõʼ",
    },
    "sk": {
        1: "á",
        0: "čš",
        -1: "íé",
        -2: "žľýňú",
        -3: "ďťó",
        -4: "ô",
        -5: "ä",
        -6: "ŕ",
        -7: "üåãçêʻʼ",
    },
    "hu": {
        0: "á",
        -1: "éó",
        -2: "öíőüú",
        -4: "ű",
        -5: "ã",
        -6: "åçʼ",
    },
    "sl": {
        0: "šč",
        -1: "ž",
        -4: "ć",
        -5: "é",
        -6: "öáãåçóü",
    },
    "hr": {
        0: "ćš",
        -1: "čž",
        -3: "đ",
        -5: "é",
        -6: "ãíåü",
        -7: "áçóʼ",
    },
    "ro": {
        0: "ă",
        -1: "ţ",
        -2: "ş",
        -3: "â",
        -5: "éîó",
        -6: "åíüʼáãçôö",
    },
    "tr": {
        0: "ü",
        -1: "ışçöğ",
        -3: "â",
        -6: "éûå",
        -7: "áãíóôõʻʼ",
    },
    "el": {
        1: "αο",
        0: "νρκτλιςσυηάμπεί",
        -1: "δγόβύέήζχ",
        -2: "φωθώ",
        -3: "ξϊ",
        -4: "ψΐ",
        -6: "ϋ",
    },
    "cyr": {
        1: "аион",
        0: "керсвлтмд",
        -1: "угбяіпйьчз",
        -2: "хшфцјжыю",
        -3: "эъщ",
        -4: "єїџў",
        -5: "ґʼњё",
        -6: "ѓљ",
        -7: "ћђќѕ",
    },
    "sr": {
        1: "аикосн",
        0: "ервтлмју",
        -1: "дгбп",
        -2: "зчхшцћф",
        -3: "џжњљђ",
        -4: "ѓ",
        -5: "ќ",
        -6: "ѕ",
    },
}
