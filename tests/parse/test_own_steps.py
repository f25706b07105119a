"""Own steps: functions that a config names."""

import json
import sys

import pytest

import scraper as package
from scraper.config.load import load_config
from scraper.models import Failure
from tests.conftest import board, records

MODULE = """
import datetime, decimal, time
calls = []
class Price:
    @staticmethod
    def cents(value):
        return int(value) * 100
def shout(value):
    calls.append(value)
    return value.upper()
def nothing(value):
    return None if value == "b" else value
def pieces(value):
    return [*value, None, ""]
def fail(value):
    raise ValueError(f"no {value}")
def typed(value):
    return {"type": type(value).__name__, "value": value}
def foreign(value):
    return decimal.Decimal(1)
def slow(value):
    time.sleep(0.02)
    return value
def stuck(value):
    while value == "a":
        pass
    return value
def leave(value):
    raise SystemExit(0)
def interrupt(value):
    raise KeyboardInterrupt
def say(value):
    print(value)
def whisper(value):
    import sys
    print(value, file=sys.stderr)
    return value
number = 5
"""
HEAD = "start_urls: [https://a.example/]\nrecords:\n  each: li\n  fields:\n"


@pytest.fixture
def own(tmp_path):
    """A module beside the config, forgotten at the end; a function that returns a field with such a step."""
    (tmp_path / "own_steps.py").write_text(MODULE)
    before = list(sys.path)
    yield lambda name, more="": f"x: {{steps: [{{python: 'own_steps:{name}'}}]{more}}}"
    sys.path[:] = before
    sys.modules.pop("own_steps", None)


@pytest.mark.parametrize(
    ("pool", "where"), [("threads", "parent"), ("threads", "worker"), ("processes", "parent"), ("processes", "worker")]
)
@pytest.mark.parametrize(
    ("name", "told"),
    [("leave", "SystemExit"), ("interrupt", "KeyboardInterrupt"), ("say", "printed to standard output")],
)
def test_a_step_that_would_end_the_program_or_print_fails_its_page(own, config, boards, name, told, pool, where):
    boards.pages["/board?offset=0"] = board(("ok", "1.0"))
    more = f"settings: {{robotstxt_obey: false, contact: a@b.example, parse_in: {where}, pool: {{engine: {pool}}}}}\n"
    text = f"start_urls: ['{boards.url}/board?offset=0']\nrecords:\n  each: dd\n  fields:\n    {own(name)}\n"
    report = package.run(package.load_config(config(text + more)))
    assert (report.exit_code, report.accounts.failed) == (4, {"internal error": 1})
    assert f"own_steps:{name} " in report.failures[0][2]
    assert told in report.failures[0][2]


def test_a_step_may_print_to_standard_error(own, fields, capsys):
    assert [one["x"] for one in fields(own("whisper"), PAGE)] == ["a", "b", None]
    assert capsys.readouterr() == ("", "a\nb\n")


PAGE = "<ul><li> a <li>b<li></ul>"


@pytest.mark.parametrize(
    ("name", "more", "expected"),
    [
        ("shout", "", ["A", "B", None]),
        ("nothing", ", default: d", ["a", "d", "d"]),
        ("pieces", "", [["a"], ["b"], None]),
        ("typed", "", [{"type": "str", "value": "a"}, {"type": "str", "value": "b"}, None]),
        ("shout", ", many: true", [["A"], ["B"], []]),
    ],
)
def test_an_own_step_takes_a_value_and_gives_one(fields, own, name, more, expected):
    assert [one["x"] for one in fields(own(name, more), PAGE)] == expected


def test_it_is_not_called_for_nothing_and_takes_json_as_it_is(parse, own):
    fields = "    x: {json: v, steps: [{python: 'own_steps:typed'}]}\n"
    fields += "    n: {json: v, steps: [{python: 'own_steps:Price.cents'}]}"
    page = '[{"v": 5}, {"v": null}, {"v": [1, "2", null]}, {"v": {"a": 1}}]'
    found = records(parse(HEAD.replace("each: li", "each: {json: '@'}") + fields, page))
    assert [one["x"] for one in found] == [
        {"type": "int", "value": 5},
        None,
        [{"type": "int", "value": 1}, {"type": "str", "value": "2"}],
        {"type": "dict", "value": {"a": 1}},
    ]
    assert [one["n"] for one in found][:3] == [500, None, [100, 200]]


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("fail", "own_steps:fail raised ValueError: no a"),
        ("foreign", "own_steps:foreign returned a Decimal, expected a JSON value or None"),
    ],
)
def test_what_it_raises_is_a_malformed_value_and_no_more(parse, own, name, cause):
    parsed = parse(f"{HEAD}    {own(name, ', default: d')}\n    n: {{value: '{{_position}}'}}\n", PAGE)
    assert [(one["x"], one["n"]) for one in records(parsed)] == [(None, 1), (None, 2), ("d", 3)]
    assert next((fault.field, fault.value, fault.cause) for fault in parsed.faults) == ("x", "a", cause)


def test_its_time_is_that_of_the_patterns(parse, own):
    failure = parse(f"{HEAD}    {own('slow')}", "<ul>" + "<li>x" * 50, regex_timeout=0.1)
    assert isinstance(failure, Failure)
    assert failure.reason == "parse timeout"


@pytest.mark.parametrize("place", ["parent", "worker"])
@pytest.mark.parametrize("engine", ["processes", "threads"])
def test_it_works_where_pages_are_parsed_from_the_folder_of_the_config(scraper, folder, site, own, place, engine):
    site.pages["/"] = board(("a", 1), ("b", 2))
    home = folder / "jobs"
    home.mkdir()
    (folder / "own_steps.py").rename(home / "own_steps.py")
    (home / "board.yaml").write_text(f"""
start_urls: ["{site.url}/"]
records: {{each: dd, fields: {{title: {{css: a, steps: [{{python: "own_steps:shout"}}]}}}}}}
settings: {{robotstxt_obey: false, contact: t@example.com, parse_in: {place}, pool: {{engine: {engine}}}}}
""")
    done = scraper("jobs/board.yaml")
    assert done.returncode == 0, done.stderr
    lines = (folder / "output/board.jsonl").read_text().splitlines()
    assert [json.loads(line)["title"] for line in lines] == ["A", "B"]


def test_one_that_never_returns_costs_its_worker_and_no_other_page(scraper, config, folder, site, own):
    site.pages |= {"/a": board(("a", 1)), "/b": board(("b", 2)), "/c": board(("c", 3))}
    text = f"""
start_urls: ["{site.url}/{{page}}"]
params: {{page: [a, b, c]}}
records: {{each: dd, fields: {{title: {{css: a, steps: [{{python: "own_steps:stuck"}}]}}}}}}
settings: {{robotstxt_obey: false, parse_in: worker, parse_timeout: 0.3, regex_timeout: 0.3, pool: {{processes: 2}}}}
"""
    done = scraper(config(text))
    assert done.returncode == 3, done.stderr
    assert [json.loads(line)["title"] for line in (folder / "output/board.jsonl").read_text().splitlines()] == [
        "b",
        "c",
    ]
    report = json.loads((folder / "output/.scraper/board/last-run.json").read_text())
    assert report["accounts"]["failed"] == {"parse timeout": 1}


def test_a_changed_module_is_another_job_to_resume(own, tmp_path):
    path = tmp_path / "job.yaml"
    path.write_text(f"{HEAD}    {own('shout')}")
    before = load_config(path).digest
    (tmp_path / "own_steps.py").write_text(MODULE + "# changed")
    assert load_config(path).digest != before


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("own_steps", "'own_steps' names no function; expected package.module:function"),
        ("own_steps:shout()", "names no function"),
        ("own_steps:number", "own_steps:number is a int, expected a function"),
        ("own_steps:Price.euros", "own_steps has no 'Price.euros'"),
        ("no.such:thing", "cannot import 'no.such': ModuleNotFoundError: No module named 'no'; it is looked for"),
        ("wrong_steps:x", "cannot import 'wrong_steps': SyntaxError"),
        ("leaving_steps:x", "cannot import 'leaving_steps': SystemExit: 3"),
    ],
)
def test_a_step_that_is_not_there_is_a_mistake_of_the_config(tmp_path, own, mistake, step, message):
    (tmp_path / "wrong_steps.py").write_text("def x(:")
    (tmp_path / "leaving_steps.py").write_text("import sys\nsys.exit(3)")
    assert message in mistake(f"{HEAD}    x: {{steps: [{{python: '{step}'}}]}}")


def test_its_place_is_told_and_the_command_ends_with_78(scraper, config):
    done = scraper("check", config(f"{HEAD}    x: {{steps: [strip, {{python: 'no_such:f'}}]}}"))
    assert done.returncode == 78
    assert "board.yaml:5:33: records.fields.x.steps[1].python: cannot import 'no_such'" in done.stderr + done.stdout


def test_the_folder_of_the_config_comes_last(tmp_path, own, mistake):
    (tmp_path / "zipapp.py").write_text("def hush(value): return value")  # a module that nobody has imported yet
    assert "zipapp has no 'hush'" in mistake(f"{HEAD}    x: {{steps: [{{python: 'zipapp:hush'}}]}}")
