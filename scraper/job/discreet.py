"""Frozen values that do not show all of themselves."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct


class Discreet(Struct, frozen=True):
    """A frozen value whose `repr`, which may come into a log or a traceback, leaves out what is secret or endless."""

    hidden: ClassVar[frozenset[str]] = frozenset()
    """The names of the fields that are left out."""

    def __repr__(self) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name in self.__struct_fields__ if name not in self.hidden)
        return f"{type(self).__name__}({', '.join(shown)})"
