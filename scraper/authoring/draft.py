"""`init`: draft a config of one page, with comments on what was seen. It reads the page as it is, at once."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import regex
from msgspec import Struct

from scraper.authoring import json_records, single_record
from scraper.authoring.details import Detail, details_of
from scraper.authoring.field_guesses import Guess, guesses
from scraper.authoring.next_page import find_next
from scraper.authoring.one_page import UNKNOWN_URL, as_template
from scraper.authoring.script_lists import best_list
from scraper.authoring.site_zone import zone_of
from scraper.authoring.structure.candidates import Element
from scraper.authoring.structure.repeats import WEAK, Group, best_group
from scraper.authoring.things import thing_of
from scraper.config.json_schema import SCHEMA
from scraper.errors import ScraperError
from scraper.models import Page
from scraper.parse.challenges import page_sign
from scraper.parse.encodings.encoding import decode
from scraper.parse.trees import html5

SAMPLE = 50
"""Characters of a value that a comment shows."""
OTHERS = 3
DETAILS, FEW_ITEMS = 3, 12
"""So many details at the beginning make a page one of one thing, in spite of a list of not so many items."""
BLOCKING = ("captcha", "access denied", "are you a (?:robot|human)", "too many requests", "unusual traffic")
TITLE = "(?i)<title>[^<]*{}"
FEW = 3
"""Fields from which a page is taken for one that was meant."""
COMMENT_AT = 72
_needs_no_quotes = regex.compile(r"[A-Za-z.][\w.>\- ]*(?<! )").fullmatch
_xml_start = regex.compile(
    r"\s*+(?P<says><\?xml\b[^>]*+>)?+(?:\s++|<!--.*?-->|<[?!][^>]*+>)*+<(?P<name>[\w:.-]+)", regex.DOTALL
).match
_words = frozenset("true false null yes no on off y n".split())


class Draft(Struct, frozen=True):
    """What a config is written of."""

    each: str | dict[str, str] | None
    """CSS, or the sources of a selection; None: the page is the item."""
    count: int
    """Items on the page."""
    fields: Sequence[Guess]
    next_page: str | None = None
    others: Sequence[tuple[str, int]] = ()
    blocked_if: str = ""
    """A regex of what a page says that is not the site's own; this one does not say it."""
    seen: int = 0
    """Items that were looked at for the fields; 0: all."""

    def has_always(self, guess: Guess) -> bool:
        """Return whether every item that was looked at has a field."""
        return guess.filled == (self.seen or self.count)


def draft_lines(page: Page, target: Path | None = None, saved: str = "") -> list[str]:
    """Return a config that reads a page, line by line.

    `target` is the file that it will be, `saved` the one that the page lies in.

    Raises ScraperError for a page in which nothing is found to make fields of.
    """
    draft = _draft(page)
    if not draft.fields:
        message = f"{page.url}: found nothing to make fields of: no elements that repeat, no title, no text"
        raise ScraperError(f"{message}; does the page need a browser to build it?")
    whole = (_head(page, draft, target, saved), _records(draft), _follow(draft), _expect(draft), _settings())
    return [line for part in whole for line in part]


def _draft(page: Page) -> Draft:
    decoded = decode(page.body, page.header("content-type"))
    if decoded.text.lstrip()[:1] in ("{", "["):
        path, count, fields = json_records.find(decoded.text)
        return Draft(None if path is None else {"json": path}, count, fields)
    if root := _xml_root(decoded.text):
        message = f"{page.url}: is XML, <{root}>, and init drafts configs of HTML and JSON"
        raise ScraperError(f"{message}; write one with `parser: xml`, and see what it reads with preview")
    if sign := page_sign(decoded.text, gives_records=False):
        message = f"{page.url}: this is {sign} and not the site's own page"
        raise ScraperError(f"{message}; save the page that a browser shows, and draft a config of that")
    root = html5.as_lxml(html5.parse(decoded.text))
    details = details_of(root)
    group = best_group(root, {one.element for one in details})
    thing = thing_of(root)
    whole = single_record.find(root, details, thing)
    if thing is not None:
        return Draft(None, 1, whole)
    listed = best_list(root)
    if listed is not None and (group is None or listed.score > group.score):
        others = ((group.selector, group.count), *group.others) if group else ()
        return Draft(
            listed.each, len(listed.items), json_records.fields_of(listed.items), find_next(root), others=others
        )
    is_weak = group is None or group.score < WEAK or _is_beside(group, details, root)
    if group is None or (is_weak and single_record.is_of_one_thing(whole)):
        return Draft(None, 1, [*whole, *single_record.by_class(root, whole)])
    return Draft(
        group.selector,
        group.count,
        guesses(group),
        find_next(root),
        others=group.others,
        blocked_if=_blocked_if(decoded.text),
        seen=len(group.elements),
    )


def _xml_root(source: str) -> str | None:
    """Return the first element of a source that says it is XML, or is a feed or sitemap; None for HTML and XHTML."""
    match = _xml_start(source)
    if match is None or match["name"].lower() == "html":
        return None
    is_known = match["name"].lower() in ("rss", "feed", "urlset", "sitemapindex")
    return match["name"] if match["says"] or is_known else None


def _blocked_if(source: str) -> str:
    """Return the regex of a title that says "captcha" and the like, as far as the title of this page does not."""
    words = [word for word in BLOCKING if not regex.search(TITLE.format(word), source)]
    return TITLE.format("(?:" + "|".join(words) + ")") if words else ""


def _is_beside(group: Group, details: Sequence[Detail], root: Element) -> bool:
    """Return whether a group is what a page of one thing shows too: few items, behind several details."""
    if len(details) < DETAILS or group.count > FEW_ITEMS:
        return False
    place = {element: n for n, element in enumerate(root.iter())}
    inside = {one for element in group.elements for one in element.iter()}
    outside = [one for one in details if one.element not in inside]
    return len(outside) >= DETAILS and place[outside[0].element] < place[group.elements[0]]


def _head(page: Page, draft: Draft, target: Path | None, saved: str) -> Iterator[str]:
    yield f"# yaml-language-server: $schema={_schema_path(target)}"
    what = f"{draft.count} items" if draft.each is not None else "one record for the whole page"
    yield f"# A draft, guessed from {page.url} ({what}). Rename, mend and drop fields as you like, then look at them:"
    if draft.each is None and len(draft.fields) < FEW:
        yield "# Nothing repeats on this page: is it the one that was meant, a captcha, or one that a browser builds?"
    yield "#"
    yield f"#   python -m scraper preview {target or 'CONFIG'} {saved}".rstrip()
    yield "start_urls:"
    note = "  # the saved page does not say its address: write it here" if page.url == UNKNOWN_URL else ""
    yield f"  - {_scalar(as_template(page.url))}{note}"
    if match := regex.search(r"([?&;](?:page|p|offset|start|pn?|pg)=)\d+", page.url):
        pattern = page.url.replace(match[0], f"{match[1]}{{page}}", 1)
        yield f'  # or many at once:  start_urls: ["{pattern}"]  with  params: {{page: {{first: 1, last: 10}}}}'
    if any(_lacks_zone(guess) for guess in draft.fields):
        zone, why = zone_of(page.url)
        yield _commented(f"timezone: {zone}", f"of date-times that carry none: {why}")
    yield ""


def _lacks_zone(guess: Guess) -> bool:
    is_moment = guess.keys.get("type") == "datetime"
    return is_moment and not regex.search(r"(?:Z|[+-]\d\d:?\d\d)$", guess.sample.strip())


def _records(draft: Draft) -> Iterator[str]:
    yield "records:"
    if draft.each is not None:
        yield _commented(f"  each: {_value(draft.each)}", f"{draft.count} items")
        if draft.others:
            told = ", ".join(f"{way} ({count})" for way, count in draft.others[:OTHERS])
            yield f"  # if these are the wrong ones, what repeats too: {told}"
    yield "  fields:"
    for guess in draft.fields:
        sample = " ".join(guess.sample.split())
        shown = sample if len(sample) <= SAMPLE else f"{sample[: SAMPLE - 1]}…"
        share = f"{guess.filled}/{draft.seen or draft.count}: " if draft.each is not None else ""
        yield _commented(f"    {_scalar(guess.name)}: {_value(guess.keys)}", f"{share}{shown}")


def _follow(draft: Draft) -> Iterator[str]:
    if draft.next_page is not None:
        yield ""
        yield _commented(
            f"follow: [{{css: {_scalar(draft.next_page)}}}]", "every next page too; drop it to read one only"
        )


def _expect(draft: Draft) -> Iterator[str]:
    if draft.each is None:
        return
    yield ""
    yield "expect:"
    if draft.blocked_if:
        yield _commented(f"  blocked_if: [{_scalar(draft.blocked_if)}]", "well-known challenges are told without it")
    fewest = max(1, draft.count // 2)
    yield _commented(f"  min_records: {fewest}", "fewer are an alarm, and the last output stays")
    always = [guess.name for guess in draft.fields if draft.has_always(guess) and "required" not in guess.keys]
    if always:
        yield "  field_coverage:" + " " * 4 + "# every item had these: fewer than nine in ten are an alarm"
        yield from (f"    {_scalar(name)}: 0.9" for name in always)


def _settings() -> Iterator[str]:
    yield ""
    yield "settings:"
    yield _commented("  download_delay: 1", "seconds between two requests to the site")
    yield "  # contact: you@example.org  # a URL or mail address, for the people whose site you visit"


def _commented(line: str, comment: str) -> str:
    plain = "".join(character if character.isprintable() else " " for character in comment)
    return f"{line:<{COMMENT_AT}}  # {plain}"


def _schema_path(target: Path | None) -> str:
    """Return the way from the config to its schema: relative within one project, else absolute."""
    here = Path.cwd()
    if target is not None and SCHEMA.is_relative_to(here) and target.resolve().is_relative_to(here):
        return Path(os.path.relpath(SCHEMA, target.resolve().parent)).as_posix()
    return SCHEMA.as_posix()


# --------------------------------------------------------------------------- YAML


def _value(value: Any) -> str:
    """Return a value in one line of YAML; a lone selector is a plain text."""
    if isinstance(value, dict):
        if list(value) == ["css"]:
            return _scalar(value["css"])
        return "{" + ", ".join(f"{_scalar(key)}: {_inner(one)}" for key, one in value.items()) + "}"
    return _inner(value)


def _inner(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(key)}: {_inner(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inner, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return _scalar(value) if isinstance(value, str) else str(value)


def _scalar(text: str) -> str:
    """Return a text as YAML reads it back, quoted where that is needed.

    >>> [_scalar(text) for text in ("h3 > a", "true", "#main li", "it's", "https://a.example/?p=1", "a\\tb")]
    ['h3 > a', "'true'", "'#main li'", "'it''s'", 'https://a.example/?p=1', '"a\\\\tb"']
    """
    is_url = regex.fullmatch(r"https?://[\w.\-/:?&=%+~;@!$*()]+", text) and not text.endswith(":")
    if is_url or (_needs_no_quotes(text) and text.lower() not in _words):
        return text
    return "'" + text.replace("'", "''") + "'" if text.isprintable() else json.dumps(text)
