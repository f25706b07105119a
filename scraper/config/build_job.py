"""Make a job.Job of a file whose form is right: fill ${ENV}, read templates, write short forms out."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from msgspec.structs import replace

from scraper import job
from scraper.config.build_actions import build_actions
from scraper.config.build_fields import FieldBuilder
from scraper.config.build_output import build_output
from scraper.config.build_settings import build_login, build_settings, frozen
from scraper.config.environment import Texts
from scraper.config.form_reader import default
from scraper.errors import Malformed
from scraper.job.days import WANTED, Days, day_of, read_day
from scraper.job.expect import Bounds, Expect, PageChecks
from scraper.job.kinds import DEFAULT_PARSER
from scraper.job.late import late_re
from scraper.job.yamldoc import KeyPath
from scraper.parse.encodings.writers import writer_of
from scraper.parse.trees.parsers import PARSERS

if TYPE_CHECKING:
    from scraper.config.model import FileSpec
    from scraper.config.model_fields import SelectionSpec
    from scraper.config.model_pages import (
        ConditionSpec,
        FileParamSpec,
        FollowSpec,
        KindSpec,
        PageChecksSpec,
        RequestSpec,
        RuleSpec,
        SpanSpec,
    )

BODIES = ("form", "json_", "body")
"""What a request may carry."""
IN_KINDS_ONLY = ("start_urls", "params", "records", "follow")
_texts_of_xpath = late_re(
    r"(?:@[\w.:-]+|\btext\(\))\s*$|^\s*(?:string|concat|substring[a-z-]*|normalize-space|translate)\(.*\)\s*$",
    re.DOTALL,
)


class Builder:
    """Makes a Job; what is wrong on the way is noted in `fill.complaints`."""

    def __init__(self, folder: Path, fill: Texts) -> None:
        self._folder, self._fill = folder, fill
        self._fields = FieldBuilder(folder, fill)
        self._today = day_of(time.time(), None)

    def build(self, spec: FileSpec, path: Path) -> job.Job:
        """Return the job; it is of use only if nothing was wrong."""
        with suppress(ValueError, OSError, KeyError):  # a zone that there is not is told elsewhere
            self._today = day_of(time.time(), self._fill.text(spec.timezone, ("timezone",)))
        name = path.stem if spec.name is None else self._fill.text(spec.name, ("name",))
        kinds = {name: spec} if spec.pages is None else spec.pages
        expect = spec.expect or default("ExpectSpec")
        for key in IN_KINDS_ONLY if spec.pages is not None else ():
            if key in spec.model_fields_set:
                self._fill.complain((key,), "where there is `pages`, this stands in one of its kinds")
        return job.Job(
            name=name,
            path=path,
            kinds=_with_own_urls(
                {
                    kind: self.kind(kind, each, spec, () if each is spec else ("pages", kind))
                    for kind, each in kinds.items()
                }
            ),
            output=build_output(spec, self._fill),
            expect=Expect(**{name: getattr(expect, name) for name in Expect.__struct_fields__}),
            settings=build_settings(spec.settings, self._fill),
            login=build_login(spec.login, self._fill),
            on_failure=tuple(self._fill.text(word, ("on_failure", n)) for n, word in enumerate(spec.on_failure or ())),
            mend=spec.mend,
            on_change=tuple(self._fill.text(word, ("on_change", n)) for n, word in enumerate(spec.on_change or ())),
            timezone=self._fill.text(spec.timezone, ("timezone",)),
        )

    # ------------------------------------------------------------------ pages

    def kind(self, name: str, spec: KindSpec, file: FileSpec, path: KeyPath) -> job.Kind:
        """Return a kind; what it does not say itself, the file says for all."""
        parser = spec.parser or file.parser or DEFAULT_PARSER
        is_html = PARSERS[parser].is_html
        return job.Kind(
            name=name,
            rules=tuple(self.rules(spec.records or [], name, file, (*path, "records"), is_html=is_html)),
            follow=self.follows(spec.follow, name, (*path, "follow"), is_html=is_html),
            start_urls=tuple(
                self._fill.template(url, (*path, "start_urls", n)) for n, url in enumerate(spec.start_urls)
            ),
            params=tuple(
                job.Param(param, self.values(values, (*path, "params", param))) for param, values in spec.params.items()
            ),
            request=self.request(spec.request, file.request, path),
            parser=parser,
            namespaces=self.namespaces(spec, file, parser, path),
            encoding=self._fill.text(spec.encoding, (*path, "encoding"))
            or self._fill.text(file.encoding, ("encoding",)),
            checks=_page_checks(spec.expect, file.expect),
            wait_for=self._fill.text(spec.wait_for, (*path, "wait_for"))
            or self._fill.text(file.wait_for, ("wait_for",)),
            actions=build_actions(spec.actions, self._fill, (*path, "actions"))
            if "actions" in spec.model_fields_set
            else build_actions(file.actions, self._fill, ("actions",)),
        )

    def namespaces(self, own: KindSpec, file: KindSpec, parser: str, path: KeyPath) -> tuple[tuple[str, str], ...]:
        """Return the prefixes of a kind: its own, or the file's where its parser has any."""
        is_own = "namespaces" in own.model_fields_set
        if not is_own and PARSERS[parser].with_namespaces is None:
            return ()
        at = path if is_own else ()
        found = own.namespaces if is_own else file.namespaces
        return tuple((name, self._fill.text(uri, (*at, "namespaces", name))) for name, uri in found.items())

    def request(self, own: RequestSpec | None, shared: RequestSpec | None, path: KeyPath) -> job.RequestSpec:
        """Return how a kind's requests are made."""
        own, shared = own or default("RequestSpec"), shared or default("RequestSpec")
        method = own.method if "method" in own.model_fields_set else shared.method
        spec, at = (own, path) if "headers" in own.model_fields_set else (shared, ())
        headers = {
            name: self._fill.template(text, (*at, "request", "headers", name)) for name, text in spec.headers.items()
        }
        source, at = (own, path) if own.model_fields_set & {"method", *BODIES} else (shared, ())
        bodies = [name for name in BODIES if name in source.model_fields_set]
        for key in (name.strip("_") for name in bodies):
            if len(bodies) > 1:
                self._fill.complain((*at, "request", key), "a request carries one of form, json and body")
            elif method == "GET":
                self._fill.complain((*at, "request", key), "a GET carries no body; say method: POST")
        form = None if source.form is None else self._fill.templates(source.form, (*at, "request", "form"))
        return job.RequestSpec(
            method,
            tuple(headers.items()),
            form=None if form is None else tuple(form.items()),
            json=self._fill.templates(source.json_, (*at, "request", "json")),
            body=self._fill.templates(source.body, (*at, "request", "body")),
        )

    def values(
        self, spec: list[Any] | SpanSpec | FileParamSpec, path: KeyPath
    ) -> tuple[Any, ...] | job.Span | Days | job.ParamFile:
        """Return the values of a param."""
        if isinstance(spec, list):
            return tuple(self._fill.data(value, (*path, n)) for n, value in enumerate(spec))
        if "file" not in spec.model_fields_set:
            return self._span(cast("SpanSpec", spec), path)
        named = cast("FileParamSpec", spec).file
        file = self._folder / self._fill.text(named, (*path, "file"))
        self._fill.note_file(file, named, (*path, "file"))
        return job.ParamFile(file)

    def _span(self, spec: SpanSpec, path: KeyPath) -> job.Span | Days:
        """Return numbers or days, with values that can be counted: what is wrong is complained of here."""
        first, last, step = spec.first, spec.last, spec.step or 1
        if spec.step == 0:
            self._fill.complain((*path, "step"), "expected a step other than 0")
        if isinstance(first, str) and isinstance(last, str):
            days = Days(self._day(first, (*path, "first")), self._day(last, (*path, "last")), self._today, step)
            return days if spec.format is None else replace(days, format=spec.format)
        if isinstance(first, str) and last is None:
            self._fill.complain(path, "days need a `last`, such as today")
        elif isinstance(first, str) or isinstance(last, str):
            end = "first" if isinstance(first, str) else "last"
            self._fill.complain((*path, end), f"expected a whole number, like the other end; or both as {WANTED}")
        elif spec.format is not None:
            self._fill.complain((*path, "format"), "a format is for days; numbers are written as they are")
        return job.Span(0 if isinstance(first, str) else first, 0 if isinstance(last, str) else last, step)

    def _day(self, raw: str, path: KeyPath) -> str:
        """Return an end of a range of days; today for what is no day."""
        text = self._fill.text(raw, path)
        try:
            read_day(text, self._today)
        except Malformed as error:
            self._fill.complain(path, str(error))
            return "today"
        return text

    def rules(
        self, specs: list[RuleSpec], kind: str, file: FileSpec, path: KeyPath, *, is_html: bool
    ) -> Iterator[job.Rule]:
        """Yield the rules of a kind; a single one bears the kind's name."""
        for n, spec in enumerate(specs):
            if spec.name is None and len(specs) > 1:
                self._fill.complain((*path, n), "of several rules each needs a `name`")
            follow = self.follows(spec.follow, kind, (*path, n, "follow"), is_html=is_html)
            yield self.rule(spec, f"{kind}[{n}]" if n else kind, follow, file, (*path, n))

    def rule(
        self, spec: RuleSpec, name: str, follow: tuple[job.Follow, ...], file: FileSpec, path: KeyPath
    ) -> job.Rule:
        """Return a rule; `name` is the one it bears if it says none."""
        return job.Rule(
            name=name if spec.name is None else spec.name,
            fields=self._fields.fields(spec.fields, file.timezone, path),
            each=self._fields.selection(spec.each, (*path, "each")) if spec.each else None,
            key=tuple(spec.key),
            explode=spec.explode,
            where=tuple((name, self.condition(one, (*path, "where", name))) for name, one in spec.where.items()),
            follow=follow,
        )

    def condition(self, spec: ConditionSpec, path: KeyPath) -> job.Condition:
        """Return what a value must be."""
        return job.Condition(
            min=self._fill.data(spec.min, (*path, "min")),
            max=self._fill.data(spec.max, (*path, "max")),
            members=None if spec.in_ is None else tuple(self._fill.data(spec.in_, (*path, "in"))),
            regex=spec.regex,
            negated=self.condition(spec.not_, (*path, "not")) if spec.not_ else None,
        )

    def follows(self, specs: list[FollowSpec], kind: str, path: KeyPath, *, is_html: bool) -> tuple[job.Follow, ...]:
        """Return the links of a page or a rule."""
        return tuple(self.follow(spec, kind, (*path, n), is_html=is_html) for n, spec in enumerate(specs))

    def follow(self, spec: FollowSpec, kind: str, path: KeyPath, *, is_html: bool) -> job.Follow:
        """Return a link; elements give their `href`, those of XML their text, unless something else is said."""
        selection = self._fields.selection(spec, path)
        named = spec.params if isinstance(spec.params, dict) else {}
        return job.Follow(
            page=kind if spec.page is None else spec.page,
            selection=_with_href(selection, spec) if is_html else selection,
            params=tuple((name, self._fields.selection(each, (*path, "params", name))) for name, each in named.items()),
            handed_on=tuple(spec.params) if isinstance(spec.params, list) else (),
            merge=spec.merge,
        )


def _with_own_urls(kinds: dict[str, job.Kind]) -> dict[str, job.Kind]:
    """Return the kinds, their follows without links with the URL of the kind that they lead to, if it has one."""

    def complete(follow: job.Follow) -> job.Follow:
        target = kinds.get(follow.page)
        finds_links = follow.selection.sources or follow.selection.first_of
        if finds_links or not (follow.params or follow.handed_on) or target is None or len(target.start_urls) != 1:
            return follow
        return replace(follow, url=target.start_urls[0], encoding=writer_of(target.encoding))

    def completed(follows: tuple[job.Follow, ...]) -> tuple[job.Follow, ...]:
        return tuple(map(complete, follows))

    return {
        name: replace(
            kind,
            follow=completed(kind.follow),
            rules=tuple(replace(rule, follow=completed(rule.follow)) for rule in kind.rules),
        )
        for name, kind in kinds.items()
    }


def _page_checks(own: PageChecksSpec | None, shared: PageChecksSpec | None) -> PageChecks:
    """Return the checks of a kind: each that it does not name itself is the file's."""
    own, shared = own or default("PageChecksSpec"), shared or default("PageChecksSpec")
    chosen = {
        name: getattr(own if name in own.model_fields_set else shared, name) for name in PageChecks.__struct_fields__
    }
    if (span := chosen["records_per_page"]) is not None:
        chosen["records_per_page"] = Bounds(span.min, span.max)
    return PageChecks(**{name: frozen(value) for name, value in chosen.items()})


def _with_href(selection: job.Selection, spec: SelectionSpec) -> job.Selection:
    """Return the selection of a link: elements that it ends with give their `href`."""
    members = tuple(map(_with_href, selection.first_of, spec.first_of or ()))
    last = selection.sources[-1] if selection.sources else None
    ends_with_elements = last is not None and last.language in ("css", "xpath") and not _gives_texts(last)
    is_silent = spec.attr is None and spec.get is None
    return replace(selection, first_of=members, attr="href" if ends_with_elements and is_silent else spec.attr)


def _gives_texts(source: job.Source) -> bool:
    """Return whether a source is an XPath of attributes or texts, such as `//a/@href`: these are links themselves."""
    return source.language == "xpath" and _texts_of_xpath.search(str(source.pattern)) is not None
