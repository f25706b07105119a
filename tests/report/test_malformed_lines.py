"""The report's line of a malformed field shows the value, the cause and the key that would read it."""

import re

import pytest

from scraper.config.load import load_config
from scraper.models import Page, Request
from scraper.parse.parser import Parser
from scraper.report import summary
from scraper.report.accounts import FieldReport, example


@pytest.mark.parametrize(
    ("field", "text", "line"),
    [
        ("type: int", "1.000", "'1.000': may be the number 1000 or 1.000: say `decimal`"),
        ("type: float", "12,50 €", "'12,50 €': .* with `decimal: \",\"` it is 12.50"),
        ("type: float", "12 %", "'12 %': .*`steps: \\[{remove_suffix: \"%\"}\\]`"),
        ("type: float", "1.5 million", "'1.5 million': .*`locale: en`"),
        ("type: float", "4.21 GB", "'4.21 GB': .*`regex`"),
        ("type: float", "1.000 M€", "'1.000 M€': may be .* say `decimal`"),
        ("type: bool", "maybe", "'maybe': .*`map`"),
        ("type: url", "mailto:a@b.example", "'mailto:a@b.example': .*`type: str`"),
        ("type: json", "{a: 1}", "'{a: 1}': no JSON: .*`js`"),
        ("type: date, locale: fa", "1403/02/15", "'1403/02/15': has a year of the Persian calendar"),
        ("js: a", "var x", "holds no object of JavaScript: 'var x'"),
        ("json: a", '{"a": 12345678901234567890123}', "'12345678901234567890123': .*`type: str`"),
        ("type: float", "from €12", "'from €12': .*`regex`"),
        ("type: float", "5<br>100", r"'5\\n100': .*a break between elements"),
        ("type: int", "3.55", "'3.55': .*`type: float`"),
        ("type: date", "5 mars 2024", "'5 mars 2024': .*`format`"),
        ("type: date, format: '%d %B %Y'", "5 mars 2024", "'5 mars 2024': .*`locale`"),
        ("type: datetime, format: relative", "vor 2 Stunden", "'vor 2 Stunden': .*`locale`"),
        ("type: datetime, format: unix_ms", "1566432000", "'1566432000': .*`format: unix`"),
        ("type: datetime", "2024-03-05 10:00 CST", "'2024-03-05 10:00 CST': .*`timezone`"),
    ],
)
def test_a_malformed_value_names_the_key_that_would_read_it(tmp_path, field, text, line):
    path = tmp_path / "x.yaml"
    path.write_text(
        f"start_urls: [http://a/]\nrecords: {{fields: {{x: {{css: p, {field}}}, y: p}}}}\n", encoding="utf-8"
    )
    (kind,) = load_config(path).kinds.values()
    page = Page("http://a/", 200, (("Content-Type", "text/html; charset=utf-8"),), f"<p>{text}</p>".encode(), 0.0)
    (fault,) = Parser(kind).parse(Request("http://a/", kind=kind.name), page).faults
    told = summary.field(FieldReport("x", "x", 1, 0, 1, example(fault)))
    assert re.match(f"x.x 0/1, 1 malformed, such as {line}", told)
