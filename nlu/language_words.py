"""Word lists for language detection, folded (`nlu.words.fold`): plain data, to be added to.

Standard library only. Another language for the bot needs its name in `LANGUAGE_NAMES`, and its words of
talking, courtesy and refusal in the lists below.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LOANS = _words("""
    account agent app back bill black blik bot box business buy bye cancel card cash cashback chat check
    checkout cheers click collect cod code collection consultant courier customer day delivery discount
    dhl download dpd email express facebook fedex free friday gift god gls google goodbye hello help
    helpdesk hey hi home human info inpost install last link live locker login logout mail manager
    marketing menu minute newsletter nope now number oh ok okay okey online operator order outlet parcel
    password pay payment paypal pick pickup please point promo refund reset restart return sale service
    shipping shop shopping smart sms sorry start status stop store support thank thanks thx time top
    track tracking transfer ups update upgrade visa voucher weekend wifi yes yeah zoom
""")
"""What shops and their customers say in every language: it speaks for none."""

COURTESIES = _words(
    "ahoj czesc dekuju dekuji den diky dobry dziekuje dzien dzieki prominte prosim prosze przepraszam"
)
"""What foreigners know, and say before they go on in their own language: it does not speak against that."""

LANGUAGE_NAMES = {
    "pl": """polski polskim polskiego polsku polish polnisch polsky polstina polstine polstiny polstinu""",
    "cs": """czeski czeskim czeskiego czesku czech cesky ceske cestina cestine cestiny cestinu""",
    "en": """english englisch angielski angielskim angielskiego angielsku
             anglicky anglictina anglictine anglictiny anglictinu""",
    # Asked for often enough, and never to be answered with a change to yet another language.
    "de": "niemiecki niemieckim niemieckiego niemiecku german deutsch nemecky nemcina nemcine nemciny",
    "sk": "slowacki slowackim slowacku slovak slovensky slovenstina slovenstine",
    "uk": "ukrainski ukrainskim ukrainsku ukrainian ukrajinsky ukrajinstina ukrajinstine",
    "ru": "rosyjski rosyjskim rosyjsku russian rusky rustina rustine",
    "fr": "francuski francuskim francusku french francouzsky francouzstina francouzstine",
    "es": "hiszpanski hiszpanskim hiszpansku spanish spanelsky spanelstina spanelstine",
}
"""The words that name a language, its own code before them, in all languages that the bot speaks."""

TALK = _words("""
    speak speaking speaks talk talking write chat reply answer respond understand mowic mowicie mowisz
    mowimy mowie pisac piszcie pisz pisze piszesz piszecie rozmawiac rozmawiajmy rozmawiacie rozmawiasz
    porozmawiac pogadac gadac odpowiadaj odpisz odpowiedz rozumiesz rozumiecie rozumiem znacie znasz
    mluvite mluvit mluvis mluvim mluvime mluvte psat piste pisete umite umis umim rozumite rozumis
    rozumim bavit odpovidejte odpovezte odpovidat komunikovat nemluvite neumite nerozumite nemuzete
""")
"""Speaking, writing and understanding: beside one, a language's name is a request."""

THIRD_PERSON = _words("mowi rozumie zna mluvi rozumi umi speaks speaking")
"""As `TALK`, but only beside one of `SOMEBODY`; else a courier or a manual is told of."""

SOMEBODY = _words("""
    pan pani panstwo ktos ktokolwiek kogos czy kto nekdo nekoho kdo nekym kims anyone anybody someone
    somebody agent consultant konsultant konsultanta operator operatora person who
""")

FILLERS = _words("""
    please pls plz plss thanks thank you thx sorry hi hello hey ok okay yes no the in to into on can
    could may we i it this that is be get have would like want d language version now only just better
    and but with do let us lets instead of or either a my possible so oh ah well then use for me not
    from than prosze poprosze prosilbym prosilabym prosic dziekuje dzieki czesc dzien dobry tak nie czy
    mozna moze mozemy mozesz mozecie moglby moglaby da sie po w na z ze jezyk jezyku jezyka tylko lepiej
    chce chcialbym chcialabym bym byc jest teraz ale albo lub wersja wersje o mi ja panie pani pan hej
    jednak dalej zamiast prosim prosimvas vas diky dekuji dekuju ahoj den ano ne jo jestli muzu muzeme
    muzete mohl mohla mohli bychom byste by lze jde slo neslo v ve jazyk jazyce jazyka jen jenom pouze
    lepe chci chtel chtela bych bylo byl ted verze verzi nebo mne nahodou tedy uz dal rad rada misto
    switch change continue prefer wole wolalbym wolalabym wolimy kontynuowac przejsc przejdzmy przelacz
    przelaczyc zmien zmienic zmiana prepnout prepnete prepni prejit prejdeme prejdete zmenit zmente
    zmena radeji radsi pokracovat
""")
"""All that may stand around a language's name where nothing is said of talking: "czy można po polsku?"."""

ADDRESSES = _words("you your pan pani panstwo pana panstwu vy ty")
"""The bot itself, where it is asked to speak a language."""

ANSWERS = _words("yes no not ok okay tak nie ano ne jo")
"""Of `FILLERS` those that may answer a question: "yes, in English please" says two things."""

REFUSALS = _words("""
    nemluvim nerozumim neumim neznam nemluvte nepiste nechci nemuzu nemohu not cannot cant dont doesnt
    stop zadny zadne
""")

NIE_REFUSALS = _words("mowie rozumiem znam umiem pisze chce moge potrafie pisz piszcie mow mowcie")
"""A refusal after "nie"; "nie mówicie po czesku?" is a polite question."""

NOT_THIS_ONE = _words("not from than zamiast misto nie ne of stop")
"""Right before a language's name: not this one ("zamiast po polsku", "from Polish to English")."""

OUT_OF = _words("z ze")
GENITIVES = ("iego", "iny")
"""How a language's name ends after `OUT_OF`: "z polskiego" is away from it, "z polskim" is together with."""

POLISHED = _words("nail nails gel shoe shoes boot boots floor car furniture leather metal remover wax")
"""Beside these "polish" is what English means by it."""

NO_THIS_ONE = _words("polish czech english")
"""Names before which "no" is a refusal; in Polish and Czech it is a yes."""

PREPOSITIONS = _words("in po w v do na the speaking jezyka jezyku jezykiem jazyka speak")

TURNS = _words("but only just ale tylko jen jenom however")
"""After these a refusal is over: "I don't speak Polish only English"."""
