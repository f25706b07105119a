"""The last good report: trusted only if it is as it was written."""

import json
import sqlite3

import pytest

from scraper.report.baseline import read_baseline, read_past, write_baseline

REPORT = {"name": "tea", "fields": [{"rule": "hot", "name": "title", "records": 9, "filled": 8, "malformed": 0}]}
DATA = json.dumps(REPORT, indent=2).encode() + b"\n"


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "last-good.json"
    write_baseline(path, DATA)
    return path


def test_what_was_written_is_read_and_is_json(path):
    report, notes = read_baseline(path)
    assert (report["fields"], notes) == (REPORT["fields"], [])
    assert json.loads(path.read_bytes()).keys() == {"name", "fields", "check"}
    path.write_bytes(DATA)
    assert read_baseline(path) == (REPORT, []), "of an older version"
    path.unlink()
    assert read_baseline(path) == (None, [])


def test_a_damaged_byte_anywhere_is_told_and_nothing_is_compared_with_it(path):
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        report, notes = read_baseline(path)
        assert (report or REPORT)["fields"] == REPORT["fields"], place
        assert (report is None) == bool(notes), place


@pytest.mark.parametrize(
    "data", ["[]", "7", "{", '{"fields": 5}', '{"fields": [1]}', '{"fields": [{"rule": "a", "records": null}]}']
)
def test_a_report_of_another_form_is_set_aside_and_told(path, data):
    path.write_text(data)
    report, (note,) = read_baseline(path)
    assert report is None
    assert note.startswith(f"{path}: is no last good report (")
    assert note.endswith(f"it is set aside as {path}.broken, nothing is compared with it")
    assert path.with_name("last-good.json.broken").read_text() == data
    assert read_baseline(path) == (None, [])


def test_a_history_whose_rows_are_damaged_is_set_aside_and_told(path):
    history = path.with_name("history.db")
    assert read_past(history, REPORT, "now")[0].records == ({"hot": 9},)
    with sqlite3.connect(history) as db:
        db.execute("INSERT INTO run SELECT 'r', 's', 1, 0, 1, 1, 1, 0, 0, 0, '', 1, 1, 0, '[]'")
        db.execute("INSERT INTO field VALUES ('r', 'hot', 'name', 'x', 1, 1)")
    db.close()
    past, (note,) = read_past(history, REPORT, "now")
    assert past.records == ({"hot": 9},)
    assert note == f"{history}: cannot read the history: it is damaged; it is set aside as {history}.broken"
    assert read_past(history, REPORT, "now")[1] == []
