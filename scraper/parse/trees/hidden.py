"""Tell what of a page nobody sees, as far as the page's own markup says it: style sheets and scripts are not read."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Any

import regex

from scraper.job.late import late_regex

NEVER_SHOWN = frozenset("audio canvas datalist head iframe noembed noframes rp video".split())
"""Elements whose texts browsers show to nobody, beside those that are no text at all."""
_comment = late_regex(r"/\*.*?(?:\*/|$)", regex.DOTALL)
_said = late_regex(r"\s*(display|visibility)\s*:\s*([a-z-]+(?:\s+[a-z-]+)?)\s*(!\s*important)?\s*", regex.IGNORECASE)


class Hidden(Container[Any]):
    """The elements that are left out of the text that is seen of another: those of a container, and what is hidden."""

    def __init__(self, attribute: Callable[[Any, str], str | None], without: Container[Any] = ()) -> None:
        self._attribute, self._without = attribute, without

    def __contains__(self, element: Any) -> bool:
        return element in self._without or self._is_hidden(element)

    def _is_hidden(self, element: Any) -> bool:
        if element.tag in NEVER_SHOWN:
            return True
        style = _style(self._attribute(element, "style") or "")
        if "display" not in style:
            is_closed = element.tag == "dialog" and self._attribute(element, "open") is None
            if is_closed or self._attribute(element, "hidden") is not None:
                return True
        return style.get("display") == "none" or style.get("visibility") in ("hidden", "collapse")


def _style(text: str) -> dict[str, str]:
    """Return what a style says of whether its element is seen; the last counts, and what is important.

    >>> _style("color: red; DISPLAY:none !important; display: block")
    {'display': 'none'}
    """
    if ":" not in text:
        return {}
    found: dict[str, tuple[str, bool]] = {}
    for piece in _comment.sub("", text).split(";"):
        if (match := _said.fullmatch(piece)) is not None:
            name, is_important = match[1].lower(), match[3] is not None
            if is_important or not found.get(name, ("", False))[1]:
                found[name] = match[2].lower(), is_important
    return {name: value for name, (value, _) in found.items()}
