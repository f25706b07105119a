"""Make the table of forms of the model: what a file is read by as long as nothing is wrong with it.

The model says what is wrong, in pydantic's terms; to import and build it takes a quarter of the start of a run. So what
it says of the form of right files lies beside it as data, which `form_reader` reads them by. A run needs the model only
where that refuses a file. An entry of the table is what core schemas are, in a few words:

    "any" "given" "text" "bool" "step" "number or day" "words"      a form with nothing to add; given: not null
    ["int" or "float", {ge, gt, le}] ["one of", texts] ["name in", table] ["is", model]
    ["list", entry, least, most] ["dict", entry, least] ["first", short form, entry] ["either", {form: entry}]
"""

from __future__ import annotations

import sys
from typing import Any

import orjson
from pydantic import BaseModel

from scraper.config.form_reader import TABLES
from scraper.config.model import FileSpec
from scraper.config.model_fields import SelectionSpec
from scraper.config.model_forms import MODEL_NOW, OneOf, ShortSpec, as_words, given
from scraper.config.model_pages import number_or_day
from scraper.config.short_forms import as_bounds, as_list, as_names

SHORT = {as_list: "list", as_names: "names", as_bounds: "bounds"}
"""The functions that write a short form out."""


def form_table() -> dict[str, Any]:
    """Return the table: model → key → [attribute, entry], with what is there where a key is not."""
    FileSpec.model_rebuild()
    maker = _Maker()
    maker.entry(FileSpec.__pydantic_core_schema__)
    return dict(sorted(maker.models.items()))


def written() -> bytes:
    """Return the table as it lies in forms.json."""
    return orjson.dumps(form_table(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


class _Maker:
    """Goes through a core schema and the models in it."""

    def __init__(self) -> None:
        self.models: dict[str, Any] = {}
        self._named: dict[str, Any] = {}

    def entry(self, schema: Any) -> Any:
        """Return the entry of a schema. Raises KeyError or ValueError for one that the table has no words for."""
        return getattr(self, "_" + schema["type"].replace("-", "_"))(schema)

    def _definitions(self, schema: Any) -> Any:
        self._named |= {each["ref"]: each for each in schema["definitions"]}
        return self.entry(schema["schema"])

    def _definition_ref(self, schema: Any) -> Any:
        return self.entry(self._named[schema["schema_ref"]])

    def _model(self, schema: Any) -> Any:
        spec: type[BaseModel] = schema["cls"]
        if spec.__name__ not in self.models:
            self.models[spec.__name__] = made = {
                "keys": {},
                "defaults": {},
                "is_short": issubclass(spec, ShortSpec),
                "has_order": issubclass(spec, SelectionSpec),
            }
            inner = schema["schema"]
            while inner["type"] != "model-fields":
                inner = inner["schema"]
            for name, field in inner["fields"].items():
                self._key(made, name, field)
        return ["is", spec.__name__]

    def _key(self, made: dict[str, Any], name: str, field: Any) -> None:
        inner = field["schema"]
        if inner["type"] == "default":
            default = inner["default"]
            made["defaults"][name] = ["is", type(default).__name__] if isinstance(default, BaseModel) else default
            inner = inner["schema"]
        made["keys"][field.get("validation_alias", name)] = [name, self.entry(inner)]

    def _function_wrap(self, schema: Any) -> Any:
        return self.entry(schema["schema"])  # keeps the order of the sources

    def _function_before(self, schema: Any) -> Any:
        function, inner = schema["function"]["function"], schema["schema"]
        if function is given:
            if inner["type"] == "any":
                return "given"
            return self.entry(inner["schema"] if inner["type"] == "nullable" else inner)
        if function is number_or_day:
            return "number or day"
        if function is as_words:
            return "words"
        if function in SHORT:
            return ["first", SHORT[function], self.entry(inner)]
        if getattr(function, "__func__", None) is ShortSpec._read_text.__func__:
            return self.entry(inner)
        return self._bare(function, inner)

    def _bare(self, function: Any, inner: Any) -> Any:
        raise ValueError(f"{function} is no function that the table has words for, before {inner['type']}")

    def _function_plain(self, schema: Any) -> Any:
        if MODEL_NOW in schema.get("metadata", {}):
            return "step"
        one_of = schema["function"]["function"].__self__
        assert isinstance(one_of, OneOf)
        return ["name in", next(name for name, table in TABLES.items() if table is one_of._table)]

    def _tagged_union(self, schema: Any) -> Any:
        return ["either", {tag.strip("<>"): self.entry(one) for tag, one in schema["choices"].items()}]

    def _list(self, schema: Any) -> Any:
        return ["list", self.entry(schema["items_schema"]), schema.get("min_length", 0)]

    def _dict(self, schema: Any) -> Any:
        return ["dict", self.entry(schema["values_schema"]), schema.get("min_length", 0)]

    def _int(self, schema: Any) -> Any:
        return [schema["type"], {key: schema[key] for key in ("ge", "gt", "le") if key in schema}]

    _float = _int

    def _literal(self, schema: Any) -> Any:
        return ["one of", schema["expected"]]

    def _str(self, _: Any) -> str:
        return "text"

    def _bool(self, _: Any) -> str:
        return "bool"

    def _any(self, _: Any) -> str:
        return "any"


if __name__ == "__main__":  # `make schema`
    sys.stdout.buffer.write(written())
