"""The language of the texts, and what was left in them."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from ccmail.checks.rule import Flaw, rule
from ccmail.checks.texts.passage import passages
from ccmail.languages.quotation import MARKS, straight_marks
from ccmail.problems import Mark, Severity
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.rendering import LoadedCampaign

# Words that every text of a language is full of, and the others do not have.
_COMMON = {
    "de": "der die das und ist nicht mit von auf für eine einer wird sich dem den zu im wir sie bei als auch werden",
    "en": "the and of to is that for with are this was were be by from which has have will on at we you our",
    "fr": "le les et des une est pour dans qui sur par pas plus avec nous vous ce sont aux cette leur du",
    "es": "el los las y del una que por con para su se como más este esta lo sus al han nos",
    "it": "il gli e di che della per con una sono nel alla dei delle si questo questa è anche",
    "pt": "o os as e do da que em um uma para com não dos das por na no são ao",
    "nl": "het een van en dat niet voor met zijn aan ook bij naar wordt deze door om wij",
    "pl": "i w na z do się że jest dla nie od jak oraz przez które są tym",
    "ru": "и в на что с по не для из к как это от мы или их при",
    "uk": "і й та в у на що з із по не для до як це від ми ви або їх при про є за",
    "ar": "في من على إلى عن مع أن هذا هذه التي الذي كما بين خلال",
}  # fmt: skip
_LANGUAGES_OF: dict[str, tuple[str, ...]] = {}
for _code, _words in _COMMON.items():
    for _word in _words.split():
        _LANGUAGES_OF[_word] = (*_LANGUAGES_OF.get(_word, ()), _code)
_NAMES = {
    "de": say("German"),
    "en": say("English"),
    "fr": say("French"),
    "es": say("Spanish"),
    "it": say("Italian"),
    "pt": say("Portuguese"),
    "nl": say("Dutch"),
    "pl": say("Polish"),
    "ru": say("Russian"),
    "uk": say("Ukrainian"),
    "ar": say("Arabic"),
}
_WORD = re.compile(r"[^\W\d_]+")
_QUOTED = re.compile(r"\"[^\"]*\"|„[^“”]*[“”]|“[^”]*”|«[^»]*»|\([^()]*\)|https?://\S+|\{\{[^}]*\}\}")
_ENOUGH = 6  # common words of another language
_SURE = 4  # times as many as of its own


@rule("T314", Severity.ERROR, why=say("a block that was copied and not translated goes to readers who cannot read it"))
def wrong_language(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """A text that is not in the language of its block."""
    for passage in passages(loaded.campaign):
        votes = _votes(passage.text)
        language, most = votes.most_common(1)[0] if votes else ("", 0)
        if language == passage.language or most < _ENOUGH or most < _SURE * votes[passage.language]:
            continue
        yield Flaw(
            say(
                "this text stands in the {block}: block and is {language}",
                block=passage.language,
                language=_NAMES[language],
            ),
            (Mark(passage.text.line_of(1)),),
            say("translate it; or have the segment read another language (segments.….language)"),
        )


def _votes(text: str) -> Counter[str]:
    words = _WORD.findall(_QUOTED.sub(" ", text).casefold())
    return Counter(code for word in words for code in _LANGUAGES_OF.get(word, ()))


_MISSING = say("write what belongs here")
_OF_READER = say("a field of the reader is written {{{{ first_name }}}}")
_FIELDS = (
    "(?:first_?name|last_?name|name|title|city|organisation|greeting|email|vorname|nachname|anrede|titel|stadt|ort|firma"
    "|funktion)"
)
_LEFTOVERS = tuple(
    (re.compile(pattern), severity, hint)
    for pattern, severity, hint in (
        (r"\b(?:TODO|FIXME|TBD|tbd|t\.b\.d\.|XXX+|xxx+)\b", Severity.ERROR, _MISSING),
        (r"(?i)\blorem\s+ipsum\b|\bdolor\s+sit\s+amet\b", Severity.ERROR, _MISSING),
        ((r"\*\|\w+\|\*|%%?\w+%%?(?=\W|$)(?<=[A-Z_]%)|«\w*_\w*»|\$\{\w+\}|(?<!!)\[\[\w[^\[\]\n]*\]\]"
          r"|<<\w+>>"), Severity.ERROR,
         _OF_READER),
        ((rf"(?i)(?<!\{{)\{{\s*{_FIELDS}\s*\}}\}}?|\{{\{{\s*{_FIELDS}\s*\}}(?!\}})|[<«]\s*{_FIELDS}\s*[>»]|%{_FIELDS}%"
          rf"|\$\{{?{_FIELDS}\b\}}?|\[(?:first|last)_name\]"), Severity.ERROR,
         _OF_READER),
        ((r"(?i)\[(?:(?:vor|nach)?name|anrede|stadt|datum|uhrzeit|ort|text|link|date|time|place|(?:first|last) name"
         r"|title?|titel|(?:hier|insert)[^\]\n]{0,40})\](?!\()"), Severity.ERROR, _MISSING),
        (r"(?i)\b(?:text|link|datum|name)\s+(?:folgt|hier einfügen|follows|to follow|goes here)\b", Severity.WARNING,
         _MISSING),
        (r"\?\?\?+|(?:(?<=[^\s_])|(?<=[^\s_][ \t]))_{4,}|(?<!_)_{4,}(?=[ \t]*[^\s_])", Severity.WARNING,
         _MISSING),
    )
)  # fmt: skip


@rule("T315", Severity.ERROR, Severity.WARNING, why=say("a note to oneself reaches everybody"))
def leftover(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """Something that was to be replaced: TODO, Lorem ipsum, [Name], %FIRSTNAME%.

    An error for what is a blank beyond doubt, a warning for what may be one.
    """
    for passage in passages(loaded.campaign):
        taken: set[int] = set()
        for pattern, severity, hint in _LEFTOVERS:
            for found in pattern.finditer(passage.text):
                if not taken.isdisjoint(range(*found.span())):
                    continue
                taken.update(range(*found.span()))
                said = " ".join(found[0].split())
                mark = Mark(passage.place(*found.span()))
                yield Flaw(say("“{said}” was left in the text", said=said), (mark,), hint, severity=severity)


@rule(
    "T334",
    Severity.WARNING,
    why=say("straight marks are those of typewriters; what is printed has „…“ in German and “…” in English"),
)
def straight_quotes(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """Straight quotation marks in a German or English text."""
    for passage in passages(loaded.campaign):
        found = list(straight_marks(passage.text)) if passage.language in MARKS else []
        if found:
            first, last = MARKS[passage.language][0]
            end = found[1] if len(found) > 1 else found[0]
            mark = Mark(passage.place(found[0], end + 1))
            message = say("this text has straight quotation marks ({count})", count=len(found))
            yield Flaw(message, (mark,), say("write {marks}; `ccmail check --fix` does it", marks=f"{first}…{last}"))
