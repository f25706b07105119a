"""Warn of what is legal in patterns and fields and almost never meant, each with what to write instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import regex

from scraper.export import columns
from scraper.export.formats import format_of
from scraper.job import Condition, Field, Job, Selection
from scraper.job.late import late_regex
from scraper.job.yamldoc import Complaint, KeyPath

_approximate = late_regex(r"\{\s*(?:[0-9]*\s*[idse]|[0-9]+\s*<)[0-9\s,<>=+idse]*(?::[^}]*)?\}")
_literal = late_regex(r"\\.|\[\^?\]?(?:\\.|[^]\\])*\]|\(\?#[^)]*\)", regex.DOTALL)
"""Matches what braces are signs in, or nothing at all: an escape, a set, a comment."""
_odd_blank = regex.compile(r"(?<!\\)[^\S \t\n\r\f]").search
_quoted = regex.compile(r"""\"[^"]*\"|'[^']*'|\([^()]*\)""")
_dollar = late_regex(r"\$[\d&]|\$\{\d")
_class = late_regex(r"\\[dDsSwW]")
_gives_text = late_regex(r"(?:^|/)(?:@[\w:.-]+|text\(\))$")
_minutes_as_month = late_regex(r"%[HI][:.h]%m")


def pattern_warnings(selection: Selection, path: KeyPath) -> Iterator[Complaint]:
    """Yield the warnings for the regexes and the attribute of a selection, not for those inside it."""
    for source in selection.sources:
        if source.language == "css" and (blank := _odd_blank(_quoted.sub("", str(source.pattern)))):
            told = f"holds U+{ord(blank[0]):04X}, which is no blank in a selector but part of a name; write a space"
            yield Complaint((*path, "css"), told)
        if source.language == "regex":
            yield from regex_warnings(str(source.pattern), (*path, "regex"))
        if source.language == "xpath" and selection.attr is not None and _gives_text.search(str(source.pattern)):
            yield Complaint((*path, "attr"), "the xpath gives texts, which have no attributes; leave attr out")
    if selection.attr is not None and selection.attr.startswith("@"):
        bare = selection.attr.lstrip("@")
        yield Complaint((*path, "attr"), f"no attribute's name begins with @; say attr: {bare}")


def condition_warnings(condition: Condition, path: KeyPath) -> Iterator[Complaint]:
    """Yield the warnings for the regexes of a condition of `where`."""
    if condition.regex is not None:
        yield from regex_warnings(condition.regex, (*path, "regex"))
    if condition.negated is not None:
        yield from condition_warnings(condition.negated, (*path, "not"))


def regex_warnings(pattern: str, path: KeyPath) -> Iterator[Complaint]:
    """Yield the warnings for a regex, wherever it stands."""
    if "\b" in pattern:
        yield Complaint(path, r"holds a backspace: between double quotes \b is one; use single quotes")
    if match := _approximate.search(_literal.sub("x", pattern)):
        told = f"{match[0]} asks for approximate matches of what stands before it; a brace as text is \\{{"
        yield Complaint(path, told)


def field_warnings(field: Field, path: KeyPath) -> Iterator[Complaint]:
    """Yield the warnings for the steps and formats of a field."""
    for n, step in enumerate(field.steps):
        if step.name in STEP_WARNINGS:
            yield from STEP_WARNINGS[step.name](step.argument, (*path, "steps", n, step.name))
    for n, text in enumerate(field.formats):
        if _minutes_as_month.search(text):
            yield Complaint((*path, "format", n), "%m is the month; minutes are %M")
        elif "%Y" in text and "%d" in text and not any(month in text for month in ("%m", "%b", "%B")):
            told = (
                "%M is minutes; the month is %m" if "%M" in text else "a year and a day without a month are of January"
            )
            yield Complaint((*path, "format", n), told)
        if ("%U" in text or "%W" in text) and not any(day in text for day in ("%a", "%A", "%w", "%u")):
            yield Complaint(
                (*path, "format", n), "a number of a week (%U, %W) tells no day without one of the week (%a)"
            )
        has_half = "%p" in text
        if has_half and "%H" in text:
            yield Complaint((*path, "format", n), "%H counts to 24; an hour with %p is %I")
        elif not has_half and "%I" in text:
            yield Complaint((*path, "format", n), "%I without %p is read as before noon; an hour of 24 is %H")


def output_warnings(job: Job) -> Iterator[Complaint]:
    """Yield the warning for date-times without a zone in a Parquet file: each reader takes them for another."""
    form = format_of(job.output.path.text)
    if form is None or not form.has_types:
        return
    fields = (field for rule in job.published_rules() for field in rule.written)
    names = [field.name for field in fields if columns.is_moment(field) and not columns.has_zone(field)]
    if names:
        told = ", ".join(names[:3])
        yield Complaint(("output", "path"), f"{told}: a date-time without a zone in a Parquet file; say `timezone`")


def _sub(argument: tuple[str, str], path: KeyPath) -> Iterator[Complaint]:
    pattern, new = argument
    yield from regex_warnings(pattern, (*path, 0))
    if _dollar.search(new):
        yield Complaint((*path, 1), r"$1 is text here; a group is written \1, or \g<name>, the whole match \g<0>")


def _replace(argument: tuple[str, str], path: KeyPath) -> Iterator[Complaint]:
    if match := _class.search(argument[0]):
        yield Complaint((*path, 0), f"{match[0]} is text here; a pattern is for `sub`")


STEP_WARNINGS: dict[str, Callable[[Any, KeyPath], Iterator[Complaint]]] = {"sub": _sub, "replace": _replace}
"""By the names of steps."""
