"""Every key of the configuration language, as the model has it: a table for each mapping of the file.

`python -m tests.docs.keyreference` writes docs/reference/keys.md; `test_docs.py` fails if that is stale.
"""

import json
from pathlib import Path

from scraper.config.json_schema import json_schema

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "keys.md"
HEAD = """# Every key

All that a config may say, made from the model that reads it by `python -m tests.docs.keyreference`: do not edit it
here.
[The configuration language](configuration.md) says what the keys are for and how they work together. Any other key is a
mistake, told with its line before anything is fetched; so is a value of another type.
"""
NAMES = {
    "KindSpec": "A kind of page",
    "RuleSpec": "`records`",
    "EachSpec": "`each`",
    "FieldSpec": "A field",
    "SelectionSpec": "A selection",
    "StepSpec": "A step",
    "ConditionSpec": "A condition of `where`",
    "FollowSpec": "`follow`",
    "RequestSpec": "`request`",
    "SpanSpec": "A range of numbers",
    "FileParamSpec": "A file of values",
    "PageChecksSpec": "`expect` of a kind of page",
    "PerPageSpec": "`records_per_page`",
    "ExpectSpec": "`expect` of the file",
    "OutputSpec": "`output`",
    "SettingsSpec": "`settings`",
    "PoolSpec": "`settings.pool`",
    "AuthSpec": "`settings.auth`",
    "ProxiesSpec": "`settings.proxies`",
    "LoginSpec": "`login`",
}
TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "mapping",
    "array": "list",
}
BOUNDS = {"minimum": "≥ {}", "exclusiveMinimum": "> {}", "maximum": "≤ {}", "minItems": "at least {}"}


def page():
    """Return the page as Markdown."""
    schema = json_schema()
    parts = [HEAD, section("The file", schema)]
    definitions = {**{name: {} for name in NAMES if name in schema["$defs"]}, **schema["$defs"]}
    parts += [section(NAMES.get(name, f"`{name}`"), each) for name, each in definitions.items()]
    return "\n".join(parts)


def section(title, schema):
    """Return one mapping: what it is, and a row for each of its keys."""
    forms = [part for form in schema.get("anyOf", [schema]) for part in form.get("anyOf", [form])]
    mapping = next((form for form in forms if "properties" in form), {})
    lines = [f"## {title}", "", mapping.get("description", schema.get("description", "")).replace("\n", " ")]
    if short := [form["description"] for form in forms if form is not mapping and "description" in form]:
        lines.append(f"In place of the mapping: {', '.join(f'a text ({text})' for text in short)}.")
    lines += ["", "| key | value | by default | what it says |", "| --- | --- | --- | --- |"]
    needed = mapping.get("required", [])
    for key, value in mapping.get("properties", {}).items():
        said = cell(value.get("description", "").replace("\n", " "))
        lines.append(f"| `{key}` | {cell(kind(value))} | {'needed' if key in needed else default(value)} | {said} |")
    return "\n".join([*lines, ""])


def kind(schema):
    """Return the type of a value in words."""
    if name := schema.get("$ref"):
        title = NAMES.get(name.rpartition("/")[2], name.rpartition("/")[2])
        return f"[{title.replace('`', '')}](#{anchor(title)})"
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(map(kind, schema[several])))
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"])
    said = TYPES.get(schema.get("type"), "any")
    if schema.get("items"):
        said = f"list of: {kind(schema['items'])}"
    elif isinstance(schema.get("additionalProperties"), dict):
        said = f"mapping of names to: {kind(schema['additionalProperties'])}"
    bounds = [text.format(schema[name]) for name, text in BOUNDS.items() if name in schema]
    return f"{said} {', '.join(bounds)}" if bounds else said


def default(schema):
    """Return a value's default as YAML has it; that of a whole mapping is that of its keys."""
    value = schema.get("default")
    if value is None or "$ref" in schema:
        return ""
    return f"`{cell(json.dumps(value, ensure_ascii=False))}`"


def cell(text):
    return text.replace("|", "\\|")


def anchor(title):
    return "".join(letter for letter in title.lower().replace(" ", "-") if letter.isalnum() or letter in "-_")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
