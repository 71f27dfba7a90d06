"""Which letters stand beside each other in the names of a language: counted, not written (tools/count_letter_pairs.py)."""

from __future__ import annotations

from typing import Final

# By language: how usual (as a logarithm, 1 is the most), and the pairs that are; ^ and $ are a word's ends.
PAIRS: Final[dict[str, dict[int, str]]] = {
    "de": {
        -1: "örmühöürünröölülöcrüsüärösüdühhükölühäöhüt",
        -2: "önübbögüélkäréätérëlbülépöß$äfäné$ücüsbädögöjäjülömöäuöffüißjömétätüßeöböt^äaëcémäoësésöäcäg",
        -3: (
            "dédüeßhékünöoérätöußvöwäzöäsènéaéeödög^öfögélälènçríwöásädähälèlèsédéméoépömaßcädäfägäièlámánènénüoßoïpärèsä"
            "téwüzüßbánânãoäiçaçoébïsónöp"
        ),
        -4: "açaïbécácôfáhêlâsètóßlábátáuä$ämèvécésênôtöeökövüm",
    },
    "fr": {
        1: "réél",
        0: "é$érlé^énémééeëlhéaëbééotéégémaïén",
        -1: "cééaédépétévdégéséésoéèriénçènièoërèèlès",
        -2: "lèoïpévézéçaègèvébécïscôdèeïfégèjénèçoéqîtïdïtôm^îaîfèhèhêrôsèuèuévèvêâtênêqêtëtîlïcïlïmïqôt",
        -3: "^åaçbâbèhôiêkémünîoîpèrêrísãuëwéyèyéãoålèbècèdèqètéfékéuézéâëvínîmïbïnïrïwôpül",
    },
    "it": {
        -2: "à$ò$",
        -3: "è$tàù$ì$lòöl",
        -4: "mütùvödìhövòß$é$ühhéißmènànèoèrèrùßeöf",
        -5: (
            "^å^øaßaçbèbùcòdàdòdùfæfèfùgöiàlèlìlùlümémìmönònönüoßoàpàpéràrärìríròrösãsèsòsösùtòtötüuèvìãoä$ålærçaélínörös"
            "ötövößøeücünürüs"
        ),
    },
    "es": {
        1: "ánón",
        0: "íaríañróínñañoésió^átáó$",
        -1: "láárméiñlómárácáé$dáeñélénñecóvámítíá$ériáuíálásí$bámónéníréuññiaícídílénásátóáeío",
        -2: "dédógólíuéázísósbécéeógájóoñpútéávígór^íbógüjámúpípórúsétúvévízáágámátáuíqómú$únúñüe",
        -3: (
            "^óaéfáféfíiéoépáuáwáyáyéà$ábácádáfáxáñèségéiétévíbílíródófólúlúzcôgéháhéjínúoísúyózàzóájáqéaébécéeéxídíeímít"
            "ñuñíóbópózôtúdúgús"
        ),
    },
    "ca": {
        1: "ànèrlàònó$",
        0: "tà^àióàrèsnèà$índàlímàmèmónírútòàlçaí$íb",
        -1: (
            "^íaïbàbèdògàgèlòràrísítízààbàfàmàsàuècèné$íaïsónús^á^å^èaçbòcàcôdèdíeàeçeòfèfígòhéiòjúlèlómémímònànçnúoàoçpó"
            "púrèsàsãsèséuàuèuïvàvèxèàcàhàiàqàválãoålçuèlèqèxélígílírísívïnòlòmòpòròsóeôtú$úbúlúr"
        ),
    },
    "pt": {
        2: "ão",
        1: "açân",
        0: "çaçãtãnçé$méár^átóícísónônlâmãréérín",
        -1: "iãlálínétáásã$émésór^ímáríálçodãiçmínírúséuéá$átávélénênõebáhãlômêrárãsãtâtítôuívãábácágáuâmãeévíbílívúb",
        -2: (
            "^â^éaíbécãcécídádódôfágágéhéiájúlélómómõnánúoáoísítêuêvévízâécéoê$ígírítóvúcúlúsaúbâbãbócácâcôdâdéeãeçeógâgã"
            "góháiéiêiójãjékélãlúmânêoãoépãrçrõuâuãvávêáqébéiêmêsêvópósôaômújún"
        ),
    },
    "nl": {
        0: "iëë$",
        -1: "ëlënoë",
        -2: "wââlé$aëaïeëmééeélër",
        -3: "héréhûnçnéânçoènïsïtûs",
        -4: "^åaçböeüféhöhúièjèkökûlâlèmûoéoïoörösétéålçaègéuëdïnöeökönörösúnûbûnün",
    },
    "da": {
        1: "ørrøårærsøø$",
        0: "gåløønhø^øøsøjbæølnøødækmøvæ^åøvjøtøøyæs",
        -1: "øekøøbbøålkæjælærånæræåbåsæbæl^æådægfægøå$tåænøg",
        -2: "følåmåsæågømdøhåvåfåkåsåævøkbåmæåkæté$øf",
        -3: "dæeægænånépærétæuøvøåmånåvæaædøiüc",
        -4: "aåaçcæeøhähæhéiøjökülümémüoøpåpørírörüsãxøãoänåeæ$æcæiæmæoæuçaéléséuínölömøhøtügün",
    },
    "sv": {
        1: "rööm",
        0: "jöör^ööaössöénvä^åköödön",
        -1: "äsréänärgöåslöåkölöplédéeåhälämånöägå$öt",
        -2: "bäfögähömämöråäcånåré$ö$öböfög^äbödöhåjäkänéräsétöuöälävålçaéaéeöhöv",
        -3: "açaöeöfägåhékåménäoçpäpårísãsåtätåyözéãoädämätäxåbådågåhéléséuín",
    },
    "fi": {
        1: "jälää$äränmä",
        0: "äkäipäö$käälväääönhänätääm",
        -1: "rärösääjköäeiöäsätähävéndžjölörétööl",
        -2: "dööböm^äbönöpötšvöököröyžaži",
        -3: "açdéfäföhémérísãsöwäyäyözéãoägäpäyçaé$éléuínögöjösšaše",
    },
    "is": {
        2: "örór",
        1: "ríjöðu^þíaóliðjóíslíþóín^árórðósdírúuðý$ásún",
        0: "ónálðsáríðníímdóný^íðasóþovítíúlnóóððijáýrðbrásæíkðmsí^óaðómtóðv^ö^úíeó$",
        -1: (
            "ölmórönþí$írð$lóöðþjmíhóðrótnæþrgíjúvöígúsðlháærúrlútýánlýíuóagóhúlápáá$öggþnúæveðkómáífúðbíóivéítúeútfíáðæb"
            "dýeógútúívkílöðgsöákófóv"
        ),
        -2: "aíhöód^æbóbúkákúlætþátæníbðnókúmdúmýoðælðóóbópökönþemúrévæídðfúaúbúd",
    },
    "sq": {
        4: "ë$",
        3: "ërësrë",
        2: "dëjëkëtë^çhënëpëël",
        1: "bëqëçeçëënëzaçfëgëmërçvëzëç$çaëpëtëv",
    },
    "et": {
        1: "är",
        0: "mäürpõ^üjõtšäeänõlšekäpäääõuüh",
        -1: "^õ^šdžjülälõätõhüüjäkümünõvõõdõiõmül^žhäkõtõtüväägähõeõgõnõrõsööütšažažižu",
        -2: "açbõbüežfägõhéišlülžmémõmöpürärérírõrörüršsãsäsösütäãoädäläsçaé$éléuínõtõzõšölönötüaünüpüvšišmšoštšvždže",
    },
    "lv": {
        2: "iņān",
        1: "ņšš$ņaārītīnlīmāālērtā",
        0: "rā^ādārīvīdžeļlānātīāfāzjūābdīzāēnģiīdīlīrbēkāmīnērērūvāzīācādēzībšaūr",
        -1: (
            "^ēbāgāiājālēlūpāvēāsļaūlūmži^č^ī^ķaķaņeāgēišjēnīpēsīēlētģeīcīvķeķiļuņiūsža^ģ^šašcīdūešhāičiķkļnšoģoņtēā$ākāt"
            "āvčaējēkēsēģīpīzķīļģņešsūdžī"
        ),
        -2: "aēaūažeķeūfēgīhēiļkēkīkšlžmēoļpīpūršsātūuāuēuņzēāgčuē$ēdī$īgīkīsīņņjšešjštūcūnūtūzžožāžē",
    },
    "lt": {
        2: "ė$",
        1: "nėų$lė",
        0: "^šdžrėtėėjūnži^žrūvėšaiččiėnėsšišvža",
        -1: "^čiųmėrųtųuššrūržebųcūdųišnšnųoštūčaėdškūzžožužy",
        -2: "^ąažbėdėdūešežiūižjėjūjųkękūlžmūpėpūršsąsėsųužyčyšąjąžčečoęsšeštšuūbūtžs",
    },
    "pl": {
        1: "łaałłooł",
        0: "^łń$ś$^śońówsłośłu^żułł$ńsśw",
        -1: "ięłkrółyełaśórędłeańśkścżauśńcślżyeśśndłkóęgżeeńgóińęcyśądębźnjęąsętbłożójółąbióoźzłć$żoażgłiąkłrę",
        -2: (
            "cłiłpłwówłyńaźdżiśląmłtózęózłódąnórąwęzóódękłcłtećwąząącągątćkępłęż$żnżubądędźhłkęlępórłrżóbólóżąkęsężłąźdeź"
            "eżgągęjómępęsątęuńyłógążłbłnśrź$"
        ),
        -3: "^ćbóiżmąoćtąużyżąpćwłdłgśmśćźlźwżdhómżtłłzńkżk",
    },
    "cs": {
        2: "á$vá",
        1: "í$é$ý$^šnáánráínčeřeníštněkétá",
        0: "kálíšokýláušři^čákš$ečoštěše^žišešvíálmítříkírříšknýčk^úátbřnéašbíořárčnžežiměožtíč$ě$ětův",
        -1: (
            "děhápápřučílčíějšpšížažobáběcíežmátývévývěázášítíčýnčiřošišťdřdžlčočyšáčářýcěkělěmň$ř$^řdáeňičiřlýnšrýzáčoěp"
            "ěsňašvařažeřlérůsáužácádájásésíščaňkšnžkžnžáačdéeálžoňpírétůzíénížúdýděžřašať$ťaůžž$ždží"
        ),
    },
    "sk": {
        3: "á$vá",
        1: "káé$ík^šnášoiččeár^čušý$škčačoínráákaškéošánči",
        0: "kýčkníňaštišč$š$šašinélílááčľaečočtážizáačríáššeálľoeľmáčí^ďnč^žoľžaešháňoďuľuaň",
        -1: (
            "tíuž^ľbáeňrčírmíátň$žežnaľažižsávélčpáťabíjčnýdáčnšušíežgákúádúbiáožvíávázíčdíučvčďaábámúsľkšťžoaďyšácásľ$lú"
            "oňáňúščášnrúvýšpšv"
        ),
        -2: "džjárérňuľáľížýcväónórúcútďošsbčcúiňkšézícívňáť$húršáhážílúrž$žk",
    },
    "hu": {
        2: "ánár",
        1: "ágvázámááló$áslárátáér",
        0: "néő$réékésörnárósáácátéléz^ábádáhápáröáz^ébégákázéémózüldégójákókömétóvéádákégénírón",
        -1: (
            "dóeáhéiálésőyözőábétós^óaúgéiókélílósésótétöámávínópórótökölözúj^úfáföfüjókükőmínónőpérírütítütőyáyíyőzíé$éd"
            "íbívócófönösú$údúzürőr"
        ),
        -2: "açaódídüdűgögúgőhójúkílömóoérúsüvózóáhçaébépílítódóiókólómóvöeögöpúlüsőfőiővőzűs",
    },
    "sl": {
        1: "ičč$škži^šža",
        0: "že^žošiščišaožčeaš^čdžužšeštušž$ažežočržčn",
        -1: "ešžnačićnčršć$š$šiečmššnšč",
        -2: "ižjšnšrčvččačjčršošpšv^åaçhélšlžmčmžnžučvšvžålçaélčkčušmšršužm",
    },
    "hr": {
        3: "ićć$",
        1: "^ščišiičžiaččkče",
        0: "ešišoščašašk^čšežeaš^žušš$žaožučštaždžnčrščuoč",
        -1: "rčužč$ečiž^đežržšnšužuđušošpćečjđašćščžd",
        -2: "^ćaćkšlččnčođešvžnađjčnđrđvčćaćođižo",
        -3: "^åaçbčećeđhéjškčlžménšnžpčrérísãuđvšãoålçaé$éléuínćićnćušlšrž$žm",
    },
    "ro": {
        1: "ă$",
        0: "ţiţacăiţnţuţlă",
        -1: "aţălş$eşnăărţăaşrătăţ$^şmăânădşoştdăeţişuşzăătăuşaşi",
        -2: "fâoşpăsăănşu",
        -3: "^å^î^ţaçbăcôdâgâhékâmâmémţrârérírţsâsãvââlâmârâzãoålçaé$éléuínînôtăcăiămăsăzăţşcşeţe",
    },
    "tr": {
        2: "güül",
        1: "^öün^şözürş$şa^çınaş",
        0: "oğşeçamügö^ütüç$ı$ağkışiçeıldıişlınçsıümğaökdülüsüıreşrıtıçiü$uğönörızük",
        -1: "gıyüğuıkhükülâyıüzğ$ımaçkçuşüsüçışnürüsöuçzüübüdeçkönırşçoölücühğlısşıbüiçrçâlçıüfütüşğdbölçlşoçyşzıçlüvıçşr",
        -2: "eğhıiğmınşoşpıtöçbçkçuöhövöğügüyğbğeğiğmğrğışhşkşü^âcücıdöfüfıhşkâlöröâ$âmâtçgçsçyömğcıdıfıgıtıvıyşcşu",
        -3: "vşyçğüıeıpşmşo",
    },
    "el": {
        4: "ς$",
        3: "ουα$οςης^κ",
        2: "ανη$^μκαυ$^ααρού^πκοπολοπαρα^σαλίακηντάκλαματσστ^τυλροριμπταίδάναςτο",
        1: (
            "^γ^βιάιαατιοδηνηή$αμναδουρερασσαλι^χικ^δακύλ^λτζρίσιβανίολσοαγγινι^ε^ντηήςελρηόπλάλί^φτρλήνοάργκισαπλετιν$ιν"
            "χατάωνράλλργδαληοπσίίννάόςον^ρίκγεμονδευννά$γαμά^ιγοεν^θάςυσρότίδρορχρ"
        ),
        0: "πευτ^ζένκάμινόσηομύρέλκλάττεκόαυζαιλμηαβθεεικρσάδάιώρεσκμεώταφ",
    },
    "cyr": {
        3: "а$анов",
        2: "какоо$иненнан$^кваскаря$в$^слара^мрориерк$^аор^б^плиалмаевниност^вкитаони$елнк^т^г^давлеол",
        1: (
            "илтой$тиневе^нмиия^лр$релоисдаат^рирнсвииксидовссебальимянпагагооське$ас^есаом^здеам^одииймемосьндчеадетвоза"
            "^фбоакте^итр^ходурсліябеесрс^ч^япепоівь$итјаніт$со^шнтгеай"
        ),
        0: "емкријхаокедаял$куогс$усруркагдрейкібичоі$ичртабкеліукобм$",
    },
}

# By language: how usual, where its neighbours say nothing, and the letters.
LETTERS: Final[dict[str, dict[int, str]]] = {
    "de": {
        -1: "öü",
        -2: "äé",
        -3: "ß",
        -4: "èëá",
        -5: "çíïóôâãê",
        -6: "å",
    },
    "fr": {
        0: "é",
        -2: "èëï",
        -4: "çêîô",
        -5: "â",
        -6: "ãåíü",
    },
    "it": {
        -4: "àòèöù",
        -5: "ìüßé",
        -7: "ãäåæçíø",
    },
    "es": {
        -1: "áóíé",
        -2: "ñ",
        -3: "ú",
        -5: "üàè",
        -6: "ô",
    },
    "ca": {
        0: "à",
        -1: "èíò",
        -2: "óú",
        -3: "çéï",
        -4: "áãåô",
    },
    "pt": {
        -1: "ãéáíç",
        -2: "âóú",
        -3: "êô",
        -4: "õ",
    },
    "nl": {
        -1: "ë",
        -3: "éâ",
        -4: "ïöû",
        -5: "çè",
        -6: "åúü",
    },
    "da": {
        0: "ø",
        -1: "æå",
        -4: "é",
        -5: "üö",
        -6: "ãäçí",
    },
    "sv": {
        0: "ö",
        -1: "ä",
        -2: "åé",
        -5: "çãí",
    },
    "fi": {
        0: "ä",
        -1: "ö",
        -3: "é",
        -4: "ž",
        -5: "šãçí",
    },
    "is": {
        0: "íóð",
        -1: "öáúþ",
        -2: "ýæ",
        -3: "é",
    },
    "sq": {
        2: "ë",
        0: "ç",
    },
    "et": {
        -1: "äõü",
        -2: "šž",
        -3: "öé",
        -5: "ãçí",
    },
    "lv": {
        0: "āī",
        -1: "ņēš",
        -2: "ūļž",
        -3: "ģķč",
    },
    "lt": {
        0: "ė",
        -1: "šžų",
        -2: "ūč",
        -4: "ąę",
    },
    "pl": {
        0: "ł",
        -1: "ś",
        -2: "óńężą",
        -3: "źć",
        -6: "çéôü",
    },
    "cs": {
        0: "áíš",
        -1: "čřěžýé",
        -3: "ňůú",
        -4: "ťď",
        -5: "óüåç",
    },
    "sk": {
        1: "á",
        0: "šč",
        -1: "í",
        -2: "éžľňýú",
        -3: "ďť",
        -4: "óôä",
        -6: "ŕ",
        -7: "åç",
    },
    "hu": {
        1: "á",
        0: "é",
        -1: "óö",
        -2: "őíüú",
        -4: "ű",
        -5: "ãåç",
    },
    "sl": {
        0: "šč",
        -1: "ž",
        -3: "ć",
        -5: "åçé",
    },
    "hr": {
        1: "ć",
        0: "š",
        -1: "čž",
        -3: "đ",
        -4: "é",
        -6: "ãåçí",
    },
    "ro": {
        -1: "ăţ",
        -2: "ş",
        -3: "â",
        -4: "é",
        -5: "ãåçíîô",
    },
    "tr": {
        0: "ü",
        -1: "ışçöğ",
        -3: "â",
        -6: "åôû",
    },
    "el": {
        1: "αο",
        0: "ρςνκλτιησυπάμίε",
        -1: "δγόβύήέζχωφ",
        -2: "θώ",
        -3: "ξ",
        -4: "ϊψΐ",
        -6: "ϋ",
    },
    "cyr": {
        1: "аони",
        0: "ерквслтмд",
        -1: "яубгіпьчзй",
        -2: "хшцфыжјю",
        -3: "ъщэ",
        -4: "єїў",
        -5: "ʼёџѓґњ",
        -6: "љ",
        -7: "ђћќ",
    },
}
