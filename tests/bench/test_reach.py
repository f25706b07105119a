"""The simulation of how far a parent reaches: it gives what is known without it, and what the docs show."""

import dataclasses

import pytest

from bench import reach
from tests.conftest import ROOT

FREE = reach.Inputs(0.0, 0.0, 0.0, 0.0, 0.0)


def test_where_nothing_costs_anything_all_places_are_used():
    found = reach.simulate(10, 1, FREE)
    assert found.pages_s == pytest.approx(10 / reach.PAGE_S, rel=0.05)
    assert (found.answers, found.parent, found.scheduler) == (1.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("what", "most", "place"), [("parent_page_s", 50, "parent"), ("scheduler_exchange_s", 50, "scheduler")]
)
def test_what_is_busy_all_the_time_is_what_limits(what, most, place):
    found = reach.simulate(100, 1, dataclasses.replace(FREE, **{what: 1 / most}))
    assert found.pages_s == pytest.approx(most, rel=0.05)
    assert getattr(found, place) == pytest.approx(1.0, rel=0.05)


def test_pages_that_wait_for_their_turn_share_it():
    inputs = dataclasses.replace(FREE, scheduler_exchange_s=0.05)
    few, many = reach.simulate(100, 1, inputs), reach.simulate(100, 16, inputs)
    assert many.pages_s >= 7 * few.pages_s
    assert many.answers >= 7 * few.answers


def test_the_docs_show_what_comes_of_the_stated_inputs():
    text = (ROOT / "docs" / "how-to" / "distributed.md").read_text("utf-8")
    shown = text[text.index("<!-- bench.reach -->") :].splitlines()[1:]
    lines = list(reach.table())
    assert shown[: len(lines)] == lines
    for field in dataclasses.fields(reach.Inputs):
        assert f"`{field.name}` {getattr(reach.INPUTS, field.name):g}" in text
