"""Tell which words of classes and ids a person chose: hashes of build tools and utility classes say nothing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import regex

LONGEST_NAME = 60
SHORTEST_WORD = 3
_words = regex.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]+|\p{Lo}+|\d+")
_prefix_of_tool = regex.compile(r"^(?:ss?rcss|css|sc|jsx|jss|svelte|emotion|makeStyles|Mui|chakra|data-v|astro)$")
_vowel = regex.compile(r"[aeiouy]", regex.IGNORECASE)
_utility = regex.compile(
    r"(?:[\w-]+:)*(?:-?[mp][trblxyse]?-?\d+|(?:col|row|gap|order|span|w|h|min-w|max-w|min-h|max-h|size|top|left|right|bottom"
    r"|z|opacity|grid-cols|grid|text|font|leading|tracking|bg|border|rounded|shadow|items|justify|self|content|flex|d|f|color"
    r"|float|align|position|overflow|inline|block|lh|no|v|space|ring|fill|stroke|cursor|object|display)(?:-[\w./\[\]#%]+)+"
    r"|[dfmpwh]\d|flex|grid|hidden|block|inline|inline-block|relative|absolute|fixed|sticky|static|truncate|container|clearfix"
    r"|row|pull-(?:left|right)|(?:upper|lower)case|capitalize|italic|bold|underline|(?:sr|visually)-(?:only|hidden))"
)
STATES = frozenset(
    "active current even odd first last open closed selected hover visible hidden disabled loaded".split()
)
VAGUE = frozenset(
    "wrapper wrap container inner outer box block div span item col row cell left right top bottom main content center"
    " section group holder body element component base root small large big new old layout grid list clearfix".split()
)
"""Words that most elements of a page might bear."""


@cache
def stable_names(name: str) -> tuple[str, ...]:
    """Return of a class or id what a person chose: all of it, the part before or behind a hash, or nothing.

    >>> [stable_names(name) for name in ("price_color", "Card_title__x7Gh2", "ssrcss-12si5xr-Heading", "css-1q2w3e")]
    [('price_color',), ('Card_title',), ('Heading',), ()]
    """
    if len(name) > LONGEST_NAME or not regex.fullmatch(r"[\w-]+", name):
        return ()
    parts = regex.split(r"([-_]+)", name)
    kept: list[list[str]] = [[]]
    for number, part in enumerate(parts):
        if number % 2:
            kept[-1].append(part)
        elif is_hash(part) or _prefix_of_tool.match(part) or (number == 2 and _prefix_of_tool.match(parts[0])):
            kept.append([])
        else:
            kept[-1].append(part)
    runs = ["".join(run).strip("-_") for run in kept]
    return tuple(run for run in runs if len(run) >= SHORTEST_WORD and regex.search(r"\p{L}{3}", run))


@cache
def is_made(name: str) -> bool:
    """Return whether a class or id, or a part of it, looks as if a program had made it.

    >>> [name for name in ("price_color", "css-1q2w3e", "board-index-1", "_3kXyZ9", "hd", "t3_1x2y3z") if is_made(name)]
    ['css-1q2w3e', '_3kXyZ9', 't3_1x2y3z']
    """
    parts = [part for part in regex.split(r"[-_]+", name) if part]
    return any(map(is_hash, parts)) or (len(parts) > 1 and bool(_prefix_of_tool.match(parts[0])))


@cache
def is_hash(part: str) -> bool:
    """Return whether a part of a name looks as if a program had made it.

    >>> [part for part in ("title", "x7Gh2", "1q2w3e", "hAsjKq", "col12", "bdVaJa", "kzqpr") if is_hash(part)]
    ['x7Gh2', '1q2w3e', 'hAsjKq', 'bdVaJa', 'kzqpr']
    """
    if len(part) < 4 or not part.isascii():
        return len(part) > 4 and part.isdigit()
    if part.isdigit():
        return True
    letters = regex.sub(r"[^a-zA-Z]", "", part)
    if regex.search(r"\d", part):
        return not regex.fullmatch(r"[a-zA-Z]+\d{1,2}|\d{1,2}[a-zA-Z]{3,}|[a-z]+\d{1,2}[a-z]+", part) or (
            bool(regex.search(r"\d[a-zA-Z]+\d", part)) or len(_vowel.findall(letters)) * 5 < len(letters)
        )
    humps = regex.findall(r"[A-Z][a-z]*|[a-z]+", part)
    if not part.isupper() and len(humps) > 1 and len(part) / len(humps) < 2.7:
        return True
    if len(part) >= 5 and len(humps) > 1 and not regex.search(r"[A-Z][a-z]{2}", part) and not part.isupper():
        return True
    return len(part) > 4 and len(_vowel.findall(part)) * 6 < len(part)


@cache
def is_utility(name: str) -> bool:
    """Return whether a class says how something looks and not what it is.

    >>> [name for name in ("mt-2", "text-gray-600", "f3", "float-right", "price", "md:flex") if is_utility(name)]
    ['mt-2', 'text-gray-600', 'f3', 'float-right', 'md:flex']
    """
    return (
        bool(_utility.fullmatch(name))
        or bool(regex.fullmatch(r"(?:[a-z]{1,3}-)+\d{1,2}", name))
        or any(sign in name for sign in ":/[")
    )


@cache
def words_of(name: str) -> frozenset[str]:
    """Return the words of a name, in lower case and singular, without those that say nothing.

    >>> sorted(words_of("recipe-ingredients__list-item")), sorted(words_of("ssrcss-1a2b3c-IngredientList"))
    (['ingredient', 'recipe'], ['ingredient'])
    """
    found = {_singular(word.lower()) for part in stable_names(name) for word in _words.findall(part)}
    return frozenset(
        word for word in found if len(word) >= SHORTEST_WORD - 1 and word not in VAGUE | STATES and not word.isdigit()
    )


def words_in(text: str) -> Iterator[str]:
    """Yield the words of any text such as a selector or a label, in lower case and singular."""
    yield from (
        _singular(word) for word in regex.findall(r"\p{L}{2,}", regex.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower())
    )


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
