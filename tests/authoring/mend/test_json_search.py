"""Configs that read JSON, whose keys, levels and lists have changed: found by the values, written as paths."""

import json

import pytest

from scraper.authoring.mend import config_mend
from scraper.authoring.mend.whole_job import Pages
from scraper.config.load import load_config
from scraper.report.kept_pages import KeptPage

CONFIG = """
start_urls: [http://teas.example/]
records:
  each: {json: "items[]"}
  fields:
    id: {json: id, type: int}
    name: {json: name, required: true}
    price: {json: offer.price, type: float}
    tags: {json: "tags[]", many: true}
    first: {json: "tags[0]"}
follow: [{json: next}]
"""
IN_SCRIPT = CONFIG.replace('{json: "items[]"}', r"""{css: script, regex: 'var shop = (\{.*\})', LANGUAGE: "items[]"}""")
IN_SCRIPT = IN_SCRIPT.replace("follow: [{json: next}]", "")


def teas(more=0.0, count=8):
    return [
        {
            "id": n, "name": f"Tea of number {n}", "offer": {"price": 3.5 * n + more}, "sold": n % 3,
            "tags": ["hot", f"t{n}"], "unit price": n,
        }
        for n in range(1, count)
    ]  # fmt: skip


def renamed(items):
    return [{"id": one["id"], "title": one["name"], "cost": one["offer"], "tags": one["tags"]} for one in items]


OLD = {"items": teas(), "next": "/list?p=2", "menu": [{"id": n, "name": f"Part {n}"} for n in range(9)]}


@pytest.fixture
def mend(tmp_path):
    def mend(now, before=OLD, text=CONFIG, wrap="{}"):
        path = tmp_path / "teas.yaml"
        path.write_text(text)
        pages = [
            KeptPage("teas", "http://teas.example/", 0.0, wrap.replace("{}", json.dumps(one))) for one in (before, now)
        ]
        return config_mend.mend(load_config(path), Pages(pages[:1], pages[1:]))

    return mend


def verdicts(mended):
    return {one.name.removeprefix("teas").strip(".: "): one.verdict for one in mended.proposal.findings}


def changed(mended):
    """Return the lines of the config that are others, without blanks and braces at their ends."""
    pairs = zip(mended.old.splitlines(), mended.new.splitlines(), strict=True)
    return [new.strip() for old, new in pairs if old != new]


CHANGES = {
    "a key renamed": (OLD | {"items": renamed(teas())}, [
        "name: {json: title, required: true}", "price: {json: cost.price, type: float}",
    ]),
    "of other records": (OLD | {"items": renamed(teas(0.25, 13))}, [
        "name: {json: title, required: true}", "price: {json: cost.price, type: float}",
    ]),
    "a level more": ({"data": {"items": teas()}, "paging": {"next": "/list?p=3"}}, [
        'each: {json: "data.items[]"}', "follow: [{json: paging.next}]",
    ]),
    "a level less": (OLD | {"items": [{**one, "price": one["offer"]["price"], "offer": None} for one in teas()]}, [
        "price: {json: price, type: float}",
    ]),
    "each wrapped": (OLD | {"items": [{"node": one, "cursor": one["id"]} for one in teas()]}, [
        'each: {json: "items[].node"}',
    ]),
    "the list renamed": ({**OLD, "items": [], "results": teas()}, ['each: {json: "results[]"}']),
    "a mapping by ids": (OLD | {"items": {str(one["id"]): one for one in teas()}}, ['each: {json: "items.*"}']),
    "texts to objects": (OLD | {"items": [{**t, "tags": [{"label": one} for one in t["tags"]]} for t in teas()]}, [
        'tags: {json: "tags[].label", many: true}', 'first: {json: "tags[0].label"}',
    ]),
    "a key with a blank": (OLD | {"items": [{**t, "tea name": t["name"], "name": None} for t in teas()]}, [
        """name: {json: '"tea name"', required: true}""",
    ]),
    "lists in lists": (OLD | {"items": [], "groups": [{"teas": teas()[:4]}, {"teas": teas()[4:]}]}, [
        'each: {json: "groups[].teas[]"}',
    ]),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_has_moved_is_found_and_all_else_stays(mend, change):
    now, lines = CHANGES[change]
    mended = mend(now)
    assert [line.replace("'", '"') for line in changed(mended)] == [line.replace("'", '"') for line in lines]
    assert set(verdicts(mended).values()) <= {"sure", "likely"}
    assert mended.exit_code == 0
    assert mended.records[1] >= 7


@pytest.mark.parametrize("now", [OLD, OLD | {"items": teas(1.0, 20)}, {"menu": OLD["menu"], **OLD}])
def test_what_reads_as_before_is_left_alone(mend, now):
    assert verdicts(mend(now)) == {}


def test_what_is_no_more_is_gone_and_nothing_is_invented(mend):
    mended = mend(OLD | {"items": [{**one, "offer": None} for one in teas()]})
    assert (verdicts(mended), changed(mended)) == ({"price": "gone"}, [])
    mended = mend({"menu": OLD["menu"], "next": OLD["next"]})
    assert verdicts(mended) == {"each": "cannot mend"}
    assert verdicts(mend("no list at all")) == {"each": "cannot mend", "follow.follow 0 → teas": "gone"}


@pytest.mark.parametrize("language", ["json", "js"])
def test_json_in_a_script_is_mended_in_its_language(mend, language):
    wrap = "<html><script>var shop = {};</script>"
    now = {"data": {"items": renamed(teas())}}
    mended = mend(now, text=IN_SCRIPT.replace("LANGUAGE", language), wrap=wrap)
    each, *fields = changed(mended)
    assert f'{language}: "data.items[]"' in each.replace("'", '"')
    assert fields == ["name: {json: title, required: true}", "price: {json: cost.price, type: float}"]


def test_json_in_an_attribute_of_each_row_is_mended_beside_its_elements(tmp_path):
    def rows(key, tag):
        held = [(json.dumps({key: one["name"], "n": 1}), one["id"]) for one in teas()]
        items = "".join(f"<li data-tea='{data}'><{tag}>{number}</{tag}>" for data, number in held)
        return KeptPage("teas", "http://teas.example/", 0.0, f"<ul>{items}</ul>")

    path = tmp_path / "teas.yaml"
    path.write_text("""
start_urls: [http://teas.example/]
records: {each: li, fields: {id: {css: b, type: int}, name: {css: ":scope", attr: data-tea, json: name}}}
""")
    mended = config_mend.mend(load_config(path), Pages([rows("name", "b")], [rows("title", "em")]))
    assert verdicts(mended) == {"id": "sure", "name": "sure"}
    assert "json: title" in mended.new


WHOLE = """
start_urls: [http://teas.example/]
records: {each: {json: "items[]"}, fields: {id: id, all: {json: tags}, about: {json: html, css: b}}}
"""


def test_a_list_stays_whole_and_markup_in_json_is_followed(mend):
    before = {"items": [{"id": n, "html": f"<p>Hot, <b>tea {n}</b></p>", "tags": ["hot", f"t{n}"]} for n in range(8)]}
    now = {"items": [{"id": one["id"], "text": one["html"], "labels": one["tags"]} for one in before["items"]]}
    mended = mend(now, before, WHOLE.replace("id: id", "id: {json: id}"))
    assert verdicts(mended) == {"all": "sure", "about": "sure"}
    assert "all: {json: labels}, about: {json: text, css: b}" in mended.new


def test_a_key_of_another_name_is_found_at_its_place_where_the_records_are_others(mend):
    now = OLD | {"items": [{"qx" if key == "name" else key: one[key] for key in one} for one in teas(9.5)]}
    for number, one in enumerate(now["items"]):
        one["qx"], one["id"] = f"Leaf of field {number}", 900 + number
    mended = mend(now)
    assert verdicts(mended) == {"name": "likely"}
    assert changed(mended) == ["name: {json: qx, required: true}"]
    for one in now["items"]:
        one |= {"more": one["id"] * 2}
    assert mend(now).proposal.findings[0].new is None  # there are more keys: which is meant, nothing says
