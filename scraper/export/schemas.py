"""Say what a config's records hold to the programs that read them: as JSON Schema, as SQL, for DuckDB, Polars, pandas.

What is printed reads every value as it was written, whatever the first hundred or thousand records hold.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from scraper.export import sqlite
from scraper.export.columns import Column, Layout, Table, layout_of
from scraper.export.formats import LINES, Format, format_of
from scraper.export.partitions import OF_A_RUN
from scraper.job import STDOUT, Field, Job
from scraper.job.phrases import describe_source
from scraper.job.version import __version__

Lines = Iterator[str]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
JSON_LINES = "format = 'newline_delimited'"
CSV = """header = true, auto_detect = false, delim = ',', quote = '"', escape = '"'"""
"""What DuckDB is told of a file, so that it guesses nothing."""
MOMENTS = {True: "with its offset", False: "without an offset", None: "with or without an offset, as the page has it"}


def lines(job: Job, reader: str) -> Lines:
    """Yield what to paste for a reader, one of READERS."""
    return READERS[reader](job)


def json_schema(job: Job) -> dict[str, Any]:
    """Return the JSON Schema of the records of a job, as JSON Lines have them; each field with where it comes from."""
    schemas = [_record(job, table) for table in layout_of(job, job.published_rules()).tables]
    head = {"$schema": DIALECT, "title": job.name, "$comment": f"config {job.digest[:16]}, pool-scraper {__version__}"}
    if len(schemas) == 1:
        return head | schemas[0] | {"title": schemas[0]["title"]}
    return head | {"anyOf": schemas}


# --------------------------------------------------------------------------- JSON Schema


def _record(job: Job, table: Table) -> dict[str, Any]:
    (rule,) = [rule for rule in job.published_rules() if rule.name == table.rule]
    fields = {field.name: field for field in job.written_fields(rule)}
    own = {field.name for field in rule.written}
    properties = {
        column.name: _value(column, fields.get(column.name), is_own=column.name in own) for column in table.columns
    }
    return {
        "title": rule.name,
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": rule.has_all_columns,
    }


def _value(column: Column, field: Field | None, *, is_own: bool) -> dict[str, Any]:
    """Return the schema of one value; null unless the record would be dropped for want of it."""
    schema = _one(column, field)
    if column.is_list:
        schema = {"type": "array", "items": schema}
    elif "type" in schema and not (field and field.required and is_own):
        schema["type"] = [schema["type"], "null"]
    if field is not None:
        said = [describe_source(field), "its field is of a merged page"] if not is_own else [describe_source(field)]
        schema["description"] = "; ".join(said)
    return schema


def _one(column: Column, field: Field | None) -> dict[str, Any]:
    if column.fields:
        inner = {each.name: each for each in field.fields} if field else {}
        properties = {each.name: _value(each, inner.get(each.name), is_own=True) for each in column.fields}
        return {"type": "object", "properties": properties, "required": list(properties)}
    if column.stored == "moment":
        return {"type": "string", **({"format": "date-time"} if column.has_zone else {"$comment": _zone(column)})}
    if column.type is None or column.stored == "json":
        return {}
    kinds = {"integer": "integer", "number": "number", "truth": "boolean"}
    more = {"format": "date"} if column.stored == "day" else {"format": "uri"} if column.is_link else {}
    return {"type": kinds.get(column.stored, "string"), **more}


def _zone(column: Column) -> str:
    return MOMENTS[None if column.is_open else column.has_zone]


# --------------------------------------------------------------------------- for programs


def text(job: Job) -> str:
    """Return the JSON Schema as the text of a file."""
    return json.dumps(json_schema(job), indent=2, ensure_ascii=False) + "\n"


def _json(job: Job) -> Lines:
    yield text(job).rstrip()


def _sqlite(job: Job) -> Lines:
    for table in layout_of(job, job.published_rules()).tables:
        yield f"{sqlite.statement(table)};"


def _duckdb(job: Job) -> Lines:
    for path, form, layout in _files(job):
        if form.has_tables:
            for table in layout.tables:
                yield _call(f"CREATE TABLE {sqlite.quoted(table.rule)} (", _pairs(table.columns, _duck, '"', " "), ");")
        elif form.has_types:
            yield f"SELECT * FROM read_parquet({_text(path)}, union_by_name = true);"
        else:
            kind, said, types = ("read_csv", CSV, _duck_cell) if form.is_table else ("read_json", JSON_LINES, _duck)
            said += ", hive_partitioning = true" * bool(re.search(r"/\w+=\*/", path))
            head = f"SELECT * FROM {kind}({_text(path)}, {said}, columns = {{"
            yield _call(head, _pairs(layout.columns, types, "'", ": ", "'"), "});")


def _polars(job: Job) -> Lines:
    yield "import polars as pl\n"
    for path, form, layout in _files(job):
        types = _flat(_polar, "pl.String") if form.is_table else _polar
        if form.has_types:
            yield f"frame = pl.read_parquet({path!r}, missing_columns='insert')"
        elif form.has_tables:
            yield f"import sqlite3\n\ndb = sqlite3.connect({path!r})"
            for table in layout.tables:
                yield _call("TYPES = {", _pairs(table.columns, _flat(_stored_polar, "pl.String"), '"', ": "), "}")
                query = f"SELECT * FROM {sqlite.quoted(table.rule)}"
                yield f"frame = pl.read_database({query!r}, db, schema_overrides=TYPES)"
        else:
            yield _call("TYPES = {", _pairs(layout.columns, types, '"', ": "), "}")
            yield f"frame = pl.{'read_csv' if form.is_table else 'read_ndjson'}({path!r}, schema=TYPES)"


def _pandas(job: Job) -> Lines:
    yield "import pandas as pd\n"
    for path, form, layout in _files(job):
        if form.has_types:
            yield f"frame = pd.read_parquet({path!r}, dtype_backend='numpy_nullable')"
        elif form.has_tables:
            yield f"import sqlite3\n\ndb = sqlite3.connect({path!r})"
            for table in layout.tables:
                yield _call("TYPES = {", _pairs(table.columns, _flat(_panda, '"object"'), '"', ": "), "}")
                yield f"rows = db.execute({f'SELECT * FROM {sqlite.quoted(table.rule)}'!r}).fetchall()"
                yield "frame = pd.DataFrame(rows, columns=list(TYPES), dtype=object).astype(TYPES)"
        else:
            types = _flat(_panda, '"string"') if form.is_table else _panda
            yield _call("TYPES = {", _pairs(layout.columns, types, '"', ": "), "}")
            yield from _read_rows(path) if form.is_table else _read_lines(path)


def _read_rows(path: str) -> Lines:
    yield f"frame = pd.read_csv({path!r}, dtype=TYPES, keep_default_na=False, na_values=[''])"


def _read_lines(path: str) -> Lines:
    is_packed = path.endswith(".gz")
    yield "import gzip\nimport json\n" if is_packed else "import json\n"
    opened = f"gzip.open({path!r}, 'rt', encoding='utf-8')" if is_packed else f"open({path!r}, encoding='utf-8')"
    yield f"with {opened} as lines:"
    yield "    records = pd.DataFrame(map(json.loads, lines), columns=list(TYPES), dtype=object)"
    yield "frame = records.astype(TYPES)"


READERS: Mapping[str, Callable[[Job], Lines]] = {
    "duckdb": _duckdb, "polars": _polars, "pandas": _pandas, "sqlite": _sqlite, "json": _json,
}  # fmt: skip


# --------------------------------------------------------------------------- files and types


def _files(job: Job) -> Iterator[tuple[str, Format, Layout]]:
    """Yield where the records lie, those of all runs by a pattern, in which format, and what they hold."""
    text = job.output.path.text
    form, rules = format_of(text) or LINES, job.published_rules()
    for name, own in [(rule.name, (rule,)) for rule in rules] if job.output.is_split else [("", rules)]:
        path = text.replace("{name}", job.name).replace("{records}", name)
        path = re.sub(rf"\{{({'|'.join(OF_A_RUN)})\}}", "*", path)
        yield "/dev/stdin" if text == STDOUT else path, form, layout_of(job, own)


def _pairs(
    columns: tuple[Column, ...], types: Callable[[Column], str], quote: str, between: str, around: str = ""
) -> list[str]:
    """Return a line for each column: its name in quotes, and its type."""
    return [
        f"{quote}{column.name.replace(quote, 2 * quote) if quote == chr(39) else json.dumps(column.name)[1:-1]}{quote}"
        f"{between}{around}{types(column).replace(chr(39), 2 * chr(39)) if around else types(column)}{around}"
        for column in columns
    ]


def _call(head: str, parts: list[str], tail: str) -> str:
    inside = "".join(f"\n    {part}," for part in parts)
    return f"{head}{inside[:-1]}\n{tail}"


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _flat(types: Callable[[Column], str], whole: str) -> Callable[[Column], str]:
    """Return the types of a file in which lists are JSON texts."""
    return lambda column: whole if column.is_list else types(column)


def _duck(column: Column) -> str:
    if column.fields:
        inner = ", ".join(f"{sqlite.quoted(each.name)} {_duck(each)}" for each in column.fields)
        return f"STRUCT({inner})[]"
    kinds = {"integer": "BIGINT", "number": "DOUBLE", "truth": "BOOLEAN", "day": "DATE", "json": "JSON"}
    kind = "JSON" if column.type is None else kinds.get(column.stored, "VARCHAR")
    if column.stored == "moment" and not column.is_open:
        kind = "TIMESTAMPTZ" if column.has_zone else "TIMESTAMP"
    return f"{kind}[]" if column.is_list else kind


def _duck_cell(column: Column) -> str:
    """Return the type of a cell of CSV: a list is JSON there, what may be a text or JSON is text."""
    is_text = column.type is None or column.stored == "json"
    return "JSON" if column.is_list else "VARCHAR" if is_text else _duck(column)


def _polar(column: Column) -> str:
    if column.fields:
        inner = ", ".join(f"{json.dumps(each.name)}: {_polar(each)}" for each in column.fields)
        return f"pl.List(pl.Struct({{{inner}}}))"
    kinds = {"integer": "pl.Int64", "number": "pl.Float64", "truth": "pl.Boolean", "day": "pl.Date"}
    kind = kinds.get(column.stored, "pl.String")
    if column.stored == "moment" and not column.is_open:
        kind = "pl.Datetime('us', 'UTC')" if column.has_zone else "pl.Datetime('us')"
    return f"pl.List({kind})" if column.is_list else kind


def _stored_polar(column: Column) -> str:
    """Return the type of what SQLite holds: numbers and texts."""
    return {"integer": "pl.Int64", "number": "pl.Float64", "truth": "pl.Int64"}.get(column.stored, "pl.String")


def _panda(column: Column) -> str:
    kinds = {"integer": '"Int64"', "number": '"Float64"', "truth": '"boolean"', "json": '"object"'}
    kind = '"object"' if column.type is None else kinds.get(column.stored, '"string"')
    return '"object"' if column.is_list else kind
