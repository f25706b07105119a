"""What may have been meant by a word that nothing is called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

SHOWN = 60
"""Characters of a value that a message repeats."""
LIKENESS = 0.65
"""Share of common letters from which one word may be meant by the other."""


def did_you_mean(word: Any, known: Iterable[str]) -> str:
    """Return a hint at the known word that is nearest, or nothing.

    >>> did_you_mean("scor", ["title", "score"])
    "; did you mean 'score'?"
    """
    import difflib  # few runs have a wrong word

    spelled = {name.lower(): name for name in known}
    near = difflib.get_close_matches(str(word)[:SHOWN].lower(), list(spelled), 1, LIKENESS)
    return f"; did you mean {spelled[near[0]]!r}?" if near else ""
