"""Asking for a language in so many words: "po polsku proszę", "mluvíte česky?", "English please".

A language's name alone is no request ("instrukcja jest po angielsku", "Česká pošta", "jak se řekne anglicky
okurka"): the words around it have to be ones of politeness or of talking. What is denied ("nie mówię po czesku",
"not in Polish") is told apart. Works on folded words, so diacritics and case make no difference.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlu.words import fold

_NAMES = {
    "pl": "polski polskim polskiego polsku polish polsky polstina polstine polstiny polstinu",
    "cs": "czeski czeskim czeskiego czesku czech cesky ceske cestina cestine cestiny cestinu",
    "en": "angielski angielskim angielskiego angielsku english anglicky anglictina anglictine anglictiny anglictinu",
    # Asked for often enough, and never to be answered with another change of language.
    "de": "niemiecki niemieckim niemiecku german deutsch nemecky nemcina nemcine nemciny",
    "sk": "slowacki slowackim slowacku slovak slovensky slovenstina slovenstine",
    "uk": "ukrainski ukrainskim ukrainsku ukrainian ukrajinsky ukrajinstina ukrajinstine",
    "ru": "rosyjski rosyjskim rosyjsku russian rusky rustina rustine",
    "fr": "francuski francusku french francouzsky francouzstina",
    "es": "hiszpanski hiszpansku spanish spanelsky spanelstina",
}
_LANGUAGE = {name: language for language, names in _NAMES.items() for name in names.split()}

_TALK = frozenset(
    # speaking, writing, understanding, going over to: "mówi pan po polsku", "umíte anglicky", "switch to English"
    "speak speaking speaks talk talking write chat continue switch change reply answer respond understand prefer "
    "mowic mowicie mowisz mowimy mowie pisac piszcie pisz pisze piszesz piszecie rozmawiac rozmawiajmy rozmawiacie "
    "rozmawiasz porozmawiac pogadac gadac odpowiadaj odpisz odpowiedz rozumiesz rozumiecie rozumiem przejsc "
    "przejdzmy przelacz przelaczyc zmien zmienic zmiana znacie znasz wole wolalbym wolalabym wolimy kontynuowac "
    "mluvite mluvit mluvis mluvim mluvime mluvte psat piste pisete umite umis umim rozumite rozumis rozumim bavit "
    "prepnout prepnete prepni prejit prejdeme prejdete zmenit zmente zmena odpovidejte odpovezte odpovidat radeji "
    "radsi pokracovat komunikovat nemluvite neumite nerozumite nemuzete".split()
)
_THIRD = frozenset("mowi rozumie zna mluvi rozumi umi speaks speaking".split())
"""Talking in the third person: a request only beside one of `_SOMEBODY`, else somebody tells of a courier."""
_SOMEBODY = frozenset(
    "pan pani panstwo ktos ktokolwiek kogos czy kto nekdo nekoho kdo nekym kims anyone anybody someone somebody "
    "agent consultant konsultant konsultanta operator operatora person who".split()
)
_FILLER = frozenset(
    # what may stand around a language's name where there is no word of talking: "czy można po polsku, proszę?"
    "please pls plz plss thanks thank you thx sorry hi hello hey ok okay yes no the in to into on can could may we i "
    "it this that is be get have would like want d language version now only just better and but with do let us lets "
    "instead of a my menu possible so oh ah well then use for me"
    " prosze poprosze prosilbym prosilabym prosic dziekuje dzieki czesc dzien dobry tak nie czy mozna moze mozemy "
    "mozesz mozecie moglby moglaby mozna da sie po w na z ze jezyk jezyku jezyka tylko lepiej chce chcialbym "
    "chcialabym bym byc jest to teraz a i ale albo wersja wersje o mi ja my panie pani pan hej jednak dalej"
    " prosim prosimvas vas diky dekuji dekuju ahoj dobry den ano ne jo jestli muzu muzeme muzete mohl mohla mohli "
    "bychom byste by lze jde slo neslo v ve do jazyk jazyce jazyka jen jenom pouze lepe chci chtel chtela bych bylo "
    "byl ted verze verzi verzi a nebo ale mne ja my nahodou tedy uz dal rad rada".split()
)
_REFUSING = frozenset(
    "nemluvim nerozumim neumim neznam nemluvte nepiste nechci not cannot cant dont doesnt stop zadny zadne".split()
)
_NOT_HERE = frozenset("not from than zamiast misto z ze nie ne of stop".split())
"""Right before a language: not this one ("from Polish to English", "zamiast po polsku", "z čeština do ...")."""
_PREPOSITIONS = frozenset("in po w v do na the speaking jezyka jezyku jezykiem jazyka speak".split())
_CLAUSE = re.compile(r"[.,;:!?\n()-]+|\b(?:but|only|just|ale|tylko|jen|jenom|lze|however|so)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_MAX_WORDS = 14
"""A longer clause tells a story in which a language is only mentioned."""


@dataclass(frozen=True)
class Request:
    """What a message says of languages."""

    wanted: tuple[str, ...] = ()
    """Those asked for, in order; they need not be ones that the bot speaks."""
    refused: frozenset[str] = frozenset()
    """Those that the customer says he does not speak or want."""


def requested(text: str) -> Request:
    """Return which languages `text` asks for and which it refuses; mere mentions are neither."""
    wanted: dict[str, None] = {}
    refused: set[str] = set()
    for clause in _clauses(text):
        named = [(index, _language(word)) for index, word in enumerate(clause)]
        mentions = [(index, language) for index, language in named if language is not None]
        if not mentions or len(clause) > _MAX_WORDS or not _about_talking(clause):
            continue
        for index, language in mentions:
            if _refuses(clause, index):
                refused.add(language)
            else:
                wanted[language] = None
    return Request(tuple(language for language in wanted if language not in refused), frozenset(refused))


def _clauses(text: str) -> Iterator[Sequence[str]]:
    for part in _CLAUSE.split(text):
        if words := [fold(word) for word in _WORD.findall(part)]:
            yield words


def _language(word: str) -> str | None:
    """Return the language that `word` names, one slip of the keyboard forgiven in long names."""
    if word in _LANGUAGE or len(word) < 6:
        return _LANGUAGE.get(word)
    return _SLIPS.get(word)


def _about_talking(clause: Sequence[str]) -> bool:
    words = [word for word in clause if _language(word) is None]
    if any(word in _TALK or word in _REFUSING for word in words):
        return True
    if any(word in _THIRD for word in words) and any(word in _SOMEBODY for word in words):
        return True
    return all(word in _FILLER for word in words)


def _refuses(clause: Sequence[str], index: int) -> bool:
    before = list(clause[:index])
    while before and before[-1] in _PREPOSITIONS:
        before.pop()
    if before and before[-1] in _NOT_HERE:
        return True
    if "you" in before:  # "don't you speak English?" asks for it
        return False
    if any(word in _REFUSING for word in before):
        return True
    return any(one == "nie" and other in _I_DO for one, other in zip(before, before[1:], strict=False))


_I_DO = frozenset("mowie rozumiem znam umiem pisze chce pisz piszcie mow mowcie".split())


def _slips(name: str) -> Iterator[str]:
    """Yield what is left of `name` with a letter lost, doubled or swapped with the next one."""
    for at in range(1, len(name)):
        yield name[:at] + name[at + 1 :]
        yield name[:at] + name[at] + name[at:]
        if at + 1 < len(name):
            yield name[:at] + name[at + 1] + name[at] + name[at + 2 :]


_SLIPS = {
    slip: language
    for name, language in _LANGUAGE.items()
    if len(name) >= 6
    for slip in _slips(name)
    if len(slip) >= 6 and slip not in _LANGUAGE
}
