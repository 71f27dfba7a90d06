"""Which letters stand beside each other in the names of a language: counted, not written (tools/count_letter_pairs.py)."""

from __future__ import annotations

from typing import Final

# By language: how usual (as a logarithm, 1 is the most), and the pairs that are; ^ and $ are a word's ends.
PAIRS: Final[dict[str, dict[int, str]]] = {
    "de": {
        -1: "örmühöürünölülrööcrüärühöshülüköhäänütöh",
        -2: "önübbögüätélüdkäsüérëlréücüsbülépöß$äfjüé$bädögöjälömööfläfüißjötääumämétüöbötäcßeägaëcéoëräsésöwäögtö",
        -3: (
            "^ädédüeßküoévöähälènéaéeödußzöhéäiäs^öfögélènçwöásädèlèsédéméoépömgänöóndärísäaßcäfäièlámánènénüoßoïrètéwüzü"
            "ßbánânçoébïsöpämük"
        ),
        -4: (
            "aïlónäpäpütáãoçaümbécádèfáhèhêhôjélânêoãpérôsèsótâtóuívávézäßfßlßnßwábátáuä$äbäkègèvécégénésétévênêsëmíaícís"
            "ïcó$ômônökövöwöxößü$üeüß"
        ),
    },
    "fr": {
        1: "réé$",
        0: "élérlé^ééeménéaïhéëléotéémaëbéénég",
        -1: "éddécééaséétgéépésévènèriéoéécnç",
        -2: "ièpérèvééboëoïzéèlègï$èslèèvïsïtféuéïdcôdèjénèçaçogèhèî$îtômuè^îeïsèwéâtéqîlïcïqôt",
        -3: "aîfèhêkérôvêéfênêqëtïrvèèqézêtïlaéhôríyèyéètékínïmbâbèhîmünîoîpèrêrîsãuëãoèbècèdéuéwéâëvîmïnôpül",
        -4: (
            "açaʼcóiêiólámèrâtètîuïánåléiïaïeïgïwónórüsʼ$aâaíbábücúdôeñgûhâhʼkölómámåmêmînânínónüoûpâpüuávõxéá$ápárâgâhân"
            "âqâyè$èzéhêmí$íoïbïkñoó$óoô$ônõrölúnûlûtükʼi"
        ),
    },
    "it": {
        -2: "à$ò$",
        -3: "è$tàù$ì$lòöl",
        -4: "dìmütùvöhövòß$ühé$ißmènànèoèrèrùßeöf",
        -5: "hémétöüsaßbèbùcòdàdòdùfèfùgöiàlèlìlùlümìmönònönüoßoàpàpéràrärìròrösèsòsösùtòtüuèvìä$örösötövößücünür",
        -6: (
            "ålón^å^ø^čaçaʻbücócúfæhíhʼiókʼlílómámånípürérísãtáuávívõzłá$ánárãoærçaélémérétí$íaíkínívórõröbøeúnükčiłoʻaʼi"
            "ʼw"
        ),
    },
    "es": {
        1: "ánón",
        0: "íaésríñoañróñaíní$iólá^áeñó$",
        -1: "é$áriñlómáménérácáénñecótáéltívádámíá$uíásiálíálbálénánírédétóuññidíérmóuéíocísááe",
        -2: "aígóísdóórú$ázósúntéjócéeógáoñávbégümúséígtúvéámúlüejápúzáágáuíqólómúñiéádátét^íaébóoépápípóuávíyáábáiílód",
        -3: (
            "^ófáféfípérúsíyéà$ácáxáñèségévírítófúzhéópaúdúhánúoívówázúáfíbídífímúr^é^úgègéjírèsúvàyózàzóájáqébécédéeéiéx"
            "ícíeízíññuñíñóóbótózóñúdúgús"
        ),
        -4: "búcúgúhúkákélúápúacôeúhíiúkíkúsãáhãoéaémôtúb",
    },
    "ca": {
        2: "à$",
        1: "èsiànè",
        0: "í$tàànó$làríèrdèlèlítíàròn",
        -1: "^àióíaínú$càuàé$eàgàmàrètòuèílrúsíòróngümóníràuíàlàsçaísítús^ídàdílómètèvèàtàuè$úlúrüe",
        -2: (
            "^á^èaïbàdòfíhíjúménúoàsétózààbàfàmálèlèníbírívòlòpòtóeülaçaýbècècòcódúeçgègòiòjàkíkúlálòmònànçoçoípóròsàsòvà"
            "víxèàvánålçoècètémífígíoípïnïsòsòvórögürý$"
        ),
        -3: (
            "aèaíaúaüaşbábébòbúcôeïeòeüfèfògígúhàhèhéhồiülémámåmímúoèpépípúrésãsèsóuáuéuïyézúàcàdàhàiàqá$ápárãoçuèqèxéaél"
            "éríiíkïfòmòqóbôtúbşgồ$"
        ),
    },
    "pt": {
        2: "ão",
        0: "ânaççaçãêsé$nçtãárméísíc^átóón",
        -1: (
            "límãréínôntáá$lânêríémérórláã$ésmánéálásço^íéliãnídãrárúséábávbáiçmíuéuêuíágáténênmêtââmílívsãíbõedêhãlôrãsí"
            "tôvãácáuãeítúbúl"
        ),
        -2: (
            "aídádólétêtíóvún^écãhélómónánúoívévíévê$ígípírúc^âbécécífágágéiájúlêmõoápázâécéoúscácódôgãiórçádólópósbócâdé"
            "gâgóiélúoçpãsátúvávêxãégíçúr"
        ),
        -3: "aúbâbãcçcôdâeãeçeógíháiêjãjékélãmâmôoãoépópúrârórõtéuáuâuãáfáqébéiétéxêdêmêvótôaômújcêeúiúnãpésóápázíaíd",
        -4: "büüs",
    },
    "nl": {
        0: "iëë$",
        -1: "ëlënoë",
        -2: "wâé$aïâlaëërméeëéeél",
        -3: "héréïsïtnçhûnéânçoènûsoï",
        -4: "köröålçaïnöe^åaçböeüféhöhúièjèkûlâlèmûoéoösétéègéuëdïrökönörösúnûbûnüncóióánî$ïeónór",
        -5: "^îaʻbáeïhíhʼkîkʼlálélílómámånínînüpürísãtötıuáuïvõzüá$árãoéaémérëmí$íaíoívîlïaó$õröbölükürüsırʻaʼiʼw",
    },
    "da": {
        1: "ørrøår",
        0: "ærø$søgåønløhø^øøsøjbæølødækmøvænøøvjø^å",
        -1: "æstøøbbøkøålkæjæøyrælænærååsælåbæbøe^æægfægøå$ænåd",
        -2: "tåøglåfømåsæågømhåvådømæé$fåkåsååkævøkæt",
        -3: "båøfeægætædæménånérévøåmånåvæaædücpåpæhærüæiínöløi",
        -4: "aåcæeøhähéjökülümüoøpørírösãxøãoänåeæ$æcæmæoæuésömøhøtügüncóióuøá$çaémónórúnürüs",
        -5: "^üaçaíaʻbábücúeșhíiøiúișkökʼlálélómánçnünănʼtátöuávízüánápáréaéléréuíaíkó$öbümăușiștʻaʼkʼw",
    },
    "sv": {
        1: "rööm",
        0: "jöör^öösänénöasövä",
        -1: "^åköäsärödréönläåkåsgööllööpléé$ög",
        -2: "måmäråägå$déeåhähöötnöräånåröbbägäjämöäcö$öfhå^äätågéaböföménésétöuöälävåléeöhöv",
        -3: "kätäçafäkålånäoçpåríämésínaögåhépäsãsåtåyözéãoädäxåbåhéucódöióláuáá$ánémó$ónórúnürüs",
        -4: "^üaçaéaíaʻbábücúeäeñeögãhíiúișkékʼlílómánínónünăpépürüsätávõyézüáiápárã$ådéiélérí$íaíoívñoõröiükümăușiʻaʼw",
    },
    "fi": {
        1: "lää$jääränmä",
        0: "äkäipäö$käääälnätävä",
        -1: "önämhäsäkörätšäjdžröäsäeätiötöävénäh",
        -2: "žaölšajölöšežiréöbšiašdöömméök^äbönöpövöé$öröy",
        -3: "ínšuišrí^šdéfösãsöwäyäyözéãoägäyögöjösškcófähéhíiäiókʼušá$ánónórúnürüsšošt",
        -4: (
            "^ñ^üaçaíbábücúeäeñeʼhåhồiúişkšlálílómámåmšnînünăpépüqırütátútıuávívõyézüzızłáräaäfäpåbålçaéaéléméréuéxí$íaík"
            "ívî$ñeñoó$õröpötöäööú$ükümăuılırızłoşiš$šgšmšnž$žpžuʼ$ʼiʼwồ$"
        ),
    },
    "is": {
        2: "örór",
        1: "ríjöðuís^þóliðlíjóíaþóín^árórðósdírúuðý$ásún",
        0: "ónálðsáríðímnínýdó^íðasótívíúlþonóóðjáí$ýrðbðisísæráðm^óaðó$tó^úíkðvóm^ööl",
        -1: (
            "íeírmímórölónþúsótöðjúgíhóúrþjðrnæþrígvölúháð$ðlærtýnúánóaíuöghúlágópágþmákólýá$ævíteðífúðbíóiútgúaíkítúvéfí"
            "kúúeáðæbívdýeólöúmákðgbóófbúsösúhöænóv"
        ),
        -2: (
            "dúódílátók^ækátþðnönúalæíbóbökmýoðælídðóþemúðfúbúdrþétrérýhíópfáðjös^ýhésýéðóenáíóú$úkfþléváðþýspímöúgyþávæm"
            "æsöfþifúégóhbákæágbæðdþa"
        ),
    },
    "sq": {
        4: "ë$",
        3: "ërësrë",
        2: "dëjëkëtë^çhënëpëël",
        1: "bëqëçeçëënëzaçfëgëmërçvëzëç$çaëpëtëv",
    },
    "et": {
        1: "tšär",
        0: "mäürpõdžpääešeänšašiää^šlõõlüüõu",
        -1: "^üjõläõhkäjüülžiža^õküvõätõmšojäkõväõdühmünõtõõiõr^žašišähõgžusüõnütšu",
        -2: "häpütüägõeõsöölümémõrütäé$ölštršsöušälõtõššmbõdõežmörärõsäädäsõzötümüsüvškšvžd",
        -3: (
            "aübüfägõhéiólálžréríröá$ánäiémínõ$õkõvönúnüaüküpžežkaçaíaşaţbácócúeägūhôhõiúișjākökšlélömámåmšnänünănšožpésã"
            "tátötōuávíyéyāyōzõzüápárãoä$ålçaéaéléréuéxíkíoó$ónórô$õbõõö$öbü$üdüfünüšālāḑăuō$ōkşgšnţ$ūnžbžožpșiḑ$"
        ),
    },
    "lv": {
        2: "iņ",
        1: "ņašuņšš$ešārānītīnlīdžmā",
        0: "ērālrītāvīrāņu^ā^čīrdālātīkānājūābļužaeļrēvāčiaņdīrūāņzīīd",
        -1: (
            "bēīl^šgāā$ācādēnībūlišlūģišažiiājāmīpāsīčaīzūmūr^ēlēvēņežuzāāzūsašoņpēāfāmētēzķeķiļaņiaķbācīičjēnīātāvčeējģe"
            "ī$īcšsnēēģūnačgēiķčuēlīvšo"
        ),
        -2: (
            "^ģ^ķ^ņdūkļoģsāušāļēkēsšiūd^īeāgīiļkšoļpītētūāgākāsīkķīļģšvūtžāžī^žažeķgšhākēmēmūnčpūršuāčoēvīgšegļlžučēdēņģu"
            "īsšjškštūcūkūzžožū"
        ),
        -3: "aēaļbīečfēgūhēiūkīmčnšuēuņzēzņāžčīčūē$ēmīpīņķuļkļrļsšržb",
    },
    "lt": {
        3: "ų$",
        2: "ė$",
        1: "iųčinųnėdž",
        0: "ečrųtųėjlė^člųkųrė^šjųžiūntė^žžabųdųgųėsašičsų",
        -1: "vėčašašištrūėnūrmėmųušžeišzųžuškdėpėšršušvačjūkšoščežy",
        -2: "eškūtūučvųčušešobėfųhųjėmūsėužėdšųūzžo^ąbūcūdūežgėgūiūižkępūsąyšąžčoęsūbūt",
        -3: "ažlžmčnčnšršyčąsčųėtšmšyūsžsaūbčcųfėhėkėmšnünūočožpčpųržyžüsąjč$čpčėėlėrš$šcšnūgūkūčž$žnžėžū",
    },
    "pl": {
        1: "łaałłooł",
        0: "ńs^łń$ońś$^śańówsłośłu^żułł$",
        -1: "łkśwłyięróełórłeaśędżaśkżyścślińńceśuśśndłeńkóęgżegóęcźnjęyśębądąsdżółętbłióójąbzłożoźć$żoią",
        -2: (
            "głażkłręyńwłcłiłpłwóaźlątóiśmłzęózłółtłcdąrąwęzóódękżunópóągątż$ećwąząącćkępłężndźuńólśrźdbądęhłkęlęrłrżóbóż"
            "ąkęsężłąjółnyłź$eźeżgągęmępęsątęużógążłb"
        ),
        -3: "yżżd^ćbóiżmąoććwłgśmśćźlźwłdżiżktąuźąpżmaćhójąmżpśsętłućósązęzłwłzńkźmżbżółm",
        -4: "dónęłpbębźcąfąjćlólżmórüsóyćé$ócóźügąfćcęśłsłżśp",
    },
    "cs": {
        2: "á$štváý$",
        1: "é$kýí$kékáán^šráčenáínřenš",
        0: "ní^čtáněušlílááliššoečošřišeš$ákrště^žešvíašdžřííkírmítřžiškát^újštščknýnéáržabřčihálščn",
        -1: (
            "ořžebípábátíděmáč$ožě$ětdšičvéměpřučázášílčíělšibědátývývěšpšťžoáděmežýnň$^řcímšyšítíčřoůvčaějěkňašílčáčářýc"
            "čtšvdřeňř$šalýoččorýěsžáaňažiřkšsáéníšěpačařužzáácájásdéríúdšneřlélžpírůňkť$žkžnží"
        ),
        -2: "bšgšjáménžzíšsž$všámížýděžžddíoňrésýtévčáhážúsútďařaťaůžgáhřmčzšélémésíběnžšeátůuáýrěcěd",
    },
    "sk": {
        3: "á$vá",
        1: "káé$čiík^šnáý$šoičče^čkýárušškínčačokéánráašák",
        0: "ošštňaníčkiššač$š$šilínénčlááčľatážiečríočálačšezámáášeľčíľo^ďža^žešrčoľháňoďu",
        -1: (
            "ľuaňjčtí^ľužírbáeňlčátmíň$ažžeaľvéžnsáižpánýdáťačnbídžádšušígákúežúbvívčávučiáožíčďadíázábámúsšťľkžoaďyšásľ$"
            "ácónšvlúréoňvýáňúščášp"
        ),
        -2: (
            "bčjárútčšnórýcšsuľížrňáľväílútcúúcďoť$iňérícívkšénúčtézíňááhézžslšmčpčršsťúrž$húrýážžkdčméät^úcíbšfákľí$čtľn"
            "šúlžnšróúzľslétóľšdúdľeápíyňšňťoťá"
        ),
    },
    "hu": {
        2: "án",
        1: "árváó$ágmázátáálrá",
        0: "láásnéérézsáátő$örékéshádáröírnárépáróázénbágáác^ákóádák^éélgótóvézébéjákáméém^ókö",
        -1: (
            "déhéléégónüllíávínósózdóiáábétsósőtözőámpéyöópótözeágéríséóröliólózíé$ökürkéívófóiújaúmírütétüájédíbönösúz^í"
            "bófáfükínórútítőyázözüüs"
        ),
        -2: (
            "^ú^üaódífögöjójúkőnőyíyőápépítólögőr^öhósíuáébécílócódóvúdúrüzűskülömópúsüí$ídímóböeöpövú$úlőkdúdüdődűfőgúgő"
            "híoéoósãvöyézózűáhãoéuévíkómúnücükünőfőiővőzűc"
        ),
        -3: "córűtúá$öbőn",
    },
    "sl": {
        2: "čišč",
        1: "škičč$jšnšžiaš^š",
        0: "žaršošišdž^ččešaeš^žžeušožštšemš",
        -1: "ačužčnž$ažvšežočtššilščadšržžnečnčš$ićć$ižšnšvču",
        -2: "šošpbšgščrrčvčšulžmčučpššmšr",
        -3: "mžnžvžčjčkčožmfškökšpčžu",
        -4: "^åaçbčhéiómérésãuáwšzüárãoålçaé$éléuónöbölürčvšhšlžbždžp",
    },
    "hr": {
        3: "ićć$",
        1: "^ščišiiččkačškži",
        0: "če^češčaišaššaoššežežauš^ždžš$štožrščuučočuž",
        -1: "ažnčrčečč$ižžuržšu^đežšpšnčnđađušožn",
        -2: "ćešvščžd^ćaćčošćađkšlčđejčćačjđinđrđćožojšménšći",
        -3: "bčećlžvčé$šlšređkčnžpčrísãuđvšãoínćnćuž$žmmčålčv",
        -4: "^åaçhéióiđkʼlšmåpüréuázüárçaéléuéxónüküršgšmʼw",
    },
    "ro": {
        2: "ă$",
        1: "năcă",
        0: "ţizăţaiţuţnţaşrătălăş$",
        -1: "ălaţeşţămăţ$ărşt^şăddăşoişânătuşăuşisăşa",
        -2: "eţbăoşsâşuârănâmmâpărâşă",
        -3: "dâgâkâmţoţvâvăâlâzăcăiămăsăzşcşeşkţk^îfâgăhéhărţtîålé$înón",
        -4: "^å^ţaçcócôhʼiókökʼlílómåménünşpţrérírşsãuáuăzüárãoçaéléuínívî$îrórôtölürüsăgăţşgşmţeʼiʼw",
    },
    "tr": {
        2: "güül",
        1: "^ö^şünürözı$şaça^çş$aşınçe",
        0: "sışeoğmügö^ütüağkıç$işlıılşidıümnçğaçisüökırlütıkçdüü$rıeşuğörızönük",
        -1: "gıyüküaçüsıkımyığuhülâuşüzuçğ$ışrütçüdnüzüüçrşücçokönısöeçühğlşıbüübüşiçâlütısrçzıçıüfğdölşk",
        -2: (
            "lşoççlçuüvıçşroşlçtöyşğıeğhımıpıçbçköhövöğügüyğbğeğmğrşhşücüiğnşğiştşuıtşç^âböcıdöfüfıhşkâlöâ$âmâtçgçsömğcıd"
            "ıfıgıvıyşcşopçsççyççıp"
        ),
        -3: "bıpüröösüphâhçlûmömşuövâvıvşyçyözöâdânâyâzçmçnöcöyûlüeüjüğğoğtğvğçğüıaıcıeıhığşm",
    },
    "el": {
        4: "ς$",
        3: "ουα$",
        2: "αν^κηςος^μη$καού^ακοαρυ$^ππο^σλοντπαρααλ^τμαίαμπλατσάκκηστριροτααςικάνυλτο^για",
        1: (
            "ατίδ^βαμιάναιοδηερνηλιυρσα^λδοασγκ^χή$ακνι^ντζσι^δά$ρίσούλκάολβαγινίαγν$^ετινοελλίλάής^φτηάρρηόπιντρλήλεισαπ"
            "νάτάίνονράχα^ρμο^ιγοωνδαργλλνδσίμάληκόενοποργεγαι$όςίκένο$ννρό"
        ),
        0: (
            "ομτίευμιτευσ^θπευτάς^ζύράτδρνόχρζαιλκρέλσηαβκλσκιτκιμεσάαυρεμησεθετόαφδάημχολέίοζιπάβοειιώπί^οίτογπράλώτωρδι"
            "νεσσοδοσπιυκάδέρκωρυετυμφαβεεοκίωτκυβι"
        ),
    },
    "cyr": {
        3: "а$сканка",
        2: "овкокио$^карини$^сеннаван$я$ра^млав$^б^аерроалримай$к$ор^пталинсностийон^тни^вев",
        1: (
            "^гел^долав^ньк^лнклеилвенетитосьреисгалодамиат^рр$бальирамсивисапаасосндгосеикияаддое$моаяянрсвсуриммедеом^е"
            "ак^здиет^хза^ф^о^ибочево^чбепетейсесслодпоиттрнгт$айі$^яјантруь$івхасо^ш"
        ),
        0: (
            "емнігеагкуейијокс$л$едогкркіуслібиія^уабтубуксуничркбрлугрртукінекм$дропотапаххогикечофиецргмбд$аззиобидшарн"
            "гуріулчашктсджрдозійивпр"
        ),
    },
}

# By language: how usual, where its neighbours say nothing, and the letters.
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
        -7: "çúșʼăʻ",
    },
    "sv": {
        0: "ö",
        -1: "ä",
        -2: "åé",
        -4: "í",
        -5: "áóüçã",
        -6: "ú",
        -7: "ñõășʻʼ",
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
        -5: "óúāō",
        -6: "ãåçôăşţūșḑ",
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
}
