"""What a config file may say of its pages: selections, fields, rules, links, kinds. Their form, not their sense."""

# ruff: noqa: RUF012 - pydantic copies defaults for each instance
from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import BeforeValidator, Field, ModelWrapValidatorHandler, PrivateAttr, Tag, model_validator
from pydantic_core import PydanticCustomError

from scraper.config.form import Maybe, OneOrMore, ShortSpec, Spec, as_list, as_names, either, given
from scraper.job import Language

SOURCES = get_args(Language)

# --------------------------------------------------------------------------- what to take


class SelectionSpec(ShortSpec):
    """What to take from an item or a page; a plain text is CSS. Sources run in written order."""

    css: Maybe[str] = None
    """CSS selector: all matching elements in document order."""
    xpath: Maybe[str] = None
    """XPath expression; in an item it begins with `.` and not with `/`."""
    regex: Maybe[str] = None
    """Regular expression, searched anywhere; `.` matches newlines. Gives its groups, or the whole match."""
    json_: Maybe[str] = Field(None, alias="json")
    """JMESPath expression; text is parsed first."""
    group: Annotated[
        Maybe[Annotated[list[str], Field(min_length=1)]],
        BeforeValidator(as_names, json_schema_input_type=str | int | list[str | int]),
    ] = None
    """Names or numbers of groups of the regex in `each`."""
    value: Maybe[str] = None
    """A constant or a template of params, fields above, _url, _page, _position, _fetched_at."""
    first_of: Maybe[Annotated[list[SelectionSpec], Field(min_length=1)]] = None
    """Alternatives: the first that finds anything."""
    from_: Maybe[Literal["page"]] = Field(None, alias="from")
    """Read the page instead of the item."""
    attr: Maybe[str] = None
    """Take this attribute of the elements; elements without it are skipped."""
    get: Maybe[Literal["text", "own_text", "lines", "html", "inner_html", "exists"]] = None
    """What to take of elements; text by default."""
    _order: tuple[Language, ...] = PrivateAttr(())

    @model_validator(mode="wrap")
    @classmethod
    def _keep_order(cls, data: Any, handler: ModelWrapValidatorHandler[SelectionSpec]) -> SelectionSpec:
        selection = handler(data)
        selection._order = tuple(key for key in data if key in SOURCES) if isinstance(data, dict) else ("css",)
        return selection

    @property
    def sources(self) -> list[tuple[Language, Any]]:
        """Return the sources as (language, pattern), in written order."""
        return [(name, self.json_ if name == "json" else getattr(self, name)) for name in self._order]


Pair = Annotated[list[str], Field(min_length=2, max_length=2)]


def _bare(value: Any) -> Any:
    if value is not True:
        raise PydanticCustomError("said", "{text}", {"text": "this step takes no argument; write its name alone"})
    return value


Bare = Annotated[Literal[True], BeforeValidator(_bare)]
PLAIN_STEPS = ("strip", "lower", "upper", "unescape", "strip_tags")


class StepSpec(ShortSpec):
    """One text operation: a name, or a mapping of one name to its argument."""

    strip: Maybe[Bare] = None
    lower: Maybe[Bare] = None
    upper: Maybe[Bare] = None
    unescape: Maybe[Bare] = None
    """Resolve character references."""
    strip_tags: Maybe[Bare] = None
    replace: Maybe[Pair] = None
    """[old, new]"""
    sub: Maybe[Pair] = None
    """[regex, new]"""
    slice: Maybe[str] = None
    """Python's slice, such as "3:"."""
    split: Maybe[str] = None
    """Cut at this text: a list; pieces are trimmed, empty ones dropped."""
    join: Maybe[str] = None
    """Make one text of a list."""
    remove_prefix: Maybe[str] = None
    remove_suffix: Maybe[str] = None
    map: Maybe[dict[str, Any]] = None
    """Text to value; what is not in it is malformed."""

    short_schema: ClassVar[dict[str, Any]] = {"enum": list(PLAIN_STEPS)}

    @classmethod
    def from_text(cls, text: str) -> dict[str, Any]:
        """Return the short form of a step without argument."""
        if text in cls.model_fields and text not in PLAIN_STEPS:
            raise PydanticCustomError("said", "{text}", {"text": f"{text!r} needs an argument: {{{text}: …}}"})
        return {text: True}


class FieldSpec(SelectionSpec):
    """One value of a record: selection, first / many / join, steps, na_values, type, default, required."""

    many: bool = False
    """All values as a list."""
    join: Maybe[str] = None
    """All values as one text, with this between them."""
    steps: list[StepSpec] = []
    na_values: list[str] = []
    """Exact texts that mean null."""
    type: Maybe[Literal["str", "int", "float", "bool", "date", "datetime", "url", "json"]] = None
    """str by default; JSON values keep their types."""
    decimal: Literal[".", ","] = "."
    """The decimal sign of numbers."""
    format: OneOrMore = None
    """For date and datetime: strptime patterns, `unix`, `unix_ms`; tried in order."""
    timezone: Maybe[str] = None
    """IANA zone of date-times that carry none."""
    locale: Maybe[str] = None
    """Language of month and day names."""
    default: Any = None
    """The value where nothing is found, of the field's type."""
    required: bool = False
    """Null or [] drops the record, counted."""
    each: Maybe[SelectionSpec] = None
    """The items inside the item: the field is a list of objects, one for each, that hold `fields`."""
    fields: dict[str, FieldSpec] = {}
    """The fields of these objects, read from the items that `each` finds."""


# --------------------------------------------------------------------------- records, links, kinds


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
    each: Maybe[SelectionSpec] = None
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


class SpanSpec(Spec):
    """Whole numbers; both ends included."""

    first: int
    last: int
    step: int = 1


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


class PageChecksSpec(Spec):
    """What the source of a page must hold or must not."""

    page_must_match: list[str] = []
    """Regexes."""
    blocked_if: list[str] = []
    """Regexes of a page that is not the site's own, in the source or the final URL."""
    allow_empty: bool = False
    """A page without records is no failure."""


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
    parser: Maybe[Literal["lxml", "soup", "lexbor"]] = None
    """lxml by default; soup is slower and more forgiving, lexbor twice as fast: it needs the extra `fast`, css only."""
    encoding: Maybe[str] = None
    """A WHATWG label, where the pages declare none or a wrong one."""
    expect: Maybe[PageChecksSpec] = None
