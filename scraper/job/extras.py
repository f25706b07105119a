"""What is had by one of pip's extras only: a library that a part of the program needs and not every user has."""

from __future__ import annotations

from importlib.util import find_spec

from msgspec import Struct


class Extra(Struct, frozen=True):
    """An extra of this package, and the module that is there once it is installed."""

    name: str
    module: str

    @property
    def is_missing(self) -> bool:
        """Whether the module is not there. Nothing is imported."""
        return find_spec(self.module) is None

    def needed_by(self, what: str) -> str:
        """Return what to say to somebody who asks for something that needs it.

        >>> Extra("fast", "pycurl").needed_by("curl")
        "curl needs the extra `fast`: pip install '.[fast]' in its checkout"
        """
        return f"{what} needs the extra `{self.name}`: pip install '.[{self.name}]' in its checkout"
