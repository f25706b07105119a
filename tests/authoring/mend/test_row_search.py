"""Rows that are found again: those that go on in their brothers, those that no class names any more."""

import pytest

TALKS = [("Tea", "Ada", 131), ("Rain and what it does", "Ben", 88), ("On paper", "Cleo", 7), ("Old maps", "Dan", 54)]
DAYS = "mon tue wed thu fri sat sun today tomorrow later soon never".split()
TABLE = """
records:
  each: {LANGUAGE: EACH, with_siblings: true}
  fields:
    title: {css: b, required: true}
    speaker: {css: i.speaker}
    likes: {css: i.likes, regex: '(\\d+) likes', type: int}
"""


def table(first, speaker="speaker", likes="likes", row="row"):
    rows = "".join(
        f"<tr {first.format(n=n)}><td><b>{title}</b></tr><tr class='{row}'><td>by <i class='{speaker}'>{name}</i>, "
        f"<i class='{likes}'>{count} likes</i></tr><tr class='gap'></tr>"
        for n, (title, name, count) in enumerate(TALKS, start=3)
    )
    return f"<table><tr><th>Talks</tr>{rows}</table><p>The end</p>"


@pytest.mark.parametrize(
    ("language", "old", "now", "each"),
    [
        ("css", "tr.talk", "class='css-1x9k2z' id='{n}'", "tr[id]"),
        ("xpath", "//tr[@class='talk']", "class='css-1x9k2z' id='{n}'", "//tr[@id]"),
        ("css", "tr.talk", "class='css-1x9k2z'", "tr:has(> td > b)"),
        ("xpath", "//tr[@class='talk']", "class='css-1x9k2z'", "//tr[td/b]"),
    ],
)  # fmt: skip
def test_rows_that_go_on_in_their_brothers_are_found_by_all_that_they_tell(mend_pages, language, old, now, each):
    text = TABLE.replace("LANGUAGE", language).replace("EACH", f'"{old}"')
    mended = mend_pages(text, table("class='talk'"), table(now, "sc-k3bq9", "sc-p7xw2", "sc-z4tn8"))
    found = {one.name: one for one in mended.proposal.findings}
    assert found["shop: each"].new.sources[0].pattern == each
    assert found["shop: each"].new.with_siblings
    assert found["shop: each"].verdict in ("sure", "likely")
    assert found["shop.speaker"].after.examples == ("Ada", "Ben", "Cleo")
    assert found["shop.likes"].after.examples == (131, 88, 7)
    assert mended.records == (0, 4)


def test_what_follows_a_row_tells_it_from_another_that_begins_alike(mend_pages):
    """The titles stand in many lists; who spoke stands behind them in the one that is meant."""
    text = """
records:
  each: {css: dt.talk, with_siblings: true}
  fields: {title: {css: dt, required: true}, speaker: {css: dd.speaker}}
"""

    def lists(first, name):
        shown = "".join(f"<dt class='{first}'>{title}</dt><dd class='{name}'>{by}</dd>" for title, by, _ in TALKS)
        menu = "".join(f"<dt class='top'>{title}</dt>" for title, _, _ in TALKS)
        menus = "".join(f"<dl class='{day}'>{menu}</dl>" for day in DAYS)
        return f"{menus}<dl>{shown}</dl>"

    mended = mend_pages(text, lists("talk", "speaker"), lists("entry", "person"))
    assert [one.selection.sources[0].pattern for one in mended.proposal.findings] == ["dt.entry", "dd.person"]
