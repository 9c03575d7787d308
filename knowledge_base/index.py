"""The index of one language's articles by their words: BM25 over lemmas and over pieces of words, added up.

Lemmas match what is inflected; pieces of four letters match what is misspelt, compounded, or known to no
dictionary.
"""

import logging
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import bm25s
import numpy as np
import numpy.typing as npt

from knowledge_base.forms import Forms
from knowledge_base.loader import Article
from knowledge_base.text import MAX_CHARS, WORD, fold, stopwords, words
from knowledge_base.typos import repairs

_MAX_WORDS = 64
"""Of a question; a longer one is a story, and its beginning says what it is about."""
_MAX_CORRECTED = 600
"""Characters that an encoder is given; it averages, and takes 10 ms for so many."""
_STOPWORD_WEIGHT = 0.15
_GRAM = 4
_GRAMS_WEIGHT = 0.5
_TITLE_TIMES = 2

logging.getLogger("bm25s").setLevel(logging.ERROR)  # it warns of every index that it builds

Vector = npt.NDArray[np.float64]


class WordIndex:
    """The words of one set of articles in one language. Immutable: may be used by any thread."""

    def __init__(self, articles: Sequence[Article], lang: str, forms: Forms) -> None:
        self._forms = forms
        self._stop = stopwords(lang)
        texts = [words(_text_of(article)) for article in articles]
        self._known = {fold(w) for text in texts for w in text} | forms.keys()
        self._spelt = _spellings(texts)
        self._words = _Field([[t for w in text for t in self._lemmas(w)] for text in texts])
        self._grams = _Field([[g for w in text for g in self._grams_of(w)] for text in texts])

    def strengths(self, question: str) -> Vector:
        """Return each article's BM25, from 0 to 1.

        1 is what an article would get that is full of every word asked for. Words that no article has weigh
        as much as the rarest, so a question about something else is weak.
        """
        asked = list(dict.fromkeys(self._repaired(question[:MAX_CHARS])))[:_MAX_WORDS]
        content = [w for w in asked if w not in self._stop]
        lemmas = [lemma for w in content for lemma in self._lemmas(w)]
        small = [lemma for w in asked if w in self._stop for lemma in self._lemmas(w)]
        grams = [g for w in content for g in self._grams_of(w)]
        scores = (
            self._words.scores(lemmas)
            + _STOPWORD_WEIGHT * self._words.scores(small)
            + _GRAMS_WEIGHT * self._grams.scores(grams)
        )
        perfect = self._words.mass(lemmas) + _GRAMS_WEIGHT * self._grams.mass(grams)
        # A question of small words alone is weak, whatever it finds.
        strengths: Vector = np.minimum(1.0, scores / max(perfect, self._words.rarest))
        return strengths

    def corrected(self, question: str) -> str:
        """Return the question as an encoder understands it best.

        Slips of the finger are mended and diacritics put back, but only where an article has the word;
        everything else stays as it was typed.
        """
        return WORD.sub(lambda match: self._spelling(match.group()), question[:_MAX_CORRECTED])

    def _spelling(self, word: str) -> str:
        folded = fold(word)
        if folded in self._stop:
            return word
        if folded not in self._known:
            meant = repairs(folded, self._known)
            return self._spelt.get(meant[0], meant[0]) if meant else word
        has_diacritics = folded != word.lower()
        return word if has_diacritics else self._spelt.get(folded, word)

    def _repaired(self, question: str) -> Iterator[str]:
        """The question's words, folded; unknown ones give way to the known ones that were meant."""
        for word in words(question):
            folded = fold(word)
            if folded in self._known or folded in self._stop:
                yield folded
            else:
                yield from repairs(folded, self._known) or (folded,)

    def _lemmas(self, word: str) -> tuple[str, ...]:
        folded = fold(word)
        return self._forms.get(folded) or (folded,)

    def _grams_of(self, word: str) -> list[str]:
        folded = fold(word)
        if folded in self._stop:
            return []
        edged = f"^{folded}$"
        return [edged[i : i + _GRAM] for i in range(max(1, len(edged) - _GRAM + 1))]


class _Field:
    """One way of cutting the articles into terms."""

    def __init__(self, documents: Sequence[list[str]]) -> None:
        self._bm25 = bm25s.BM25(method="lucene", k1=1.2, b=0.4)
        self._bm25.index([document or [""] for document in documents], show_progress=False)
        self._vocabulary: dict[str, int] = self._bm25.vocab_dict
        count = self._count = len(documents)
        known = Counter(term for document in documents for term in set(document))
        self._idf = {term: math.log(1 + (count - n + 0.5) / (n + 0.5)) for term, n in known.items()}
        self.rarest = math.log(1 + (count + 0.5) / 0.5)
        """What a word weighs that no document has."""

    def scores(self, terms: Iterable[str]) -> Vector:
        """BM25 of every document; terms that no document has count nothing."""
        ids = [self._vocabulary[term] for term in terms if term in self._idf]
        if not ids:
            return np.zeros(self._count)
        return np.asarray(self._bm25.get_scores_from_ids(ids), dtype=np.float64)

    def mass(self, terms: Iterable[str]) -> float:
        """What the terms weigh together; unknown ones as much as the rarest."""
        return sum(self._idf.get(term, self.rarest) for term in terms)


def vocabulary(articles: Iterable[Article]) -> set[str]:
    """Return the words of the articles, with their diacritics: what the index wants the forms of."""
    return {word for article in articles for word in words(_text_of(article))}


def _text_of(article: Article) -> str:
    return "\n".join([*[article.title] * _TITLE_TIMES, *article.paraphrases, article.short, article.text])


def _spellings(texts: Iterable[Sequence[str]]) -> dict[str, str]:
    """From folded words to how they are spelt most often."""
    counted = Counter(word for text in texts for word in text)
    return {fold(word): word for word, _ in reversed(counted.most_common())}
