"""Whoever installs this owes nobody more than a notice; and what is listed is what is installed."""

import sys

import pytest

from tests.docs import licences

NAMES = [*licences.needs(), *(name for extra in licences.EXTRAS for name in licences.needs(extra))]


@pytest.mark.parametrize("name", sorted(set(NAMES), key=str.lower))
def test_each_package_may_be_used_and_handed_on(name):
    free = licences.PERMISSIVE | licences.BY_FILE.keys()
    assert any(way <= free for way in licences.alternatives(licences.spdx(name))), licences.spdx(name)


@pytest.mark.skipif(not licences.are_pinned(NAMES), reason="the list is of the pinned packages: these are others")
@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="other Pythons need a little less")
def test_the_page_lists_what_is_installed():
    assert licences.PAGE.read_text(encoding="utf-8") == licences.page(), "run `python -m tests.docs.licences`"


@pytest.mark.parametrize(
    ("expression", "free"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("LGPL-2.1-or-later OR MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("MIT AND (GPL-2.0-only OR LGPL-2.1-only)", False),
    ],
)
def test_an_expression_is_met_if_one_of_its_ways_is(expression, free):
    allowed = licences.PERMISSIVE | licences.BY_FILE.keys()
    assert any(way <= allowed for way in licences.alternatives(expression)) is free
