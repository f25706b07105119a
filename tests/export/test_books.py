"""Records that are kept up to date, and what is told of changes: from run to run, whole or cut off, in every format."""

import contextlib
import csv
import gzip
import json
import os
import sqlite3
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from scraper.config.load import load_config
from scraper.errors import ConfigError
from scraper.models import Failure
from tests.support.films import Crash
from tests.support.shop import run as run_on

SHOP = """
pages:
  list:
    start_urls: ["http://shop.example/list?page={{page}}"]
    params: {{page: {{first: 1, last: 2}}}}
    records:
      each: li
      key: [id]
      fields:
        id: {{css: b, type: int}}
        price: {{css: i, type: float}}
        views: u
      {follow}
{detail}
output: {{path: "output/shop.{suffix}", {output}}}
expect: {{compare_to_last: 0, max_error_rate: 1, min_records: 1}}
settings: {{robotstxt_obey: false, retry_times: 0, pool: {{engine: threads}}}}
"""
MERGED = "follow: [{css: a, page: detail, merge: true}]"
DETAIL = "  detail: {records: {fields: {text: h1}}}"


def text_of(suffix="jsonl", output="changes: true, ignore: [views]", follow=""):
    return SHOP.format(suffix=suffix, output=output, follow=follow, detail=DETAIL if follow else "")


SUFFIXES = ["jsonl", "jsonl.gz", "csv", "parquet", "sqlite"]
EVERY = pytest.mark.parametrize("suffix", SUFFIXES)


def items(**prices):
    """Return a page of a list: `a1=9` is an item 1 with the price 9."""
    return "".join(item(name, price) for name, price in prices.items())


def item(name, price):
    number = name.strip("a")
    return f'<li><b>{number}</b><i>{price}</i><u>{os.urandom(2).hex()}</u><a href="/p/{number}">more</a></li>'


def site(first, second="<li><b>9</b><i>9</i>", **details):
    pages = {"/list?page=1": first, "/list?page=2": second}
    return pages | {f"/p/{name.strip('a')}": f"<h1>{text}</h1>" for name, text in details.items()}


@pytest.fixture
def shop(config, folder, monkeypatch):
    """A function that runs the shop on pages and returns the report."""

    def shop(pages, suffix="jsonl", output="changes: true, ignore: [views]", follow="", to=None, **options):
        options |= {"output": Path(to)} if to else {}
        path = config(text_of(suffix, output, follow), "shop")
        return run_on(monkeypatch, path, pages, **options)

    return shop


def changes():
    path = Path("output/shop.changes.jsonl")
    return [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []


def told(run=None):
    """Return what was told of changes, of one run or of all: (id, what) or (id, what, fields)."""
    return [
        (line["key"]["id"], line["change"], *[(n, v["was"], v["is"]) for n, v in line.get("fields", {}).items()])
        for line in changes()
        if run in (None, line["run"])
    ]


def records(suffix, path=None):
    """Return the records of an output, whatever its format, times and numbers as Python has them in JSON."""
    path = path or f"output/shop.{suffix}"
    if suffix in ("jsonl", "jsonl.gz"):
        data = Path(path).read_bytes()
        return [json.loads(line) for line in (gzip.decompress(data) if suffix.endswith("gz") else data).splitlines()]
    if suffix == "csv":
        with Path(path).open(newline="", encoding="utf-8") as file:
            rows = [{name: value or None for name, value in row.items()} for row in csv.DictReader(file)]
        return [row | {"id": int(row["id"]), "price": row["price"] and float(row["price"])} for row in rows]
    if suffix == "parquet":
        return pq.read_table(path).to_pylist()
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute("SELECT * FROM list ORDER BY rowid")]


def prices(suffix):
    return {record["id"]: record["price"] for record in records(suffix)}


UPDATE = "mode: update, times: [first_seen, last_seen, changed_at, gone_at], ignore: [views]"


# --------------------------------------------------------------------------- changes


def test_each_run_tells_what_is_new_changed_and_gone(shop):
    first = shop(site(items(a1=1, a2=2, a3=3)))
    second = shop(site(items(a1=1, a3=4, a5=5)))
    assert told(first.run) == [(1, "new"), (2, "new"), (3, "new"), (9, "new")]
    assert told(second.run) == [(2, "gone"), (3, "changed", ("price", 3.0, 4.0)), (5, "new")]
    assert (first.changes, second.changes) == ({"new": 4, "changed": 0, "gone": 0}, {"new": 1, "changed": 1, "gone": 1})
    line = changes()[-2]
    assert (line["rule"], line["key"], line["record"]["price"]) == ("list", {"id": 3}, 4.0)
    assert line["at"] == second.started
    assert [record["id"] for record in records("jsonl")] == [1, 3, 5, 9]


def test_what_is_gone_comes_back_as_new_and_is_gone_once(shop):
    for page in (items(a1=1, a2=2), items(a1=1), items(a1=1), items(a1=1, a2=2)):
        last = shop(site(page))
    assert told()[3:] == [(2, "gone"), (2, "new")]
    assert told(last.run) == [(2, "new")]


def test_nothing_is_gone_whose_page_was_not_read(shop):
    shop(site(items(a1=1), items(a2=2, a3=3)))
    report = shop(site(items(a4=4), Failure("connection failed")))
    assert (report.exit_code, told(report.run)) == (3, [(1, "gone"), (4, "new")])
    assert told(shop(site(items(a4=4), items(a3=3))).run) == [(2, "gone")]


def test_a_record_whose_page_is_not_planned_any_more_is_not_gone(shop, config, monkeypatch):
    shop(site(items(a1=1), items(a2=2)))
    text = text_of().replace("last: 2", "last: 1")
    report = run_on(monkeypatch, config(text, "shop"), site(items(a1=1)))
    assert [each for each in told(report.run) if each[1] != "changed"] == []


DETAILS = """
pages:
  list: {{start_urls: ["http://shop.example/list?page=1"], follow: [{{css: a, page: detail}}]}}
  detail: {{records: {{key: [id], fields: {{id: {{css: b, type: int}}, price: {{css: i, type: float}}}}}}}}
output: {{path: output/shop.jsonl, changes: true}}
expect: {{compare_to_last: 0, max_error_rate: 1, max_gone_rate: 1}}
settings: {{robotstxt_obey: false, retry_times: 0, pool: {{engine: threads}}}}
"""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"/p/2": (404, {}, "")}, [(2, "gone")]),
        ({"/p/2": Failure("connection failed")}, []),
        ({"/list?page=1": '<a href="/p/1">'}, [(2, "gone"), (3, "gone")]),
        ({"/list?page=1": '<a href="/p/1"></a><a href="/p/4"></a>', "/p/4": Failure("timeout")}, []),
    ],
)
def test_a_page_that_nothing_leads_to_any_more_takes_its_record_along(config, folder, monkeypatch, change, expected):
    path = config(DETAILS.format(), "shop")
    pages = {f"/p/{n}": f"<b>{n}</b><i>1</i>" for n in (1, 2, 3)}
    pages["/list?page=1"] = "".join(f'<a href="/p/{n}"></a>' for n in (1, 2, 3))
    run_on(monkeypatch, path, pages)
    assert told(run_on(monkeypatch, path, pages | change).run) == expected


def test_a_field_of_a_page_that_failed_has_not_changed(shop):
    pages = site(items(a1=1, a2=2), items(a9=9), a1="tea", a2="milk", a9="jam")
    shop(pages, follow=MERGED)
    failed = shop(pages | {"/p/1": Failure("timeout"), "/p/2": "<h1>cream</h1>"}, follow=MERGED)
    assert told(failed.run) == [(2, "changed", ("text", "milk", "cream"))]
    assert told(shop(pages | {"/p/2": "<h1>cream</h1>"}, follow=MERGED).run) == []


def test_another_config_changes_no_record(shop):
    shop(site(items(a1=1)), output="changes: true, ignore: [views]")
    report = shop(site(items(a1=1)), output="changes: true, ignore: [views]", follow=MERGED)
    assert told(report.run) == []


def test_nothing_is_told_of_a_run_that_is_not_published_nor_of_trials_and_other_outputs(shop):
    shop(site(items(a1=1)))
    before = Path("output/shop.changes.jsonl").read_bytes()
    assert shop(site("", "")).exit_code == 4
    assert shop(site(items(a1=2)), limit=1).changes == {}
    assert shop(site(items(a1=2)), to="output/x.csv").changes == {}
    assert Path("output/shop.changes.jsonl").read_bytes() == before
    assert told(shop(site(items(a1=3))).run) == [(1, "changed", ("price", 1.0, 3.0))]


def test_an_accepted_run_tells_its_changes(shop, config, folder):
    from scraper import runner

    shop(site(items(a1=1, a2=2)))
    text = text_of()
    path = config(text.replace("min_records: 1", "min_records: 5"), "shop")
    with pytest.MonkeyPatch.context() as patch:
        assert run_on(patch, path, site(items(a1=3))).exit_code == 4
    report = runner.accept(load_config(path))
    assert told(report.run) == [(1, "changed", ("price", 1.0, 3.0)), (2, "gone")]


# --------------------------------------------------------------------------- update


@EVERY
def test_an_updated_file_holds_one_record_a_key_in_its_place(shop, suffix):
    runs = [
        shop(site(page), suffix, UPDATE)
        for page in (items(a1=1, a2=2, a3=3), items(a5=5, a3=4, a1=1), items(a2=2, a1=1))
    ]
    assert prices(suffix) == {1: 1.0, 2: 2.0, 3: 4.0, 9: 9.0, 5: 5.0}
    rows = {record["id"]: record for record in records(suffix)}
    one, two, three = (run.started for run in runs)
    seen = {
        1: (one, three, one, None),
        2: (one, three, one, None),
        3: (one, two, two, three),
        5: (two, two, two, three),
        9: (one, three, one, None),
    }
    names = ("first_seen", "last_seen", "changed_at", "gone_at")
    assert {key: tuple(moment(row[name]) for name in names) for key, row in rows.items()} == seen
    assert list(rows[1])[-4:] == list(names)


def moment(value):
    """Return a time as RFC 3339, as which Parquet does not give it."""
    return value and (
        value if isinstance(value, str) else value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )


@EVERY
def test_an_update_keeps_what_a_page_that_failed_once_gave(shop, suffix):
    pages = site(items(a1=1, a2=2), items(a9=9), a1="tea", a2="milk", a9="jam")
    shop(pages, suffix, UPDATE, MERGED)
    shop(pages | {"/list?page=2": Failure("timeout"), "/p/1": Failure("timeout")}, suffix, UPDATE, MERGED)
    assert [(r["id"], r["text"], r["gone_at"]) for r in records(suffix)] == [
        (1, "tea", None), (2, "milk", None), (9, "jam", None),
    ]  # fmt: skip


@EVERY
def test_a_file_with_new_and_other_fields_has_one_set_of_columns(shop, suffix):
    shop(site(items(a1=1, a2=2)), suffix, "mode: update, provenance: true")
    more = site(items(a1=1), a1="tea", a9="jam")
    shop(more, suffix, "mode: update, times: [last_seen]", MERGED)
    rows = records(suffix)
    assert {tuple(row) for row in rows} == {("id", "price", "views", "text", "last_seen")}
    assert [(row["id"], row["text"]) for row in rows] == [(1, "tea"), (2, None), (9, None)]
    shop(site(items(a1=1), a1="tea", a9="jam"), suffix, "mode: update, times: []", MERGED)
    assert {tuple(row) for row in records(suffix)} == {("id", "price", "views", "text")}


def test_an_output_without_a_ledger_is_taken_over_from_lines_and_else_refused(shop, monkeypatch):
    for suffix in ("jsonl", "csv"):
        shop(site(items(a1=1, a2=2)), suffix, "mode: append")
    Path("output/shop.jsonl").write_bytes(Path("output/shop.jsonl").read_bytes() + b'{"price":7}\n')
    report = shop(site(items(a2=3)), "jsonl", "mode: update, changes: true, ignore: [views]")
    assert prices("jsonl") == {1: 1.0, 2: 3.0, 9: 9.0}
    assert "1 lines of the output have no key (id)" in " ".join(report.notes)
    assert told(report.run) == [(2, "changed", ("price", 2.0, 3.0))]
    Path("output/.scraper/shop/ledger.jsonl").unlink()
    with pytest.raises(Exception, match=r"shop\.csv cannot be updated: .*ledger\.jsonl is not there"):
        shop(site(items(a2=3)), "csv", "mode: update")


def test_who_deletes_the_output_begins_anew(shop):
    shop(site(items(a1=1, a2=2)), "jsonl", UPDATE)
    Path("output/shop.jsonl").unlink()
    report = shop(site(items(a2=2)), "jsonl", UPDATE)
    assert (list(prices("jsonl")), "is not there: nothing is known" in " ".join(report.notes)) == ([2, 9], True)


def test_another_output_gets_what_is_known_and_changes_nothing(shop):
    shop(site(items(a1=1, a2=2)), "jsonl", UPDATE)
    before = Path("output/shop.jsonl").read_bytes(), Path("output/.scraper/shop/ledger.jsonl").read_bytes()
    shop(site(items(a2=3)), "jsonl", UPDATE, to="output/x.csv")
    assert {row["id"]: row["price"] for row in records("csv", "output/x.csv")} == {1: 1.0, 2: 3.0, 9: 9.0}
    assert (Path("output/shop.jsonl").read_bytes(), Path("output/.scraper/shop/ledger.jsonl").read_bytes()) == before


def test_a_damaged_ledger_is_told_and_not_believed(shop):
    shop(site(items(a1=1, a2=2)))
    path = Path("output/.scraper/shop/ledger.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    for damaged in (lines[:-1], lines[:1] + lines[2:], [b"x\n", *lines[1:]], [*lines[:-1], lines[-1][:5]]):
        path.write_bytes(b"".join(damaged))
        with pytest.raises(Exception, match=r"ledger\.jsonl: what is known of earlier records is damaged"):
            shop(site(items(a1=1)))


# --------------------------------------------------------------------------- where records come from


@pytest.mark.parametrize(
    ("said", "columns"),
    [("true", ["_url", "_page", "_fetched_at", "_merged"]), ("[_merged, _url]", ["_url", "_merged"]), ("[]", [])],
)
def test_both_halves_of_a_record_say_where_they_come_from(shop, said, columns):
    pages = site(items(a1=1), "", a1="tea") | {"/list?page=2": items(a2=2)}
    shop(pages, output=f"provenance: {said}", follow=MERGED)
    one, two = records("jsonl")
    assert list(one)[4:] == columns
    if columns:
        assert (one["_url"], one["_merged"]) == ("http://shop.example/list?page=1", ["http://shop.example/p/1"])
        assert two["_merged"] == []


# --------------------------------------------------------------------------- runs that are cut off


OUTPUTS = {"changes": "changes: true, ignore: [views]", "update": f"{UPDATE}, changes: true"}


def state(suffix):
    """Return all that a run leaves, its name and times left out."""
    runs = {line["run"]: n for n, line in enumerate(changes())}
    times = sorted({moment(v) for r in records(suffix) for n, v in r.items() if n.endswith(("_at", "_seen")) and v})
    rows = [
        {n: times.index(moment(v)) if n.endswith(("_at", "_seen")) and v else v for n, v in r.items() if n != "views"}
        for r in records(suffix)
    ]
    return rows, [(list(runs).index(line["run"]), *each) for line, each in zip(changes(), told(), strict=True)]


DAYS = [site(items(a1=1, a2=2, a3=3)), site(items(a1=1, a3=4, a5=5)), site(items(a1=2, a2=2, a5=5))]


@pytest.fixture(scope="module")
def uncut():
    """What three whole runs left, by output and suffix: the same for every place at which one is cut off."""
    return {}


@pytest.mark.parametrize("resume", [True, False])
@pytest.mark.parametrize("renames", [0, 1, 2, 3])
@pytest.mark.parametrize("suffix", ["jsonl", "sqlite"])
@pytest.mark.parametrize("output", OUTPUTS)
def test_a_run_that_is_cut_off_at_any_rename_tells_everything_once(
    shop, crashes, monkeypatch, uncut, output, suffix, renames, resume
):
    if (output, suffix) not in uncut:
        for day in DAYS:
            shop(day, suffix, OUTPUTS[output])
        uncut[output, suffix] = state(suffix)
        for path in [*Path("output").glob("shop*"), *Path("output/.scraper/shop").glob("*")]:
            path.unlink()
    shop(DAYS[0], suffix, OUTPUTS[output])
    crashes(renames)
    with monkeypatch.context() as patch, contextlib.suppress(Crash):
        if renames == 3:
            patch.setattr("scraper.runner.Run.report", cut_off)
        patch.setattr("pathlib.Path.unlink", keep_parts)
        shop(DAYS[1], suffix, OUTPUTS[output])
    crashes(None)
    if resume or renames == 0:
        shop(DAYS[1], suffix, OUTPUTS[output], resume=True)
    shop(DAYS[2], suffix, OUTPUTS[output])
    assert state(suffix) == uncut[output, suffix]


def cut_off(*_, **__):
    raise Crash


unlink = Path.unlink


def keep_parts(path, missing_ok=False):
    """Who is killed deletes nothing."""
    if not path.name.endswith(".part"):
        unlink(path, missing_ok=missing_ok)


@EVERY
def test_failed_pages_that_are_tried_again_are_as_if_they_had_come_at_once(shop, suffix):
    days = [site(items(a1=1, a2=2), items(a9=9)), site(items(a1=3), items(a9=8, a4=4))]
    for day in days:
        shop(day, suffix, OUTPUTS["update"])
    expected = state(suffix)
    for path in [*Path("output").glob("shop*"), *Path("output/.scraper/shop").glob("*")]:
        path.unlink()
    shop(days[0], suffix, OUTPUTS["update"])
    assert shop(days[1] | {"/list?page=2": Failure("timeout")}, suffix, OUTPUTS["update"]).exit_code == 3
    assert shop(days[1], suffix, OUTPUTS["update"], resume=True).exit_code == 0
    assert state(suffix) == expected


# --------------------------------------------------------------------------- the config


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("key: [id]", "", "mode: update needs a `key` in every rule, which tells its records apart: 'list'"),
        ("shop.jsonl", "{date}.jsonl", "{date} leads each run to another file, and mode: update keeps one"),
        ("output/shop.jsonl", "-", "standard output cannot be updated"),
        ("ignore: [views]", "ignore: [view]", "no record has a field 'view'; did you mean 'views'?"),
        ("views: u", "last_seen: u", "has a field 'last_seen', as `times` has"),
        ("mode: update, ", "", "ignore is for changes: true and mode: update"),
        ("mode: update, ", "times: [], ", "times are columns of mode: update"),
        ("expect:", "on_change: mail\nexpect:", "there are no changes to tell of; say output: {changes: true}"),
    ],
)
def test_what_cannot_be_compared_is_told_by_check(config, old, new, told):
    text = text_of(output="mode: update, ignore: [views]")
    load_config(config(text))
    with pytest.raises(ConfigError) as caught:
        load_config(config(text.replace(old, new)))
    assert told in str(caught.value)


# --------------------------------------------------------------------------- who is told


@pytest.mark.live
def test_the_command_reads_the_changes_of_its_run_alone(shop, config, monkeypatch):
    script = "cat > changes; echo $SCRAPER_NAME $SCRAPER_NEW $SCRAPER_CHANGED $SCRAPER_GONE > counts"
    text = text_of()
    path = config(f"{text}on_change: [sh, -c, '{script}']\n", "shop")
    for page in (items(a1=1, a2=2), items(a1=3, a4=4)):
        report = run_on(monkeypatch, path, site(page))
    given = Path("changes").read_bytes()
    assert Path("output/shop.changes.jsonl").read_bytes().endswith(given)
    assert [json.loads(line)["run"] for line in given.splitlines()] == [report.run] * 3
    assert Path("counts").read_text() == "shop 1 1 1\n"
    Path("counts").unlink()
    run_on(monkeypatch, path, site(items(a1=3, a4=4)))
    assert not Path("counts").exists()
