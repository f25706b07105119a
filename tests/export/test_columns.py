"""The columns of a file, by the config alone."""

import pytest

from scraper.config import load as config
from scraper.export.columns import Column, columns_of

FIELDS = """
    n: {css: a, type: int}
    names: {css: a, many: true}
    parts: {css: a, steps: [{split: ","}], type: int}
    joined: {css: a, many: true, steps: [{join: "/"}]}
    open: {css: a, json: x}
    there: {css: a, get: exists}
    _helper: a
    epoch: {css: a, type: datetime, format: [unix, "%Y %z"]}
    some: {css: a, type: datetime, format: [unix, "%Y"]}
    plain: {css: a, type: datetime}
    zoned: {css: a, type: datetime, timezone: Asia/Shanghai}
"""


@pytest.fixture
def load(tmp_path):
    def load(text):
        (tmp_path / "x.yaml").write_text(text)
        job = config.load_config(tmp_path / "x.yaml")
        return columns_of(job, job.published_rules())

    return load


def test_a_column_is_what_its_field_writes(load):
    found = load(f"start_urls: ['http://a.example/']\nrecords:\n  fields:{FIELDS}output: {{provenance: true}}\n")
    assert found == (
        Column("n", "int"),
        Column("names", "str", is_list=True),
        Column("parts", "int", is_list=True),
        Column("joined", "str"),
        Column("open", None),
        Column("there", "bool"),
        Column("epoch", "datetime", has_zone=True),
        Column("some", "datetime", is_open=True),
        Column("plain", "datetime", is_open=True),
        Column("zoned", "datetime", has_zone=True),
        Column("_url", "url"),
        Column("_page", "str"),
        Column("_fetched_at", "datetime", has_zone=True),
    )


def test_rules_that_share_a_file_share_its_columns_and_what_differs_is_text(load):
    one = "start_urls: ['http://a.example/'], records: {fields: {t: a, v: {css: b, type: int}, m: a}, follow: "
    one += "[{css: a, page: two, merge: true}]}"
    three = "start_urls: ['http://b.example/'], records: {fields: {t: a, v: {css: b, json: x}, w: a}}"
    found = load(f"pages:\n  one: {{{one}}}\n  two: {{records: {{fields: {{joined: h1}}}}}}\n  three: {{{three}}}\n")
    assert found == (*(Column(name, "str") for name in "t"), Column("v", None), Column("m", "str"),
                     Column("joined", "str"), Column("w", "str"))  # fmt: skip
