"""What short forms mean, and which of several forms a value has: said once for both readers of a file."""

from __future__ import annotations

import shlex
from typing import Any

SHELL_WORDS = frozenset({"|", "||", "&", "&&", ";", ">", ">>", "<", "2>", "2>&1"})


def as_list(value: Any) -> Any:
    """Return a single value as a list of one."""
    return value if value is None or isinstance(value, list) else [value]


def as_names(value: Any) -> Any:
    """Return group names and numbers as a list of texts."""
    return [str(name) if type(name) is int else name for name in as_list(value) or ()] or value


def as_bounds(value: Any) -> Any:
    """Return a plain number as both bounds."""
    return {"min": value, "max": value} if type(value) is int else value


def form_of(value: Any) -> str:
    """Return which of several forms a value has, as a tag that is no key of any file."""
    if isinstance(value, dict):
        return "<file>" if "file" in value else "<mapping>"
    return f"<{type(value).__name__}>"


def words_of(text: str) -> list[str]:
    """Return a command line as its words, or raise ValueError: no shell sees it, so nothing in it is meant for one."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise ValueError(f"this is no command line: {error}") from None
    if meant := SHELL_WORDS.intersection(words):
        raise ValueError(
            f"no shell runs this, so {min(meant)} is an argument like any; say [sh, -c, …] if you want one"
        )
    return words
