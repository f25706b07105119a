"""No price and no date of the tables is read as another; the page in docs is made of them."""

import pytest

from tests.support import value_tables as tables
from tests.test_shape import ROOT

NEEDS_A_REGEX = {"from €12"}
NEEDS_A_FORMAT = {"03/05/2024", "1709596800"}


@pytest.mark.parametrize(("habit", "text", "means"), tables.PRICES)
def test_no_price_is_read_as_another(habit, text, means):
    found = tables.price(text), tables.price(text, decimal=","), tables.price(text, decimal=".")
    assert {found[0]} <= {None, means}
    if means is None or text in NEEDS_A_REGEX:
        assert found == (None, None, None)
    else:
        assert means in found


@pytest.mark.parametrize(("language", "text", "keys", "means"), tables.DATES)
def test_no_date_is_read_as_another(language, text, keys, means):
    found = tables.day(text, keys)
    assert found == (None if text in NEEDS_A_FORMAT and keys.get("format") != "unix" else means)


@pytest.mark.parametrize(("text", "keys", "means"), tables.TIMES)
def test_no_time_is_read_as_another(text, keys, means):
    assert tables.day(text, keys, "datetime") == means


def test_the_tables_are_as_long_as_they_are_said_to_be():
    assert len(tables.PRICES) >= 60
    assert len({habit for habit, *_ in tables.PRICES}) >= 30
    assert len(tables.DATES) >= 88
    assert len({language for language, *_ in tables.DATES if language}) >= 24


def test_the_page_in_docs_is_made_of_these_tables():
    page = (ROOT / "docs/reference/values.md").read_text(encoding="utf-8")
    assert page == tables.HEAD + "".join(tables.pages())
