"""Every row of docs/reference/reliability.md has tests, and they exist."""

import pytest

from tests.docs.reliability import PAGE, SECTIONS, defined_in, named, page

ROWS = [row for rows in SECTIONS.values() for row in rows]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.happens[:40])
def test_every_row_has_tests_that_exist(row):
    tests = list(named(row))
    assert tests
    assert [name for file, name in tests if name not in defined_in(file)] == []


def test_the_page_is_what_the_rows_say():
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: python -m tests.docs.reliability"


def test_every_hostile_test_belongs_to_a_row():
    told = {pair for row in ROWS for pair in named(row)}
    files = sorted({file for file, _ in told if "/test_hostile_" in file})
    untold = [(file, name) for file in files for name in defined_in(file) if (file, name) not in told]
    assert len(files) == 4
    assert untold == []
