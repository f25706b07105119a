"""The first word decides: a run of a config, or a verb with arguments, options and a help of its own."""

import gc
import sys

import pytest
from click.shell_completion import BashComplete

from scraper import __main__ as start
from scraper.cli import VERBS
from scraper.cli.main import exit_code, program
from scraper.pool import forkserver

CONFIG = "start_urls: ['http://a.example/']\nrecords: {fields: {title: h1}}\n"


@pytest.fixture
def told(capsys):
    """A function that runs a command line and gives its exit code and all that it printed."""

    def told(line):
        code = exit_code(line.split())
        return code, "".join(capsys.readouterr())

    return told


# --------------------------------------------------------------------------- help


def test_the_help_shows_the_options_of_a_run_and_a_line_for_each_verb(told):
    code, text = told("--help")
    assert code == 0
    options, _, verbs = text.partition("\nVerbs:\n")
    assert "\n  --resume " in options
    lines = verbs.partition("\n\n")[0].splitlines()
    assert tuple(line.split()[0] for line in lines) == VERBS
    assert all(line.endswith(".") and not line.endswith("...") for line in lines)


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_a_verb_shows_its_own_options_only(told, verb):
    code, text = told(f"{verb} --help")
    assert code == 0
    assert text.startswith(f"Usage: scraper {verb} [OPTIONS]")
    assert "--resume" not in text
    assert "Verbs:" not in text
    assert told(f"{verb} -h") == (code, text)


def test_without_any_word_the_usage_names_both_forms_and_where_to_read_on(told):
    code, text = told("")
    assert code == 2
    assert text.startswith("Usage: scraper [OPTIONS] CONFIG...\n   or: scraper VERB [ARGUMENTS]\nTry 'scraper ")
    assert text.endswith("Missing argument 'CONFIG'.\n")


# --------------------------------------------------------------------------- a config or a verb


@pytest.mark.live
def test_a_word_that_is_a_verb_is_the_verb_and_the_file_of_that_name_is_reached_by_its_path(told, folder):
    for name in ("check", "schema"):
        (folder / name).write_text(CONFIG)
    assert "Missing argument 'CONFIG'" in told("check")[1]
    assert told("schema")[1].startswith("{")
    code, text = told("check check")
    assert (code, "check: 1 start URL" in text) == (0, True)
    for line in ("./check --replay nowhere", "--replay nowhere -- check", "--replay nowhere check"):
        code, text = told(line)
        assert (code, "there is nothing of that name" in text) == (2, True), text


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("prevew board.yaml", "Did you mean the verb 'preview'?"),
        ("chekc", "Did you mean the verb 'check'?"),
        ("-q report", "A verb stands first, as in: python -m scraper report"),
        ("http://a.example/?a=1&b=2", "python -m scraper init 'http://a.example/?a=1&b=2'"),
    ],
)
def test_a_word_that_is_no_config_is_answered_by_what_may_have_been_meant(told, folder, line, hint):
    code, text = told(line)
    assert code == 2
    assert "does not exist. " in text
    assert text.rstrip().endswith(hint)


@pytest.mark.parametrize("line", ["check.yaml", "folder/preview", "moon"])
def test_a_config_that_is_not_there_is_that_and_no_more(told, folder, line):
    assert told(line)[1].endswith(f"File '{line}' does not exist.\n")


def test_options_of_a_run_are_none_of_a_verb(told, config):
    code, text = told(f"check {config(CONFIG)} --limit 1")
    assert (code, "No such option" in text) == (2, True)


# --------------------------------------------------------------------------- verbs that were options


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_that_is_given_as_an_option_is_told_as_one(told, folder, verb):
    for line in (f"--{verb} board.yaml", f"board.yaml --{verb}"):
        code, text = told(line)
        assert code == 2
        assert text.endswith(f"--{verb} is a verb now: python -m scraper {verb} board.yaml\n")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("boards.yaml --history -q", "history boards.yaml"),
        ("-q --report", "report -q"),
        ("boards.yaml -s retry_times=1 --check", "check boards.yaml -s retry_times=1"),
        ("boards.yaml --preview http://a/ --replay saved", "preview boards.yaml http://a/ --replay saved"),
        ("boards.yaml --preview=http://a/?b&c", "preview boards.yaml 'http://a/?b&c'"),
        ("--init page.html --output new.yaml", "init page.html --output new.yaml"),
        ("--accept boards.yaml --log-format json --resume", "accept boards.yaml --log-format json"),
    ],
)
def test_what_is_told_is_the_command_line_as_it_is_written_now(told, old, new):
    assert told(old)[1].endswith(f" is a verb now: python -m scraper {new}\n")


# --------------------------------------------------------------------------- start and completion


RUNS = [["board.yaml"], ["./check"], ["-q", "board.yaml", "--resume"], ["--", "check"]]
NO_RUNS = [*([verb, "board.yaml"] for verb in VERBS), [], ["-h"], ["--version"]]


@pytest.mark.parametrize(
    ("words", "is_run"), [*((words, True) for words in RUNS), *((words, False) for words in NO_RUNS)]
)
def test_the_server_of_the_workers_is_started_for_a_run_only(monkeypatch, words, is_run):
    calls = []

    def leave():
        calls.append("command line")
        raise SystemExit

    monkeypatch.setattr(sys, "argv", ["scraper", *words])
    monkeypatch.setattr(start, "run_command_line", leave)
    monkeypatch.setattr(forkserver, "start_server", lambda *_: calls.append("start"))
    monkeypatch.setattr(forkserver, "stop_server", lambda: calls.append("stop"))
    try:
        with pytest.raises(SystemExit):
            start.main()
    finally:
        gc.enable()
    assert calls == (["start", "command line", "stop"] if is_run else ["command line"])


@pytest.mark.parametrize(
    ("text", "words", "is_by_curl"),
    [("", [], False), ("settings: {fetcher: curl}", [], True), ("", ["-s", "fetcher=curl"], True)],
)
def test_what_the_workers_of_a_config_fetch_by_is_imported_once_for_all(monkeypatch, tmp_path, text, words, is_by_curl):
    config, preloads = tmp_path / "board.yaml", []
    config.write_text(text)
    monkeypatch.setattr(sys, "argv", ["scraper", str(config), "x" * 5000 + ".yaml", *words])
    monkeypatch.setattr(start, "run_command_line", lambda: None)
    monkeypatch.setattr(forkserver, "start_server", lambda *modules: preloads.extend(modules))
    monkeypatch.setattr(forkserver, "stop_server", lambda: None)
    try:
        start.main()
    finally:
        gc.enable()
    fetching = "scraper.fetch.curl_loop" if is_by_curl else "scraper.fetch.adapter"
    assert preloads == [fetching, "scraper.crawl.preload"]


@pytest.mark.parametrize(
    ("words", "incomplete", "found"),
    [
        ([], "", {"file", *VERBS}),
        ([], "pre", {"file", "preview"}),
        ([], "--re", {"--resume", "--replay", "--record"}),
        (["board.yaml"], "--lo", {"--log-format"}),
        (["board.yaml", "--log-format"], "", {"text", "json"}),
        (["check"], "", {"file"}),
        (["preview", "board.yaml"], "", {"file"}),
        (["preview"], "--re", {"--replay"}),
        (["--record"], "", {"file"}),
    ],
)
def test_the_shell_completes_verbs_options_and_files(words, incomplete, found):
    shell = BashComplete(program, {}, "scraper", "_SCRAPER_COMPLETE")
    items = shell.get_completions(words, incomplete)
    assert {item.value if item.type == "plain" else item.type for item in items} == found
