"""The figures of a run as Prometheus reads them."""

from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import board

CONFIG = """
start_urls: ["{url}/1", "{url}/2", "{url}/gone"]
records: {{each: dd, fields: {{title: p.name, score: {{css: p.score, type: float}}}}}}
settings: {{robotstxt_obey: false, contact: t@example.com, retry_times: 0}}
"""


def samples(path):
    """Return the values by name and labels, but for the job's."""
    found = {}
    for family in text_string_to_metric_families(path.read_text("utf-8")):
        for sample in family.samples:
            assert sample.labels.pop("job_name") == "board"
            found[sample.name.removeprefix("scraper_last_run_"), *sample.labels.values()] = sample.value
    return found


def test_the_figures_of_a_run_are_left_for_prometheus(scraper, config, folder, site):
    site.pages = {"/1": board(("a", "9.1"), ("b", None)), "/2": board(("c", "8.0"))}
    done = scraper(config(CONFIG.format(url=site.url)), "--metrics", "board.prom")
    assert done.returncode == 3, done.stderr
    found = samples(folder / "board.prom")
    assert found["exit_code",] == 3
    assert found["published",] == 1
    assert found["records",] == 3
    assert {state: found["pages", state] for state in ("fetched", "failed", "skipped", "unfinished")} == {
        "fetched": 2,
        "failed": 1,
        "skipped": 0,
        "unfinished": 0,
    }
    assert found["failed_pages", "http 404"] == 1
    assert 1 in [value for (name, *_), value in found.items() if name == "lost"]
    assert round(found["field_filled_ratio", "score", "board"], 2) == 0.67
    assert found["timestamp_seconds",] > 1.7e9


def test_a_run_that_breaks_off_leaves_its_figures_too(scraper, config, folder, site):
    site.pages = {"/1": board(("a", "9.1")), "/2": board(("c", "8.0"))}
    (folder / "output").mkdir()
    (folder / "output/board.jsonl").mkdir()
    done = scraper(config(CONFIG.format(url=site.url)), "--metrics", "board.prom")
    assert done.returncode == 1, done.stderr
    found = samples(folder / "board.prom")
    assert found["exit_code",] == 1
    assert found["published",] == 0


def test_metrics_that_cannot_be_written_are_told_and_change_nothing(scraper, config, folder, site):
    site.pages = {"/1": board(("a", "9.1")), "/2": board(("c", "8.0")), "/gone": board(("d", "1.0"))}
    done = scraper(config(CONFIG.format(url=site.url)), "--metrics", "missing/board.prom")
    assert done.returncode == 0, done.stderr
    assert "missing/board.prom: cannot write the metrics: No such file or directory" in done.stderr
    assert (folder / "output/board.jsonl").read_bytes().count(b"\n") == 3
