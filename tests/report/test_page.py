"""The report page: what it shows, that nothing in it runs, and how a browser shows it, by day, by night, on a phone."""

import html
import json
import os
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scraper.report.accounts import Alarm, Exit
from scraper.report.history import open_history
from scraper.report.page import charts
from scraper.report.page.views import view
from scraper.report.page.write import render, write
from tests.cli.test_run import css
from tests.report.test_alarms import run
from tests.report.test_history import MISS, made

NOW = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
EVIL = b'{"title":"<script>document.title=\'pwned\'</script>","link":"javascript:alert(1)","more":"\\u001b[31m\\u202e"}'
CHROMIUM = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium"))), None)


def history(folder, name, *reports, samples=()):
    """Write the history of a job below an output folder and return its path."""
    path = folder / ".scraper" / name / "history.db"
    path.parent.mkdir(parents=True)
    with open_history(path) as past:
        for report in reports:
            past.add(report, is_good=report.is_published, samples={"hot": list(samples)})
    return path


def page(*views):
    return render(list(views), NOW)


def text_of(source):
    """Return what a reader sees, in one line."""
    body = re.sub(r"(?s)<style>.*?</style>", "", source)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_a_job_is_shown_with_its_status_figures_alarms_and_records(tmp_path):
    gone = Alarm("field_gone", "hot.score is empty in all 10 records", "hot.score", "output/excerpts/x.txt")
    runs = made("r1", records=110), made("r2", Exit.REJECTED, records=40, alarms=(gone,), notes=("so it is",))
    path = history(tmp_path, "board", *runs, samples=[b'{"title":"A","score":9.5,"tags":["x","y"],"none":null}'])
    shown = text_of(page(view(path, NOW)))
    assert "1 job: 1 to look at" in shown
    assert "board ✕ an expectation is broken" in shown
    assert "records 40 usually 110" in shown
    assert "pages 9 of 12" in shown
    assert "failed 2 18% of the pages" in shown
    assert "field_gone hot.score is empty in all 10 records" in shown
    assert "a page that shows it: output/excerpts/x.txt" in shown
    assert "Pages failed: blocked 1, http 500 1" in shown
    assert "title score tags none A 9.5 x, y –" in shown
    assert "hot.title 2026-11-24 00:00: 110 of 110 2026-11-24 00:00: 40 of 40 100%" in shown
    assert "hot.score 2026-11-24 00:00: 7 of 110 2026-11-24 00:00: 7 of 40 18%" in shown


def test_what_comes_of_pages_is_text_and_nothing_else(tmp_path):
    evil = Alarm("blocked", "<img src=x onerror=alert(1)>", "", '"><script>alert(2)</script>')
    path = history(tmp_path, "<b>name", made("r1", alarms=(evil,), notes=("</section><script>",)), samples=[EVIL])
    source = page(view(path, NOW))
    assert "<script" not in source
    assert "<img" not in source
    assert "<b>name" not in source
    assert 'href="javascript' not in source
    assert not {"\x1b", "\u202e"} & set(source)
    assert "<script>document.title='pwned'</script>" in text_of(source)
    assert "default-src 'none'; style-src 'unsafe-inline'" in source


def test_the_page_needs_nothing_from_elsewhere(tmp_path):
    path = history(tmp_path, "board", made("r1"), samples=[b'{"url":"https://a.example/film?id=1"}'])
    source = page(view(path, NOW))
    addresses = set(re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?([^"')>\s]+)""", source))
    assert {address for address in addresses if not address.startswith("#")} == {"https://a.example/film?id=1"}
    assert "@import" not in source


def test_who_needs_a_person_stands_first(tmp_path):
    outcomes = {"a": Exit.OK, "b": Exit.INCOMPLETE, "c": Exit.TERMINATED, "d": Exit.ERROR, "e": Exit.REJECTED}
    views = [view(history(tmp_path, name, made("r1", code)), NOW) for name, code in outcomes.items()]
    names = re.findall(r"<h2[^>]*>(.)</h2>", page(*views))
    assert names == ["d", "e", "b", "c", "a"]


def test_an_accepted_run_is_well_and_a_miss_is_not_quite(tmp_path):
    accepted = history(tmp_path, "a", made("r1", Exit.REJECTED, alarms=(MISS,)), made("r1", is_accepted=True))
    missed = history(tmp_path, "b", made("r1", misses=(MISS,)))
    assert [view(path, NOW).mood for path in (accepted, missed)] == ["good", "warn"]


def test_a_history_that_cannot_be_read_is_shown_as_that(tmp_path):
    path = history(tmp_path, "board", made("r1"))
    path.write_bytes(b"no database" * 1000)
    shown = text_of(page(view(path, NOW)))
    assert "board ✕ its history cannot be read" in shown
    assert str(path) in shown


def test_one_page_holds_all_jobs_of_a_folder(scraper, config, folder, boards):
    for name in ("one", "two"):
        run(config(css(boards), name=name))
    done = scraper("report")
    assert (done.returncode, done.stdout, done.stderr) == (0, "output/report.html\n", "")
    source = (folder / "output/report.html").read_text("utf-8")
    assert re.findall(r"<h2[^>]*>(\w+)</h2>", source) == ["one", "two"]
    assert "film0" in source


def test_the_page_lies_beside_the_output_of_the_config_that_is_named(config, folder, boards):
    from tests.report.test_alarms import load

    path = config(css(boards, extra='output: {path: "elsewhere/{name}/{run}.jsonl"}\n'))
    run(path)
    assert write(load(path)) == Path("elsewhere/report.html")
    assert "film0" in Path("elsewhere/report.html").read_text("utf-8")
    assert "No runs yet" in write().read_text("utf-8")


# --------------------------------------------------------------------------- charts


def points(*values):
    return [charts.Point(value, f"run {n}") for n, value in enumerate(values)]


def test_a_chart_has_a_mark_for_each_run_inside_its_frame():
    chart = charts.draw("Records", "line", points(0, 55, 110), ("a", "b"), say=str)
    assert [mark.y for mark in chart.marks] == sorted((mark.y for mark in chart.marks), reverse=True)
    assert all(charts.LEFT <= mark.x <= charts.WIDTH - charts.RIGHT for mark in chart.marks)
    assert all(charts.TOP <= mark.y <= charts.HEIGHT - charts.BOTTOM for mark in chart.marks)
    assert [label for _, label in chart.ticks] == ["0", "125.0"]
    assert chart.summary == "110 in the last of 3 runs, between 0 and 110"


def test_a_run_that_came_to_no_end_is_no_dip():
    cut = charts.Point(0, "interrupted", "none")
    chart = charts.draw("Records", "line", [*points(100), cut, *points(100)], ("a", "b"), say=str)
    assert len(chart.line.split()) == 2
    assert chart.marks[1].mood == "none"
    assert len({point.split(",")[1] for point in chart.line.split()}) == 1


@pytest.mark.parametrize("values", [(), (0,), (5,), (0, 0, 0), tuple(range(500))])
def test_few_and_many_runs_can_be_drawn(values):
    chart = charts.draw("Records", "bars", points(*values), ("a", "b"), say=str)
    assert len(chart.marks) == len(values)
    assert all(mark.width > 0 for mark in chart.marks)


def test_a_strip_tells_fields_apart_that_are_empty_and_runs_that_had_no_records():
    strip = charts.strip("hot.score", [(1.0, "a"), (None, "b"), (0.0, "c"), (0.5, "d")])
    assert [share for _, _, share, _ in strip.cells] == [1.0, -1.0, 0.0, 0.5]
    assert (strip.now, strip.summary) == ("50%", "filled in 50% of the records in the last run, 0% at the least")


# --------------------------------------------------------------------------- in a browser


@pytest.fixture
def chromium(tmp_path):
    """A function that runs headless Chromium on a file and returns what it printed."""
    if CHROMIUM is None:
        assert "REQUIRE_CHROMIUM" not in os.environ, "CI must have it; .ci/packages installs it"
        pytest.skip("needs Debian's chromium-headless-shell; .ci/packages installs it")

    def look(path, *options):
        command = [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage",
            f"--user-data-dir={tmp_path / 'profile'}", "--enable-logging=stderr", "--virtual-time-budget=2000",
            *options, path.resolve().as_uri(),
        ]  # fmt: skip
        return subprocess.run(
            command, capture_output=True, text=True, timeout=240, env={**os.environ, "HOME": str(tmp_path)}
        )

    return look


@pytest.fixture
def shown(tmp_path):
    """A page with everything on it, and some that would like to run."""
    evil = Alarm("field_gone", "hot.score is empty in all 10 records" * 5, "hot.score", "x" * 200)
    runs = [made(f"r{n:02}", records=100 + n) for n in range(30)]
    path = history(tmp_path, "board", *runs, made("r30", Exit.REJECTED, alarms=(evil,)), samples=[EVIL] * 5)
    other = history(tmp_path, "other", made("r1", Exit.INCOMPLETE))
    target = tmp_path / "report.html"
    target.write_text(page(view(path, NOW), view(other, NOW)), "utf-8")
    return target


HARNESS = """<!DOCTYPE html><body><pre id="said"></pre><iframe width="%d" height="900" srcdoc="%s"></iframe><script>
const frame = document.querySelector("iframe");
frame.onload = () => {
  const page = frame.contentDocument, root = page.documentElement;
  document.querySelector("#said").textContent = JSON.stringify({
    title: page.title, scripts: page.scripts.length, wide: root.scrollWidth,
    back: getComputedStyle(page.body).backgroundColor,
    charts: [...page.querySelectorAll("figure svg")].map(each => each.getBoundingClientRect().width),
    outside: [...page.querySelectorAll("figure svg *, .strips svg *")].filter(
      each => each.getBoundingClientRect && each.getBoundingClientRect().right > root.clientWidth + 1).length,
    links: [...page.querySelectorAll("td a")].map(each => each.href),
  });
};
</script>"""


def measured(chromium, page, width, *options):
    """Return what a browser makes of a page: it is looked at from outside, for nothing runs inside."""
    harness = page.with_name("harness.html")
    harness.write_text(HARNESS % (width, html.escape(page.read_text("utf-8"))), "utf-8")
    done = chromium(harness, "--dump-dom", *options)
    assert "Refused" not in done.stderr, done.stderr
    return json.loads(html.unescape(re.search(r'<pre id="said">(.*?)</pre>', done.stdout)[1]))


@pytest.mark.parametrize(
    ("width", "scheme", "back"), [(1200, "light", "rgb(244, 245, 247)"), (360, "dark", "rgb(14, 18, 23)")]
)
def test_a_browser_shows_the_whole_page_and_runs_nothing_of_it(chromium, shown, width, scheme, back):
    dark = f"--blink-settings=preferredColorScheme={int(scheme == 'light')}"
    found = measured(chromium, shown, width, dark)
    assert (found["title"], found["scripts"], found["links"]) == ("Scraper report", 0, [])
    assert found["wide"] <= width, "nothing has to be scrolled sideways but tables"
    assert found["back"] == back
    assert len(found["charts"]) == 6
    assert min(found["charts"]) > 250
    assert found["outside"] == 0


def test_a_browser_takes_a_picture_of_it(chromium, shown):
    picture = shown.with_name("report.png")
    chromium(shown, f"--screenshot={picture}", "--window-size=800,1200")
    data = picture.read_bytes()
    assert data.startswith(b"\x89PNG")
    assert (int.from_bytes(data[16:20]), int.from_bytes(data[20:24])) == (800, 1200)
    assert len(data) > 20_000, "an empty page takes less"


# --------------------------------------------------------------------------- colours

STYLE = (Path(charts.__file__).parent / "page.html").read_text("utf-8")
LIGHT, DARK = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in STYLE.split("@media", 2)[:2])


def luminance(colour):
    """Return the relative luminance of #rrggbb (WCAG 2)."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_all_text_can_be_read_by_day_and_by_night(colours):
    pairs = [(ink, back) for ink in ("ink", "soft", "accent") for back in ("page", "card")]
    pairs += [(mood, f"{mood}-back") for mood in ("good", "warn", "bad", "none")] + [("soft", "faint")]
    faint = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}
    assert min(faint.values()) >= 4.5, faint
    assert min(contrast(colours[mark], colours["card"]) for mark in ("accent", "bad", "warn")) >= 3
