"""Czech."""

from nlu.numbers.words.table import Words

_TENS = {
    20: "dvacet", 30: "třicet", 40: "čtyřicet", 50: "padesát", 60: "šedesát", 70: "sedmdesát",
    80: "osmdesát", 90: "devadesát",
}  # fmt: skip
_BEFORE_TENS = {
    1: "jedna jedena jeda", 2: "dva", 3: "tři", 4: "čtyři štyři", 5: "pěta", 6: "šesta", 7: "sedma seduma",
    8: "osma osuma vosuma vosma", 9: "devěta",
}  # fmt: skip


def _fused() -> dict[int, str]:
    """Return 21 to 99 as they are said backwards: `třiadvacet`."""
    forms: dict[int, str] = {}
    for ten, word in _TENS.items():
        for unit, stems in _BEFORE_TENS.items():
            ends = [stem if unit in (1, 5, 6, 7, 8, 9) else f"{stem}a" for stem in stems.split()]
            forms[ten + unit] = " ".join(stem + word for stem in ends)
    return forms


WORDS = Words(
    units={
        0: "nula nulou nule nul zero null nuli",
        1: "jedna jeden jedno jedné jednoho jednou jednu jedním jednom jedn",
        2: "dva dvě dvou dvěma dve",
        3: "tři třech třem třemi tří tšři tri",
        4: "čtyři čtyř čtyřech čtyřem čtyřmi štyři štyry čtyry čtiři",
        5: "pět pěti pjet",
        6: "šest šesti šes",
        7: "sedm sedmi sedum sedym",
        8: "osm osmi osum vosum vosm",
        9: "devět devíti devjet",
    },
    nouns={
        0: "nulka nuly nulu nulka nulky nulek nulku nuliček nulami",
        1: "jednička jedničky jedničku jedničkou jedničce jedniček jedniččka",
        2: "dvojka dvojky dvojku dvojkou dvojce dvojek",
        3: "trojka trojky trojku trojkou trojce trojek",
        4: "čtyřka čtyřky čtyřku čtyřkou čtyřce čtyřek štyrka čtverka",
        5: "pětka pětky pětku pětkou pětce pětek",
        6: "šestka šestky šestku šestkou šestce šestek",
        7: "sedmička sedmičky sedmičku sedmičkou sedmičce sedmiček",
        8: "osmička osmičky osmičku osmičkou osmičce osmiček vosmička",
        9: "devítka devítky devítku devítkou devítce devítek",
    },
    teens={
        10: "deset deseti desít desíti",
        11: "jedenáct jedenácti jedenact",
        12: "dvanáct dvanácti",
        13: "třináct třinácti",
        14: "čtrnáct čtrnácti štrnáct",
        15: "patnáct patnácti",
        16: "šestnáct šestnácti šesnáct",
        17: "sedmnáct sedmnácti sedumnáct",
        18: "osmnáct osmnácti osumnáct vosumnáct vosmnáct",
        19: "devatenáct devatenácti",
    },
    tens={
        20: "dvacet dvaceti dvacít",
        30: "třicet třiceti třicít",
        40: "čtyřicet čtyřiceti čtyrycet štyřicet čtyřicít",
        50: "padesát padesáti",
        60: "šedesát šedesáti",
        70: "sedmdesát sedmdesáti sedumdesát",
        80: "osmdesát osmdesáti osumdesát vosumdesát",
        90: "devadesát devadesáti",
    },
    fused=_fused(),
    hundreds={
        100: "sto stovka stovky stovku",
        200: "dvěstě dvěsta dvoustovka",
        300: "třista třistě",
        400: "čtyřista čtyrysta štyrysta",
        500: "pětset",
        600: "šestset šeset",
        700: "sedmset sedumset",
        800: "osmset osumset vosumset",
        900: "devětset",
    },
    hundred="set sta stě stech stovek",
    hundred_of_units=True,
    thousand="tisíc tisíce tisíců tisíci tis",
    million="milionů miliony milion milionu mil",
    slips={3: "při", 7: "sem", 8: "osům"},
    repeats={
        2: "dvakrát dvojitá dvojité dvojitý dvojitou zdvojená zdvojené",
        3: "třikrát trojitá trojité trojitý",
        4: "čtyřikrát štyrikrát",
        5: "pětkrát",
    },
    times="krát",
    letters={
        "B": "bé",
        "C": "cé",
        "D": "dé",
        "F": "ef",
        "G": "gé",
        "H": "há",
        "J": "jé",
        "K": "ká",
        "L": "el",
        "M": "em",
        "N": "en",
        "P": "pé",
        "Q": "kvé",
        "R": "er",
        "S": "es",
        "T": "té",
        "V": "vé",
        "X": "iks ix",
        "Y": "ypsilon",
        "Z": "zet",
        "W": "dvojité_vé dvojité_v dvojvé",
    },
    shy_letters={
        "A": "á",
        "E": "é",
        "I": "í",
        "O": "ó o",
        "U": "ú u",
        "B": "be",
        "J": "je",
        "T": "te",
        "V": "ve v",
        "D": "de",
        "K": "k",
        "S": "s",
        "Z": "z",
    },
    names=(
        "adam božena cyril david emil františek gustav helena ivan josef karel ludvík marie martin norbert "
        "otakar oto petr pavel quido rudolf svatopluk tomáš teodor urban václav viktor xaver xénie ypsilon "
        "zuzana žofie jana jan eva hana"
    ),
    like="jako jak",
    fillers=(
        "ten ta to tu tou té tom eee ee e ééé éé ehm hmm hm mhm um uhm no tak takže to je bude jsou pak "
        "potom dál dále následuje i a ještě prosím jasně samozřejmě určitě ano jo ok okej dobře číslice "
        "číslici cifra cifry číslo čísla číslem nr num č čís čislo písmeno písmena velké malé velký malý "
        "pomlčka pomlčku spojovník minus mezera lomítko tečka čárka křížek celkem od začíná nakonec zase "
        "tam tady jaksi jakoby hned máme mám má paní pane konci"
    ),
    phrases="a_pak a_potom a_dál a_ještě na_konci na_konec no_a ano_prosím začíná_to tak_jo a_to_je",
    cues=(
        "objednávka objednávky objednávku objednávce objednávkou obj zásilka zásilky zásilku balík balíku "
        "kód kódu smlouva smlouvy smlouvu pojistka pojistky faktura"
    ),
    phones="telefon telefonu telefonní tel mobil mobilu volat zavolat volejte zavolejte",
    elsewhere="psč směrovací poštovní",
    measures=(
        "kč kc korun koruny korunu koruna czk haléřů euro eur dolarů procent proc dní dny den dnů dnech "
        "týdnů týdny týden měsíců měsíce měsíc let roky rok roku hodin hodiny hodinu hod minut minuty "
        "minutu min sekund kusů kusy kus ks balíků balíky balíčky balíčků věcí věci produktů produkty "
        "objednávek kilo kilogramů kg gramů metrů metry cm mm km litrů osob osoby párů páry krabic krabice "
        "trička triček ledna února března dubna května června července srpna září října listopadu prosince "
        "číslic znaků místné"
    ),
    wrong=(
        "ne pardon promiňte omlouvám oprava vlastně spíš raději ale spletl spletla blbě špatně počkejte "
        "moment ne_ne omlouvám_se spletl_jsem_se spletla_jsem_se sorry jejda ouha nýbrž chyba opravuji"
    ),
    again="teda tedy totiž čili respektive opakuji zopakuji myslím to_znamená chci_říct chtěl_jsem_říct",
    afresh="ještě_jednou znovu od_začátku začnu_znovu",
    instead="a_ne ale_ne místo nikoli",
    last="poslední",
    first="první",
    all_of="samé samý samá všechny",
    hours="v ve po před kolem za do okolo od o",
    idioms="raz_dva_tři",
    months="led únor břez dub květ červ červen srp září říj listop prosin",
)
