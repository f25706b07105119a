"""The values of params: those of a file stay as they are written there."""

import pytest

from scraper.errors import OutputError
from scraper.job import Param, ParamFile
from scraper.job.params import values


def read(tmp_path, text):
    path = tmp_path / "ids.jsonl"
    path.write_text(text, encoding="utf-8")
    return list(values(Param("v", ParamFile(path))))


@pytest.mark.parametrize(
    ("written", "value"),
    [("7", 7), ("1.5", 1.5), ("3.10", "3.10"), ("1e3", "1e3"), ("123456789012345678901", "123456789012345678901"),
     ("0.1234567890123456789", "0.1234567890123456789"), ('"007"', "007"), ("-5", -5)],
)  # fmt: skip
def test_numbers_of_a_file_keep_their_digits(tmp_path, written, value):
    assert read(tmp_path, f'{{"id": {written}}}\n') == [{"id": value}]


def test_what_is_no_json_is_told(tmp_path):
    with pytest.raises(OutputError, match=r"ids\.jsonl: cannot read the params"):
        read(tmp_path, "{id: 7}\n")
