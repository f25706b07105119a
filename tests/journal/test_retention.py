"""What would pile up is kept to the newest ten."""

import pytest

from scraper.journal.retention import KEPT, forget_recordings, keep_newest, recording_target
from scraper.journal.workspace import Workspace
from tests.cli.test_run import css
from tests.report.test_alarms import change, load, rename, run

RUNS = [f"20261124T1800{n:02}.000Z" for n in range(13)]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_newest_ten_files_stay_and_what_is_called_otherwise(tmp_path):
    for run_name in RUNS:
        (tmp_path / f"{run_name}-blocked.txt").touch()
    (tmp_path / "mine.md").touch()
    keep_newest(tmp_path, "*.txt")
    assert names(tmp_path) == [*(f"{run_name}-blocked.txt" for run_name in RUNS[-KEPT:]), "mine.md"]


def test_recordings_are_kept_for_ten_runs_and_no_other_folder_is_touched(tmp_path):
    for name in [*RUNS, "saved", "20261124", f"{RUNS[0]}.bak"]:
        (tmp_path / name / "page").mkdir(parents=True)
    forget_recordings(tmp_path / "{run}")
    assert names(tmp_path) == sorted([*RUNS[-KEPT:], "saved", "20261124", f"{RUNS[0]}.bak"])
    forget_recordings(tmp_path / RUNS[-1])
    forget_recordings(None)
    assert len(names(tmp_path)) == KEPT + 3


@pytest.mark.parametrize(
    ("folder", "expected"), [("saved/{run}", f"saved/{RUNS[0]}"), ("saved", "saved"), ("{run}/all", "{run}/all")]
)
def test_a_folder_may_be_one_for_each_run(tmp_path, folder, expected):
    assert recording_target(tmp_path / folder, RUNS[0]) == tmp_path / expected


def test_each_run_records_in_a_folder_that_can_be_replayed(config, folder, boards):
    path = config(css(boards))
    for run_name in RUNS:
        (folder / "saved" / run_name).mkdir(parents=True)
    assert run(path, record=folder / "saved/{run}").exit_code == 0
    kept = names(folder / "saved")
    assert (len(kept), kept[:-1]) == (KEPT, RUNS[-KEPT + 1 :])
    boards.pages.clear()
    assert run(path, replay=folder / "saved" / kept[-1]).records == 9


def test_the_excerpts_of_ten_alarms_are_kept(config, folder, boards):
    path = config(css(boards, extra="expect: {field_coverage: {score: 0.9}}\n"))
    excerpts = folder / "output/.scraper/board/excerpts"
    excerpts.mkdir(parents=True)
    for run_name in RUNS:
        (excerpts / f"{run_name}-blocked.txt").touch()
    change(boards, rename)
    (alarm,) = run(path).alarms
    assert (len(names(excerpts)), names(excerpts)[:-1]) == (KEPT, [f"{name}-blocked.txt" for name in RUNS[-KEPT + 1 :]])
    assert (folder / alarm.excerpt).exists()


def test_ten_journals_are_kept_aside(config, folder, boards):
    workspace = Workspace(load(config(css(boards))))
    workspace.home.mkdir(parents=True)
    for run_name in RUNS:
        workspace.journal.touch()
        workspace.set_journal_aside(run_name)
    assert names(workspace.home / "set-aside") == [f"journal-{run_name}.db" for run_name in RUNS[-KEPT:]]
