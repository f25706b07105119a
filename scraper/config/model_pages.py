"""What a config file may say of its pages: rules, links, kinds. Their form, not their sense."""

# ruff: noqa: RUF012 - pydantic copies defaults for each instance
from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, Tag
from pydantic_core import PydanticCustomError

from scraper.config.model_fields import EachSpec, FieldSpec, SelectionSpec
from scraper.config.model_forms import Maybe, OneOf, Spec, either, given
from scraper.config.short_forms import as_bounds, as_list
from scraper.job.days import WANTED
from scraper.job.params import LARGEST
from scraper.parse.trees.parsers import PARSERS


class FollowSpec(SelectionSpec):
    """Links to more pages: every match, `href` of elements by default, or a `value` template."""

    page: Maybe[str] = None
    """The kind of page they lead to; the same kind by default."""
    params: Maybe[
        Annotated[
            Annotated[dict[str, SelectionSpec], Tag("<mapping>")] | Annotated[list[str], Tag("<list>")],
            either("a mapping of names to selections", "a list of names"),
        ]
    ] = None
    """New params of the page: selections by name, or a list of names of fields and params to hand on."""
    merge: bool = False
    """The page's single record joins the record that led to it."""


Follows = Annotated[list[FollowSpec], BeforeValidator(as_list, json_schema_input_type=FollowSpec | list[FollowSpec])]


class ConditionSpec(Spec):
    """What a value must be for its record to be kept; null is not."""

    min: Annotated[Any, BeforeValidator(given)] = None
    """A number, or a date or date-time as it is written; so for `max`, both included."""
    max: Annotated[Any, BeforeValidator(given)] = None
    in_: Maybe[Annotated[list[Any], Field(min_length=1)]] = Field(None, alias="in")
    """The values that it may be."""
    regex: Maybe[str] = None
    """Searched anywhere in it."""
    not_: Maybe[ConditionSpec] = Field(None, alias="not")
    """What it must not be."""


class RuleSpec(Spec):
    """How one sort of record is read from a page."""

    name: Maybe[str] = None
    """The kind's name by default; needed where a page has several rules."""
    each: Maybe[EachSpec] = None
    """One item per match; without it the page is the item."""
    key: list[str] = []
    """Fields that tell one record from another: a second record with the same values is dropped, counted."""
    fields: dict[str, FieldSpec] = {}
    explode: Maybe[str] = None
    """A field that is a list of objects: one record for each of them, with the other fields."""
    where: dict[str, ConditionSpec] = {}
    """Keeps a record only if its fields are as said; the others are counted as filtered."""
    follow: Follows = []
    """Links of each record."""


def number_or_day(value: Any) -> Any:
    """Refuse what is neither a whole number nor a text, which may be a day."""
    if type(value) is not int and not isinstance(value, str):
        raise PydanticCustomError("said", "", {"text": f"expected a whole number, or {WANTED}"})
    if type(value) is int and abs(value) > LARGEST:
        raise PydanticCustomError("said", "", {"text": f"expected a number within {-LARGEST} and {LARGEST}"})
    return value


NumberOrDay = Annotated[int | str, BeforeValidator(number_or_day)]


class SpanSpec(Spec):
    """Whole numbers or days; both ends included. Without `last` numbers go on until a page gives no record."""

    first: NumberOrDay
    """A number; or a day: today, today-7, 2026-11-26. Today is the day on which the run began."""
    last: Maybe[NumberOrDay] = None
    step: int = 1
    """Of days, so many."""
    format: Maybe[str] = None
    """How days are written, in strftime's signs: %Y-%m-%d by default."""


class FileParamSpec(Spec):
    """A file beside the config: a value a line, or rows of .csv or .jsonl for {name.key}."""

    file: str


ParamSpec = Annotated[
    Annotated[list[Any], Tag("<list>")]
    | Annotated[SpanSpec, Tag("<mapping>")]
    | Annotated[FileParamSpec, Tag("<file>")],
    either("a list", "{first, last, step}", "{file}"),
]


class RequestSpec(Spec):
    """How the requests of a kind are made."""

    method: Literal["GET", "POST"] = "GET"
    headers: dict[str, str] = {}
    """Templates of params, by header name."""
    form: Maybe[dict[str, str]] = None
    """The fields of a form to send, templates of params by name."""
    json_: Annotated[Any, BeforeValidator(given)] = Field(default=None, alias="json")
    """JSON to send; its texts are templates of params, which keep the types of their values."""
    body: Maybe[str] = None
    """Text to send as it is, a template of params."""


class PerPageSpec(Spec):
    """How many records a page gives; a plain number is both."""

    min: Maybe[Annotated[int, Field(ge=0)]] = None
    max: Maybe[Annotated[int, Field(ge=0)]] = None


class PageChecksSpec(Spec):
    """What the source of a page must hold or must not."""

    page_must_match: list[str] = []
    """Regexes."""
    blocked_if: list[str] = []
    """Regexes of a page that is not the site's own, in the source or the final URL."""
    allow_empty: bool = False
    """A page without records is no failure."""
    records_per_page: Annotated[
        Maybe[PerPageSpec], BeforeValidator(as_bounds, json_schema_input_type=int | PerPageSpec)
    ] = None
    """How many records each page gives: a number, or {min, max}."""


class FillSpec(Spec):
    """An input, a text area or a list of options, and what goes into it."""

    css: str
    value: str
    """A template of params; of a list of options the value or the text of one."""


Key = Literal[
    "Enter", "Tab", "Escape", "Space", "Backspace", "ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "PageDown",
    "PageUp", "Home", "End",
]  # fmt: skip


class ActionSpec(Spec):
    """Something to do on a page in the browser. It says one of `click`, `fill`, `press`, `scroll` and `wait`."""

    click: Maybe[str] = None
    """CSS selector: the first element that is shown and enabled."""
    until_gone: bool = False
    """Click again until there is none left."""
    times: Maybe[Annotated[int, Field(ge=1)]] = None
    """Click so often; once by default."""
    optional: bool = False
    """Nothing to click is no failure."""
    fill: Maybe[FillSpec] = None
    press: Maybe[Key] = None
    """A key, pressed where the page has its focus: in what was filled in last."""
    scroll: Maybe[
        Annotated[
            Annotated[Literal["bottom"], Tag("<str>")] | Annotated[int, Field(ge=1), Tag("<int>")],
            either("bottom", "a whole number"),
        ]
    ] = None
    """Scroll to the bottom so often; `bottom`: until the page grows no more."""
    wait: Maybe[
        Annotated[
            Annotated[str, Tag("<str>")]
            | Annotated[int, Field(ge=0), Tag("<int>")]
            | Annotated[float, Field(ge=0), Tag("<float>")],
            either("a CSS selector", "seconds"),
        ]
    ] = None
    """Until an element is there, or so many seconds."""


class KindSpec(Spec):
    """A kind of page: where its pages are and how each is read."""

    start_urls: list[str] = []
    """Templates of params; {+name} keeps the reserved characters of a URL."""
    params: dict[str, ParamSpec] = {}
    """Every start URL × every combination of the params that it uses, the last one fastest."""
    records: Annotated[
        Maybe[list[RuleSpec]], BeforeValidator(as_list, json_schema_input_type=RuleSpec | list[RuleSpec])
    ] = None
    follow: Follows = []
    """Links of the page, outside its records."""
    request: Maybe[RequestSpec] = None
    parser: Maybe[Annotated[str, OneOf(PARSERS)]] = None
    """What makes a tree of the page."""
    namespaces: dict[str, str] = {}
    """For XML: prefix → URI, as in `shop|price` or `shop:price`; those of feeds and sitemaps are known without."""
    encoding: Maybe[str] = None
    """A WHATWG label, where the pages declare none or a wrong one."""
    wait_for: Maybe[str] = None
    """CSS selector of an element without which a page in the browser (`fetcher: browser`) is not ready."""
    actions: list[ActionSpec] = []
    """What is done on a page in the browser (`fetcher: browser`) when it has loaded, before `wait_for`."""
    expect: Maybe[PageChecksSpec] = None
