"""Make the JSON Schema of a config file from its model."""

from __future__ import annotations

import ast
import functools
import inspect
import itertools
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from scraper.config.model import FileSpec
from scraper.config.model_forms import MODEL_NOW

SCHEMA = Path(__file__).with_name("schema.json")
"""Where `make schema` leaves it, and what an editor is told to read."""


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a config file, for editors."""
    schema = FileSpec.model_json_schema(schema_generator=_Schema)
    return {"$schema": GenerateJsonSchema.schema_dialect, **schema}


def docstrings(spec: type[BaseModel]) -> dict[str, str]:
    """Return what stands below the keys of a model in its source, by their names.

    pydantic can do it, but for every model of every run.
    """
    found = {}
    for field, below in itertools.pairwise(_classes(spec.__module__)[spec.__name__].body):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[name] = inspect.cleandoc(text)
    return found


@functools.cache
def _classes(module: str) -> dict[str, ast.ClassDef]:
    """Return the classes of a module as written. One made at run time has no source of its own from Python 3.13 on."""
    body = ast.parse(inspect.getsource(sys.modules[module])).body
    return {one.name: one for one in body if isinstance(one, ast.ClassDef)}


class _Schema(GenerateJsonSchema):
    """Says what an editor needs: no titles made of names, no null for a key that may be left out."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        made = super().default_schema(schema)
        if made.get("default", ...) is None:
            del made["default"]
        return made

    def function_plain_schema(self, schema: core_schema.PlainValidatorFunctionSchema) -> JsonSchemaValue:
        if model_now := schema.get("metadata", {}).get(MODEL_NOW):
            return self.generate_inner(model_now().__pydantic_core_schema__)
        return super().function_plain_schema(schema)

    def field_title_should_be_set(self, _: Any) -> bool:
        return False

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        made.pop("title", None)
        for base in reversed(schema["cls"].__mro__):
            if issubclass(base, BaseModel) and base.__module__.startswith(__package__):
                for name, text in docstrings(base).items():
                    key = base.model_fields[name].alias or name
                    said = made["properties"][key]
                    said["description"] = " ".join(filter(None, (text, said.get("description"))))
        return made
