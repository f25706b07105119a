"""Patterns that are compiled when they are first used: a run uses a sixth of those that the program holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, AnyStr, cast

import regex


class _Late:
    """Stands for a pattern: what is asked of it is asked of the compiled one, and kept for the next time."""

    def __init__(self, compile_pattern: Callable[..., Any], pattern: str | bytes, flags: int) -> None:
        self._how = compile_pattern, pattern, flags

    def __getattr__(self, name: str) -> Any:
        compile_pattern, pattern, flags = self._how
        found = getattr(compile_pattern(pattern, flags), name)
        setattr(self, name, found)
        return found


def late_regex(pattern: AnyStr, flags: int = 0) -> regex.Pattern[AnyStr]:
    """Return what `regex.compile` would, compiled at its first use; a wrong pattern is told only then.

    >>> late_regex("(?i)tea").search("green TEA").start()
    6
    """
    return cast("regex.Pattern[AnyStr]", _Late(regex.compile, pattern, flags))


def late_re(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what `re.compile` would, compiled at its first use."""
    return cast("re.Pattern[AnyStr]", _Late(re.compile, pattern, flags))
