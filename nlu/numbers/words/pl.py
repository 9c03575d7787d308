"""Polish."""

from nlu.numbers.words.table import Words

WORDS = Words(
    units={
        0: "zero zerem zeru nul null",
        1: "jeden jedna jedno jednego jednej jedną jednym jednemu jedem jedyn",
        2: "dwa dwie dwóch dwom dwoma dwu dwaj",
        3: "trzy trzech trzem trzema tszy tży trzi",
        4: "cztery czterech czterem czterema cztyry sztery czery czteri ctery",
        5: "pięć pięciu pięcioma pieńć pienć pińć pieć pięci",
        6: "sześć sześciu sześcioma szejść szeć szesc szes sześ szejs",
        7: "siedem siedmiu siedmioma siedm siedym siden siedam",
        8: "osiem ośmiu ośmioma osim osiym łosiem osiam",
        9: "dziewięć dziewięciu dziewięcioma dziewieńć dziewienć dziewieć dzewięć",
    },
    nouns={
        0: "zerko zera zer zerka zerko zerek zerami zerach",
        1: "jedynka jedynki jedynkę jedynką jedynce jedynek jedyneczka jedynkami",
        2: "dwójka dwójki dwójkę dwójką dwójce dwójek dwójeczka dwójkami",
        3: "trójka trójki trójkę trójką trójce trójek trójeczka trójkami",
        4: "czwórka czwórki czwórkę czwórką czwórce czwórek czwóreczka czwórkami",
        5: "piątka piątki piątkę piątką piątce piątek piąteczka piątkami",
        6: "szóstka szóstki szóstkę szóstką szóstce szóstek szósteczka szóstkami",
        7: "siódemka siódemki siódemkę siódemką siódemce siódemek siódemeczka siódemkami",
        8: "ósemka ósemki ósemkę ósemką ósemce ósemek óśemka ósemkami ósemeczka",
        9: "dziewiątka dziewiątki dziewiątkę dziewiątką dziewiątce dziewiątek dziewiątkami",
    },
    teens={
        10: "dziesięć dziesięciu dziesieńć dziesienć dziesieć",
        11: "jedenaście jedenastu jedynaście jedenascie jednaście",
        12: "dwanaście dwunastu dwanascie dwanajście",
        13: "trzynaście trzynastu czynaście trzynajście",
        14: "czternaście czternastu czternajście czternaści",
        15: "piętnaście piętnastu pietnaście piętnajście",
        16: "szesnaście szesnastu szestnaście szesnajście",
        17: "siedemnaście siedemnastu siedemnajście siedymnaście",
        18: "osiemnaście osiemnastu osiemnajście osimnaście",
        19: "dziewiętnaście dziewiętnastu dziewietnaście dziewiętnajście",
    },
    tens={
        20: "dwadzieścia dwudziestu dwadzieści dwadziścia dwajścia",
        30: "trzydzieści trzydziestu trzydzieci czydzieści trzydziści",
        40: "czterdzieści czterdziestu czterdzieci czterdziści",
        50: "pięćdziesiąt pięćdziesięciu pieńdziesiąt pińdziesiąt piędziesiąt piendziesiąt pięćdziesiat",
        60: "sześćdziesiąt sześćdziesięciu szejdziesiąt szeździesiąt szesdziesiąt sześdziesiąt szejśdziesiąt",
        70: "siedemdziesiąt siedemdziesięciu siedymdziesiąt siedmdziesiąt",
        80: "osiemdziesiąt osiemdziesięciu osimdziesiąt",
        90: "dziewięćdziesiąt dziewięćdziesięciu dziewieńdziesiąt dziewiędziesiąt dziewiendziesiąt",
    },
    fused={},
    hundreds={
        100: "sto stu setka setki setkę",
        200: "dwieście dwustu dwiescie dwieści",
        300: "trzysta trzystu czysta",
        400: "czterysta czterystu czteryst",
        500: "pięćset pięciuset pieńset pienset piencet pięcet",
        600: "sześćset sześciuset szejset szeset sześset szejśset",
        700: "siedemset siedmiuset siedymset",
        800: "osiemset ośmiuset osimset",
        900: "dziewięćset dziewięciuset dziewieńset dziewięset dziewienset",
    },
    hundred="sta set",
    hundred_of_units=True,
    thousand="tysięcy tysiące tysiąc tysiąca tysiącu tys tysiecy tyś tysi",
    million="milionów miliony milion miliona mln",
    slips={1: "raz", 3: "czy tri", 4: "stery", 5: "pic"},
    repeats={
        2: "podwójne podwójna podwójny podwójną podwójnie podwójnego dwukrotnie dwakroć podwujne",
        3: "potrójne potrójna potrójny potrójną potrójnie trzykrotnie potrujne",
        4: "poczwórne poczwórna poczwórny czterokrotnie",
    },
    times="razy",
    letters={
        "C": "ce",
        "D": "de",
        "F": "ef",
        "G": "gie ge",
        "J": "jot",
        "K": "ka",
        "L": "el eł",
        "M": "em",
        "N": "en",
        "P": "pe",
        "Q": "kju",
        "R": "er",
        "S": "es",
        "V": "fau fał",
        "W": "wu",
        "X": "iks",
        "Y": "igrek ygrek",
        "Z": "zet żet ziet",
    },
    shy_letters={"B": "be", "H": "ha", "Q": "ku", "T": "te", "W": "w", "Z": "z", "U": "u", "O": "o"},
    names=(
        "adam barbara basia celina cezary dorota daniel ewa edward franciszek filip genowefa grażyna "
        "henryk hanna halina irena iwona jadwiga janina julia karol kasia kamil leon ludwik maria marek "
        "monika natalia olga paweł piotr quebec roman robert ryszard stanisław tadeusz tomasz teresa "
        "urszula violetta wanda wacław xawery xantypa ypsilon zygmunt zenon zofia"
    ),
    like="jak jako",
    fillers=(
        "ten ta tę tą tej te eee ee e yyy yy y hmm hm mhm uhm um ym ehm no więc to jest będzie są potem "
        "później dalej następnie i oraz a jeszcze proszę jasne oczywiście pewnie tak ok okej dobrze cyfra "
        "cyfry cyfrę liczba liczbę litera litery literka litery duże wielkie małe myślnik kreska kreseczka "
        "pauza minus łącznik spacja przerwa odstęp ukośnik kropka przecinek hasz krzyżyk numer numeru "
        "numerem nr no num numerek razem od zaczyna się wreszcie pani panu pan państwu właśnie znów ze na "
        "końcu zaraz już jakby tu mamy mam ma potemu"
    ),
    phrases=(
        "a_potem i_potem i_dalej a_dalej no_i na_koniec i_jeszcze w_sumie tak_jest proszę_pani proszę_pana"
    ),
    cues=(
        "zamówienie zamówienia zamówieniem zamówieniu zamówień zam przesyłka przesyłki paczka paczki "
        "paczkę kod kodu polisa polisy polisę faktura symbol"
    ),
    phones=(
        "telefon telefonu telefonie tel kom komórka komórki komórkę komórkowy dzwonić zadzwonić telefoniczny"
    ),
    elsewhere="pocztowy pocztowego pocztowym",
    measures=(
        "zł zl złotych złoty złote złotówki złotówek pln gr groszy grosze euro eur dolarów procent proc "
        "dni dzień dniach tygodni tygodnie tydzień miesięcy miesiące miesiąc lat lata rok roku godzin "
        "godziny godzinę godz minut minuty minutę min sekund sztuk sztuki sztukę szt paczek produktów "
        "produkty rzeczy zamówień kilo kilogramów kg gram metrów metry cm mm km litrów osób osoby "
        "razem_razy pary par opakowań opakowania kartony kartonów pudełka pudełek koszulki koszulek "
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada "
        "grudnia procentów cyfr znaków cyfrowy cyfrowe"
    ),
    wrong=(
        "nie przepraszam sorry sorki sory pardon poprawka pomyłka pomyliłem pomyliłam raczej tylko wróć "
        "źle właściwie jednak wybacz zaraz_zaraz nie_nie pomyliłem_się pomyliłam_się oj ojej ups poprawiam"
    ),
    again="znaczy to_znaczy tzn czyli powtarzam powtórzę powtórze znaczy_się mam_na_myśli chodzi_o inaczej",
    afresh="jeszcze_raz od_nowa od_początku zacznę_od_nowa zacznę_jeszcze_raz",
    instead="a_nie ale_nie zamiast",
    last="ostatnia ostatnie ostatni ostatnią ostatniej",
    first="pierwsza pierwsze pierwszy pierwszą",
    all_of="same sam samych wszystkie",
    hours="o po przed około w za do koło od",
    idioms="raz_dwa_trzy jeden_na_jeden",
    months=("stycz lut lute marc kwie maj maja czerw lip lipc sierp wrze wrześ paźdz listop grud"),
)
