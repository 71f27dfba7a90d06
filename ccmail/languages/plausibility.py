"""The likeness of a text to names, by its letters that are not ASCII: it decides between several readings."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from ccmail.languages.letter_pairs import LETTERS, PAIRS

_WEST = ("de", "fr", "it", "es", "ca", "pt", "nl", "da", "sv", "fi", "is", "sq", "et")
_CENTRAL = ("de", "pl", "cs", "sk", "hu", "sl", "hr", "ro", "sq")
_BALTIC, _TURKISH = ("et", "lv", "lt", "de", "fi"), ("tr", "de", "fr")
_GREEK, _CYRILLIC = ("el",), ("cyr", "sr")

# What a reading must make up for: how seldom lists come in it. All figures are logarithms (e to the power of).
CODECS: Final[dict[str, tuple[tuple[str, ...], float]]] = {
    "cp1252": (_WEST, 0),
    "cp1250": (_CENTRAL, -1),
    "cp1251": (_CYRILLIC, -1),
    "cp1253": (_GREEK, -1),
    "cp1254": (_TURKISH, -1.5),
    "cp1257": (_BALTIC, -1.5),
    "cp850": (_WEST, -1.5),
    "mac-roman": (_WEST, -1.5),
    "cp437": (_WEST, -2),
    "cp852": (_CENTRAL, -2.5),
    "cp866": (_CYRILLIC, -2.5),
    "iso8859-2": (_CENTRAL, -2.5),
    "iso8859-7": (_GREEK, -2.5),
    "iso8859-9": (_TURKISH, -2.5),
    "iso8859-15": (_WEST, -2.5),
    "iso8859-5": (_CYRILLIC, -3),
    "iso8859-13": (_BALTIC, -3),
    "mac-latin2": (_CENTRAL, -3),
    "koi8-u": (_CYRILLIC, -3.5),
    "cp737": (_GREEK, -3.5),
    "cp857": (_TURKISH, -3.5),
    "mac-cyrillic": (_CYRILLIC, -3.5),
}

SURE: Final = 5.0
"""A reading is certain that is so much (150 times) more likely than any other one."""

UNUSUAL: Final = -3.4
"""Letters that are worth less, on the average, are no usual words; with signs among them they are none at all."""

IMPLAUSIBLE: Final = -5.0
"""Letters that are worth less make no words of a language here."""

_NO_LETTER_OF_IT, _UNUSUAL = -9.0, -7.0
_MIXED, _LOST, _SYMBOL = -20.0, -14.0, -11.0
_ONE_MORE_LANGUAGE = -1.5
_SELDOM = {"sq": -4.0, "is": -1.5, "ca": -0.5}
_THE_SAME = 0.25  # what words weigh that both readings have
_HARD_TO_SAY = -2.5
_MARRED = 0.3
_VOWELS = frozenset("aeiouyæøœı")
_RUN = re.compile(r"[^\W\d_]+")
_LOWER_DOTTED = "i\u0307"  # what Python makes of the Turkish capital İ
_OPENING = "„‚«"


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """Words as a codec reads them."""

    codec: str
    words: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class LikelyReading:
    """The most likely reading, and the one after it.

    Attributes:
        margin: How much more likely (as a logarithm) the first is than any other one.
        other: The reading that comes nearest to it; None if all are the same.
        worth: Of the first reading's letters that are not ASCII, on the average.
        marred: How many of its words have signs inside, capitals behind small letters and the like, as a share.
    """

    best: Reading
    margin: float
    other: Reading | None
    worth: float
    marred: float

    @property
    def is_sure(self) -> bool:
        """Whether the words can be read in one way only."""
        return self.margin >= SURE and self.is_plausible

    @property
    def is_plausible(self) -> bool:
        """Whether the words are some of a language here."""
        return self.worth > UNUSUAL or (self.worth > IMPLAUSIBLE and self.marred < _MARRED)


def judge(words: Sequence[bytes]) -> LikelyReading:
    """Return how words that are not ASCII are meant; what is the same in several codecs counts as one reading."""
    found: dict[tuple[str, ...], _Judged] = {}
    for codec, (languages, seldom) in CODECS.items():
        texts = tuple(word.decode(codec, "replace") for word in words)
        judged = _judged(codec, texts, languages, seldom)
        if texts not in found:
            found[texts] = judged
        elif judged.total > found[texts].total:
            found[texts] = dataclasses.replace(judged, reading=found[texts].reading)
    readings = list(found.values())
    best, margin, other = readings[0], -math.inf, None
    for one in readings:
        ahead = [(one.ahead_of(another), another) for another in readings if another is not one]
        least, nearest = min(ahead, key=lambda pair: pair[0], default=(math.inf, None))
        if least > margin:
            best, margin, other = one, least, nearest
    letters = sum(byte > 127 for word in words for byte in word)  # noqa: PLR2004  # ASCII ends there
    worth = sum(best.each) / max(1, letters)
    marred = sum(_worth_of_marks(word) < 2 * _HARD_TO_SAY for word in best.reading.words) / max(1, len(words))
    return LikelyReading(best.reading, margin, other.reading if other else None, worth, marred)


@dataclasses.dataclass(frozen=True, slots=True)
class _Judged:
    """A reading and what it is worth: each of its words, and all together besides."""

    reading: Reading
    each: tuple[float, ...]
    besides: float

    @property
    def total(self) -> float:
        return self.besides + sum(self.each)

    def ahead_of(self, other: _Judged) -> float:
        pairs = zip(self.each, other.each, self.reading.words, other.reading.words, strict=True)
        return self.besides - other.besides + sum((a - b) * (_THE_SAME if x == y else 1) for a, b, x, y in pairs)


def _judged(codec: str, texts: tuple[str, ...], languages: Sequence[str], seldom: float) -> _Judged:
    """Find the few languages that explain the words best."""
    marks = [_worth_of_marks(text) for text in texts]
    left = {language: [_worth(text, language) for text in texts] for language in languages}
    each: list[float] = []
    besides, total = seldom, -math.inf
    while left:
        together = {
            name: [max(pair) for pair in zip(each, own, strict=True)] if each else own for name, own in left.items()
        }
        costs = {name: besides + _ONE_MORE_LANGUAGE + _SELDOM.get(name, 0) for name in left}
        name = max(left, key=lambda name: sum(together[name]) + costs[name])
        if sum(together[name]) + costs[name] <= total:
            break
        each, besides = together[name], costs[name]
        total = sum(each) + besides
        del left[name]
    return _Judged(Reading(codec, texts), tuple(a + b for a, b in zip(marks, each, strict=True)), besides)


@functools.lru_cache(maxsize=20_000)
def _worth(text: str, language: str) -> float:
    """Return how usual the neighbours of the letters of a text are in a language."""
    pairs, letters = _table(language)
    worth = 0.0
    for run in _runs(text):
        word = f"^{run.lower().replace(_LOWER_DOTTED, 'i')}$"
        for first, second in itertools.pairwise(word):
            if first.isascii() and second.isascii():
                continue
            usual = pairs.get(first + second)
            if usual is None:
                usual = min(letters.get(c, _NO_LETTER_OF_IT) for c in (first, second) if not c.isascii())
            worth += usual
    return worth


@functools.cache
def _table(language: str) -> tuple[dict[str, float], dict[str, float]]:
    pairs = {text[at : at + 2]: usual for usual, text in PAIRS[language].items() for at in range(0, len(text), 2)}
    letters = {letter: max(_UNUSUAL, usual) for usual, text in LETTERS[language].items() for letter in text}
    return dict(pairs), dict(letters)


def _runs(text: str) -> Iterator[str]:
    return (run for run in _RUN.findall(text) if not run.isascii() and len(_scripts(run)) == 1)


def _scripts(run: str) -> set[str]:
    return {unicodedata.name(c, "?").partition(" ")[0] for c in run}


@functools.lru_cache(maxsize=20_000)
def _worth_of_marks(text: str) -> float:
    """Return the worth of signs inside words, capitals behind small letters and the like: they fit no language."""
    worth = sum(_MIXED for run in _RUN.findall(text) if not run.isascii() and len(_scripts(run)) > 1)
    for before, mark, after in zip(f" {text}", text, f"{text[1:]} ", strict=False):
        if not mark.isascii():
            worth += _worth_of_mark(before, mark, after)
    return worth + _HARD_TO_SAY * sum(map(_is_hard_to_say, _RUN.findall(text)))


def _is_hard_to_say(run: str) -> int:
    """Return how many Latin letters with a sign stand among their like: consonants on both sides, or vowels."""
    base = [unicodedata.normalize("NFD", c)[0] for c in run.lower()]
    if run.isascii() or not all(map(_is_latin, base)):
        return 0
    vowels = [c in _VOWELS for c in base]
    for at in range(1, len(base)):
        if base[at] in "rl" and not vowels[at - 1]:  # as in Trček, Vlček
            vowels[at] = True
    inside = range(1, len(run) - 1)
    return sum(not run[at].isascii() and vowels[at - 1] == vowels[at] == vowels[at + 1] for at in inside)


def _is_latin(letter: str) -> bool:
    return letter < "\u0250"


def _worth_of_mark(before: str, mark: str, after: str) -> float:  # noqa: PLR0911  # a table
    kind = unicodedata.category(mark)
    in_word, at_word = before.isalpha() and after.isalpha(), before.isalpha() or after.isalpha()
    if kind == "Cc" or mark == "\ufffd":
        return _LOST
    if kind in {"Ll", "Lu", "Lo"} and mark not in "ªº":
        if mark.isupper() and before.islower():
            return -7
        return -5 if mark.isupper() and before.isalpha() and after.islower() else 0
    if mark in "ªº":
        return -2.5 if before.isalpha() and not after.isalpha() else -6
    if mark == "’":
        return -1 if in_word else -2
    if kind in {"Pi", "Pf", "Pd"} or mark in "„‚…":
        return _worth_of_quote(mark, before, kind, in_word=in_word, at_word=at_word)
    if mark in "\u00a0\u00ad´":
        return -2.5 if mark == "\u00a0" else -5
    return _SYMBOL if at_word else -3


def _worth_of_quote(mark: str, before: str, kind: str, *, in_word: bool, at_word: bool) -> float:
    if in_word:
        return _SYMBOL
    if mark in _OPENING:
        return -6 if before.isalpha() else -1.5
    if kind == "Pd" or mark == "…":
        return -5 if at_word else -1.5
    return -2.5 if at_word else -4


def is_plausible(words: Sequence[bytes], codec: str) -> bool:
    """Return whether words could be meant in a codec."""
    languages, _ = CODECS[codec]
    texts = [word.decode(codec, "replace") for word in words]
    return all(max(_worth_of_marks(t) + _worth(t, name) for name in languages) > 6 * IMPLAUSIBLE for t in texts)
