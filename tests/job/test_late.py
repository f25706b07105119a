"""A pattern costs nothing until it is used."""

import re

import pytest
import regex

from scraper.job import late


@pytest.mark.parametrize(("made", "library"), [(late.late_regex, regex), (late.late_re, re)])
def test_a_pattern_is_compiled_when_it_is_first_used_and_only_once(made, library, monkeypatch):
    compiled = []

    def compile_pattern(*arguments, plain=library.compile):
        compiled.append(arguments)
        return plain(*arguments)

    monkeypatch.setattr(library, "compile", compile_pattern)
    pattern = made(r"(t)ea", library.IGNORECASE)
    assert compiled == []
    assert [pattern.fullmatch(text) is not None for text in ("TEA", "tea", "coffee")] == [True, True, False]
    assert compiled == [(r"(t)ea", library.IGNORECASE)]
    assert (pattern.pattern, pattern.groups, pattern.sub("x", "a tea")) == (r"(t)ea", 1, "a x")
    assert pattern.match("TEAS")[1] == "T"


def test_a_wrong_pattern_is_told_at_its_first_use():
    with pytest.raises(regex.error):
        late.late_regex("(").search("")
