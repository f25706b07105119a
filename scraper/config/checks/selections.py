"""Check selections: patterns compile, sources can read what comes before them, groups and elements are there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import regex
from msgspec import Struct
from msgspec.structs import replace

from scraper.config.near_words import did_you_mean
from scraper.errors import PatternError
from scraper.job import Selection
from scraper.job.late import late_regex
from scraper.job.yamldoc import Complaint, KeyPath
from scraper.parse.selectors.patterns import check_pattern
from scraper.parse.selectors.select import group_names

ELEMENTS = ("css", "xpath")
GIVE_ELEMENTS = (*ELEMENTS, "column")
FIRST = ("group", "value", "column")
"""Sources that begin a selection."""
_pseudo = regex.compile(r"::(?:(text)|attr\(\s*['\"]?([\w:-]+)['\"]?\s*\))\s*$").search
_quoted = late_regex(r"'[^']*'|\"[^\"]*\"")
_absolute = late_regex(r"(?:^|[\[|(,=<>+]|\b(?:or|and|div|mod)\b)\s*/")


class Item(Struct, frozen=True):
    """What a selection reads from: the page, or an item of it."""

    kind: Literal["page", "element", "text", "json", "mixed"] = "page"
    groups: tuple[frozenset[str], int] | None = None
    """Names and number of the groups of the regex whose matches the items are; None where there is no such regex."""
    is_in_records: bool = False
    is_row: bool = False


def item_of(each: Selection | None) -> Item:
    """Return what the fields of a rule read; "mixed" where a mistake in `each` hides it."""
    if each is None:
        return Item(is_in_records=True)
    if each.first_of:
        return _common_item([item_of(member) for member in each.first_of])
    last = each.sources[-1] if each.sources else None
    if last is None or last.language in FIRST:
        return Item("mixed", is_in_records=True)
    if last.language in ELEMENTS:
        return Item("element", is_in_records=True)
    if last.language == "table":
        return Item("element", is_in_records=True, is_row=True)
    if last.language in ("json", "js", "json_ld"):
        return Item("json", is_in_records=True)
    try:
        return Item("text", group_names(str(last.pattern)), is_in_records=True)
    except PatternError:
        return Item("mixed", is_in_records=True)


def _common_item(items: list[Item]) -> Item:
    """Return what is true of each of several sorts of items: the groups that all of them have."""
    kinds = {item.kind for item in items}
    if len(kinds) > 1:
        return Item("mixed", is_in_records=True)
    groups = [item.groups for item in items if item.groups is not None]
    if not groups:
        return replace(items[0], is_row=all(item.is_row for item in items))
    names = frozenset.intersection(*(names for names, _ in groups))
    return Item("text", (names, min(count for _, count in groups)), is_in_records=True)


def check_selection(selection: Selection, path: KeyPath, item: Item) -> Iterator[Complaint]:
    """Yield what is wrong with a selection that reads such items."""
    if selection.from_page:
        if not item.is_in_records:
            yield Complaint((*path, "from"), "outside `records` everything reads the page anyway")
        item = Item(is_in_records=item.is_in_records)
    for n, member in enumerate(selection.first_of):
        yield from check_selection(member, (*path, "first_of", n), item)
    if selection.first_of:
        yield from _check_alone(selection, path)
        return
    for source in selection.sources:
        if isinstance(source.pattern, str):
            yield from _check_pattern(source.language, source.pattern, (*path, source.language), item)
    yield from _check_order(selection, path, item)
    yield from _check_groups(selection, path, item)
    yield from _check_taking(selection, path, item)


def _check_alone(selection: Selection, path: KeyPath) -> Iterator[Complaint]:
    beside: list[str] = [source.language for source in selection.sources]
    beside += ["attr"] * (selection.attr is not None) + ["get"] * (selection.get != "text")
    beside += ["visible"] * selection.visible
    for key in beside:
        yield Complaint((*path, key), f"{key} cannot stand beside first_of; say it in each of its members")


def _check_pattern(language: str, pattern: str, path: KeyPath, item: Item) -> Iterator[Complaint]:
    if language == "css" and (pseudo := _pseudo(pattern)):
        instead = "get: text" if pseudo[1] else f"attr: {pseudo[2]}"
        bare = pattern[: pseudo.start()]
        yield Complaint(path, f"{pseudo[0].strip()} is no CSS; write {{css: {bare!r}, {instead}}}")
        return
    if language == "xpath" and item.kind == "element" and _absolute.search(_quoted.sub("", pattern)):
        yield Complaint(
            path, "in an item an xpath does not begin with `/`: say `.//` for what is in the item, or `from: page`"
        )
        return
    try:
        check_pattern(language, pattern)
    except PatternError as error:
        yield Complaint(path, str(error))


def _check_order(selection: Selection, path: KeyPath, item: Item) -> Iterator[Complaint]:
    """Say which sources cannot read what the one before them gives."""
    before = ""
    for source in selection.sources:
        language, at = source.language, (*path, source.language)
        if language in FIRST and before:
            yield Complaint(at, f"{language} begins a selection; {before} cannot stand before it")
        elif language == "table" and path[-1] != "each" and path[-2:-1] != ("first_of",):
            yield Complaint(at, "table finds the items of an `each`")
        elif language == "table" and len(selection.sources) > 1:
            yield Complaint(at, "table stands alone: its rows are the items")
        elif language == "json_ld" and (
            before not in ("", *ELEMENTS) or (not before and item.kind in ("text", "json"))
        ):
            yield Complaint(at, "json_ld reads a page or its elements")
        elif language in ELEMENTS and before in ("regex", "group", "value"):
            yield Complaint(at, f"{language} cannot read the text that {before} gives; sources run in written order")
        elif language in ELEMENTS and not before and item.kind == "text":
            yield Complaint(at, f"the items are text (`each` ends with regex), which {language} cannot read; say regex")
        before = language


def _check_groups(selection: Selection, path: KeyPath, item: Item) -> Iterator[Complaint]:
    for source in selection.sources:
        if source.language == "column" and not item.is_row and item.kind != "mixed":
            yield Complaint((*path, "column"), "column needs an `each` that says `table`")
        if source.language != "group":
            continue
        at = (*path, "group")
        if item.groups is None:
            if item.kind != "mixed":
                yield Complaint(at, "group needs an `each` that ends with a regex")
            continue
        names, count = item.groups
        assert isinstance(source.pattern, tuple)
        for name in source.pattern:
            if name not in names and not (name.isdecimal() and int(name) <= count):
                known = f"{count} groups" + (f", named {', '.join(sorted(names))}" if names else "")
                yield Complaint(
                    at, f"the regex of `each` has no group {name!r}, but {known}{did_you_mean(name, names)}"
                )


def _check_taking(selection: Selection, path: KeyPath, item: Item) -> Iterator[Complaint]:
    """Say where attr, get and visible have no element to take from."""
    if selection.visible and (selection.attr is not None or selection.get not in ("text", "lines")):
        yield Complaint(
            (*path, "visible"), "visible leaves hidden parts out of a text: it goes with get: text or lines"
        )
        return
    key = "attr" if selection.attr is not None else "visible" if selection.visible else "get"
    if key == "get" and selection.get == "text":
        return
    languages = [source.language for source in selection.sources]
    begins_with_item = not languages or languages[0] not in FIRST
    has_elements = any(language in GIVE_ELEMENTS for language in languages) or (
        begins_with_item and item.kind in ("page", "element", "mixed")
    )
    reads_source = selection.visible and item.kind == "page" and not set(languages) & set(GIVE_ELEMENTS)
    if not has_elements or (reads_source and languages):
        yield Complaint((*path, key), f"{key} takes from elements, and there are none here; say css or xpath")
    elif selection.get == "exists" and languages and languages[-1] not in GIVE_ELEMENTS:
        yield Complaint((*path, "get"), f"exists gives true or false, which {languages[-1]} cannot read")
