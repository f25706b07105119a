"""Values changed in a YAML text, and nothing else."""

import pytest

from scraper.errors import ConfigError
from scraper.job import yamldoc
from scraper.job.yamledit import GONE, edited

TEXT = """\
# a config
records:
  each: 'li.film'     # the rows
  fields:
    title: a.title
    score: {css: "b.score", type: float}   # of ten
    day:
      css: time      # when
      attr: datetime
      type: date
follow: [{css: a.next}]
"""
FIELDS = ("records", 0, "fields")


def change(*edits):
    return edited(TEXT, "films.yaml", dict(edits))


def test_only_the_value_is_another_one():
    new = change(((*FIELDS, "title"), {"css": "a.name"}))
    assert new == TEXT.replace("a.title", "a.name")


def test_quotes_stay_where_the_new_value_can_stand_in_them():
    assert "each: 'div[data-id]'     # the rows" in change((("records", 0, "each"), {"css": "div[data-id]"}))
    assert '{css: "b.points", type: float}' in change(((*FIELDS, "score"), {"css": "b.points"}))
    assert """{css: 'b:contains("x")', type""" in change(((*FIELDS, "score"), {"css": 'b:contains("x")'}))


def test_a_short_form_becomes_a_mapping_where_another_key_is_needed():
    new = change(((*FIELDS, "title"), {"css": "a", "attr": "title"}))
    assert "    title: {css: a, attr: title}\n" in new


@pytest.mark.parametrize(
    ("name", "keys", "lines"),
    [
        ("score", {"attr": "data-score"}, '    score: {css: "b.score", attr: data-score, type: float}   # of ten\n'),
        ("score", {"css": "i", "type": GONE}, '    score: {css: "i"}   # of ten\n'),
        ("score", {"css": GONE, "regex": r"(\d+)"}, "    score: {regex: '(\\d+)', type: float}   # of ten\n"),
        ("day", {"css": "b", "attr": GONE}, "    day:\n      css: b      # when\n      type: date\n"),
        ("day", {"regex": r"\d+"}, "      css: time      # when\n      regex: '\\d+'\n      attr: datetime\n"),
    ],
)
def test_keys_are_set_added_and_taken_away(name, keys, lines):
    assert lines in change(((*FIELDS, name), keys))


@pytest.mark.parametrize("sign", [">", ">-", "|", "|+"])
@pytest.mark.parametrize("last", ["", "\n\n      # of ten\n      type: float\n"])
@pytest.mark.parametrize("keys", [{"css": "b"}, {"css": GONE, "regex": "b"}, {"css": "b", "attr": "value"}])
def test_a_text_of_several_lines_leaves_the_line_behind_it_alone(sign, last, keys):
    old = f"fields:\n    score:\n      css: {sign}\n        b.score\n{last}"
    new = edited(old, "x.yaml", {("fields", "score"): keys})
    wanted = {name: value for name, value in keys.items() if value is not GONE}
    assert yamldoc.read(new, "x.yaml").data["fields"]["score"] == wanted | ({"type": "float"} if last else {})
    assert last.strip() in new


def test_what_was_changed_is_read_back_as_it_was_meant():
    new = change(((*FIELDS, "title"), {"css": "it's #1"}), (("follow", 0), {"css": "a[rel=next]"}))
    data = yamldoc.load(new, "films.yaml").data
    assert data["records"]["fields"]["title"] == "it's #1"
    assert data["follow"] == [{"css": "a[rel=next]"}]


def test_an_alias_cannot_be_changed_in_two_ways():
    text = "a: &x {css: p}\nb: *x\n"
    with pytest.raises(ConfigError, match="alias"):
        edited(text, "x.yaml", {("a",): {"css": "i"}, ("b",): {"css": "b"}})
