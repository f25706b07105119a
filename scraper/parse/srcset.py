"""Choose an image of a `srcset`, which is read as browsers do (WHATWG HTML §4.8.4.2 and 4.8.4.3.9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from scraper.errors import Malformed, PatternError
from scraper.job.late import late_regex

_url = late_regex(r"[\s,]*(?P<url>\S+)")
_descriptors = late_regex(r"(?:\([^)]*\)?|[^,(])*+,?")
_size = late_regex(r"(?:(?P<width>[1-9][0-9]*)w|(?P<density>[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)x)")
_height = late_regex(r"\s+[1-9][0-9]*h$")


class Candidate(NamedTuple):
    """An image: its URL as it is written, and its width in pixels or its density."""

    url: str
    size: float
    unit: str


def compile_choice(argument: str) -> Callable[[str], str]:
    """Return the function that gives the URL of one image of a srcset; it raises Malformed. Raises PatternError.

    The argument is "largest", "smallest", or the least width or density that is enough: "640w", "2x". Where none is
    enough, it is the largest.

    >>> compile_choice("largest")("/s.jpg 320w, /l.jpg 1280w, /m.jpg 640w"), compile_choice("400w")("/a 320w, /b 640w")
    ('/l.jpg', '/b')
    """
    enough = _size.fullmatch(argument)
    if enough is None and argument not in ("largest", "smallest"):
        raise PatternError(f"{argument!r} is none of largest, smallest, a width such as 640w and a density such as 2x")

    def choose(text: str) -> str:
        candidates = read_srcset(text)
        if not candidates:
            raise Malformed("is no srcset: it names no image")
        ranked = sorted(candidates, key=lambda one: one.size)  # of two that are as large, the first
        if enough is None:
            return (max if argument == "largest" else min)(candidates, key=lambda one: one.size).url
        unit = argument[-1]
        if ranked[0].unit != unit:
            raise Malformed(f"tells its images by {ranked[0].unit} and not by {unit}")
        least = float(argument[:-1])
        return next((one for one in ranked if one.size >= least), ranked[-1]).url

    return choose


def read_srcset(text: str) -> list[Candidate]:
    """Return the images of a srcset in its order; what a browser passes over is left out.

    An image without a size has a density of 1. Where widths and densities stand side by side, widths are meant.

    >>> read_srcset("a.jpg, b.jpg 2x, c,d.jpg 3x 4x")
    [Candidate(url='a.jpg', size=1.0, unit='x'), Candidate(url='b.jpg', size=2.0, unit='x')]
    """
    found, at = [], 0
    while (match := _url.match(text, at)) is not None:
        at, url = match.end(), match["url"]
        if url.endswith(","):
            url, said = url.rstrip(","), ""
        else:
            rest = _descriptors.match(text, at)
            said = rest[0].removesuffix(",").strip() if rest else ""
            at = rest.end() if rest else at
        size = _size.fullmatch(_height.sub("", said) or "1x")
        if url and size is not None:
            found.append(Candidate(url, float(size["width"] or size["density"]), "w" if size["width"] else "x"))
    widths = [one for one in found if one.unit == "w"]
    return widths or found
