"""Say what the values of a field are like: their kind, alphabet, signs, length, language. Pure: records go in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson
import regex
from msgspec import Struct, field

from scraper.export.tally import Tally
from scraper.job import Job

LOOKED_AT = 300
"""Characters of a value that are looked at."""
BEGINNING = 60
"""Characters that tell the alphabet."""
SHOWN = 40
FEW = 0.1
"""The share of a text's letters and digits that does not make it one of words and numbers."""
FEWEST_WORDS = 10
"""Words of a language from which it is known, two in three being its own."""
SCRIPTS = {
    "Latin": r"\p{Latin}",
    "Cyrillic": r"\p{Cyrillic}",
    "Greek": r"\p{Greek}",
    "Arabic": r"\p{Arabic}",
    "Hebrew": r"\p{Hebrew}",
    "Thai": r"\p{Thai}",
    "Devanagari": r"\p{Devanagari}",
    "Hangul": r"\p{Hangul}",
    "Kana": r"[\p{Hiragana}\p{Katakana}]",
    "Han": r"\p{Han}",
}
LANGUAGES = {
    "English": "the of and that with from this are was by",
    "German": "der das und mit für nicht ist von auf ein eine dem",
    "French": "les des et une pour dans est du qui sur avec",
    "Spanish": "el los las y por con como más pero",
    "Italian": "il di che della gli sono nel anche",
    "Portuguese": "os da do não uma em dos ao",
    "Dutch": "het een van voor niet zijn maar ook",
    "Polish": "się nie jest oraz dla przez jak",
    "Swedish": "och att som är på för inte",
    "Danish": "og det af på er til ikke",
    "Turkish": "ve bir bu için ile çok daha",
}
"""Frequent words; one of several languages tells none of them."""
_scripts = {name: regex.compile(pattern) for name, pattern in SCRIPTS.items()}
_words = regex.compile(r"\p{L}+")
_letter, _digit = regex.compile(r"\p{L}"), regex.compile(r"\p{N}")
_sign = regex.compile(r"\p{Sc}|%|\b(?:EUR|USD|GBP|CHF|JPY|CNY|RUB|PLN|SEK|NOK|DKK|zł|kr|руб)\b")
_markup = regex.compile(r"</?[a-zA-Z][^<>]*>|\{\{|\[object |&(?:#\d+|[a-z]+);")
_date = regex.compile(r"\d{4}-\d\d-\d\d(?:T|$)")
_counted = Counter(word for words in LANGUAGES.values() for word in words.split())
_language_of = {word: name for name, words in LANGUAGES.items() for word in words.split() if _counted[word] == 1}


class Shape(Struct, frozen=True):
    """What some values of a field are like; each count is by a class, such as `{"Latin": 60}`."""

    count: int
    """Values that were looked at."""
    kinds: Mapping[str, int] = field(default_factory=dict)
    """text, number, boolean."""
    scripts: Mapping[str, int] = field(default_factory=dict)
    """The alphabet of most letters of each text."""
    mixes: Mapping[str, int] = field(default_factory=dict)
    """Texts of words, of numbers, of both, of signs alone, of markup."""
    signs: Mapping[str, int] = field(default_factory=dict)
    """The first sign of a currency or % in each text."""
    lengths: tuple[float, float, float] = (0, 0, 0)
    """Quartiles of the characters of the texts."""
    distinct: int = 0
    commonest: int = 0
    """How often the commonest value is there; 0 for dates, and booleans, which may well be all the same."""
    language: str = ""
    """That of most texts, "" if they do not tell."""
    example: str = ""


def find_shapes(job: Job, tally: Tally) -> dict[str, Shape]:
    """Return the shapes of the fields that are written, by `rule.field`; of lists of objects by `rule.field.inner`."""
    found: dict[str, Shape] = {}
    for rule in job.published_rules():
        values: dict[str, list[Any]] = {}
        for line in tally.spread[rule.name].lines:
            for name, value in _flat(rule.name, orjson.loads(line)):
                values.setdefault(name, []).append(value)
        found |= {name: shape_of(some) for name, some in values.items()}
    return found


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the single values with their names; neither nulls nor empty texts."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _flat(f"{name}.{key}", one)
    elif isinstance(value, list):
        for one in value:
            yield from _flat(name, one)
    elif value not in (None, ""):
        yield name, value


def shape_of(values: list[Any]) -> Shape:
    """Return what values are like.

    >>> shape = shape_of(["Tea 1 €", "Tea 22 €"])
    >>> shape.kinds, shape.scripts, shape.mixes, shape.signs, shape.distinct, shape.commonest
    ({'text': 2}, {'Latin': 2}, {'words and numbers': 2}, {'€': 2}, 2, 1)
    """
    texts = [value[:LOOKED_AT] for value in values if isinstance(value, str)]
    same = Counter(map(str, values))
    may_be_same = all(isinstance(value, bool) or _date.match(str(value)) for value in values)
    return Shape(
        count=len(values),
        kinds=_count(map(_kind, values)),
        scripts=_count(map(_script, texts)),
        mixes=_count(map(_mix, texts)),
        signs=_count(found[0] if (found := _sign.search(text)) else "" for text in texts),
        lengths=_quartiles([len(text) for text in texts]),
        distinct=len(same),
        commonest=0 if may_be_same else max(same.values(), default=0),
        language=_language(texts),
        example=_harmless(str(values[0])[:SHOWN]) if values else "",
    )


def _count(classes: Iterable[str]) -> dict[str, int]:
    return dict(Counter(classes).most_common())


def _kind(value: Any) -> str:
    return "text" if isinstance(value, str) else "boolean" if isinstance(value, bool) else "number"


def _script(text: str) -> str:
    """Return the alphabet of most letters; a single kana makes Japanese of Han."""
    if text.isascii():
        return "Latin" if _letter.search(text) else ""
    counts = {name: len(pattern.findall(text, 0, BEGINNING)) for name, pattern in _scripts.items()}
    if counts["Kana"]:
        counts["Kana"] += counts.pop("Han")
    name = max(counts, key=counts.__getitem__)
    return name if counts[name] else "other letters" if _letter.search(text) else ""


def _mix(text: str) -> str:
    if _markup.search(text):
        return "markup"
    letters, digits = len(_letter.findall(text)), len(_digit.findall(text))
    if not letters + digits:
        return "signs"
    share = digits / (letters + digits)
    return "words" if share < FEW else "numbers" if share > 1 - FEW else "words and numbers"


def _quartiles(lengths: list[int]) -> tuple[float, float, float]:
    if len(lengths) < 2:
        return (lengths[0],) * 3 if lengths else (0, 0, 0)
    ordered = sorted(lengths)
    whole = [divmod(quarter * (len(ordered) - 1), 4) for quarter in (1, 2, 3)]  # as `statistics` does it, "inclusive"
    low, middle, high = (
        (ordered[at] * (4 - rest) + ordered[min(at + 1, len(ordered) - 1)] * rest) / 4 for at, rest in whole
    )
    return low, middle, high


def _language(texts: list[str]) -> str:
    """Return the language to which two in three of the frequent words belong."""
    words = Counter(_language_of.get(word) for text in texts for word in _words.findall(text.lower()))
    del words[None]
    if not words:
        return ""
    name, count = words.most_common(1)[0]
    return str(name) if count >= FEWEST_WORDS and 3 * count >= 2 * words.total() else ""


def _harmless(text: str) -> str:
    """Return a text that a terminal may show: what it might obey is replaced."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)
