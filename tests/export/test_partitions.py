"""The files of all runs that a path leads to."""

from pathlib import Path

from scraper.export.partitions import files_of, names_of
from scraper.job import Job, Output
from scraper.job.templates import Template

STARTED = 1767279600.25
"""2026-01-01T15:00:00.250Z"""


def job(path="out.jsonl", timezone=None):
    return Job("board", Path("board.yaml"), {}, Output(Template(path)), timezone=timezone)


def test_the_names_are_those_of_the_start_in_the_jobs_zone():
    run = "20260101T150000.250Z"
    assert names_of(job(), STARTED, run) == {"name": "board", "date": "2026-01-01", "time": "150000", "run": run}
    assert names_of(job(timezone="Asia/Tokyo"), STARTED, run)["date"] == "2026-01-02"


def test_a_file_of_any_run_is_found_and_nothing_that_only_looks_like_one(folder):
    names = {**names_of(job(), STARTED, "20260101T150000.250Z"), "records": "films[1]"}
    path = Template("out/{name}-{date}/{records}-{run}.jsonl")
    wanted = [Path("out/board-2025-12-31/films[1]-20251231T000000.000Z.jsonl"), Path(path.fill_path(names))]
    others = [
        "out/board-2026-01-01/films1-20260101T150000.250Z.jsonl",
        "out/board-2026-01-01/films[1]-20260101.jsonl",
        "out/board-2026-01-01/.films[1]-20260101T150000.250Z.jsonl.part",
        "out/board-old/films[1]-20260101T150000.250Z.jsonl",
        "out/board-eu-2026-01-01/films[1]-20260101T150000.250Z.jsonl",
    ]
    for each in map(Path, (*wanted, *others)):
        each.parent.mkdir(parents=True, exist_ok=True)
        each.touch()
    assert files_of(path, names) == wanted
    assert files_of(Template("out/none.jsonl"), names) == []
