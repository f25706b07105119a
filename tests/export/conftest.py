"""What the tests of outputs share: a run of the board of films, and runs that are cut off at a rename."""

import pytest

from scraper.cli import main as cli
from scraper.fetch import recordings as replay
from scraper.models import Page, Request
from tests.support.films import SHOP, Crash


@pytest.fixture
def run(config, folder, capfd):
    """A function that runs a config on a page through the command line; returns exit code, stdout and stderr."""

    def run(body, *arguments, text=SHOP, path="output/board.jsonl", mode="replace", key="", name="board"):
        config(text.format(path=path, mode=mode, key=key), name)
        answer = Page("http://shop.example/", 200, (("content-type", "text/html; charset=utf-8"),), body.encode(), 0.0)
        replay.save(folder / "saved", Request(answer.url), answer)
        code = cli.exit_code([f"{name}.yaml", "--replay", "saved", *map(str, arguments)])
        return code, *capfd.readouterr()

    return run


@pytest.fixture
def crashes(monkeypatch):
    """A function that lets the n-th rename of a part file, or what follows it, never happen."""
    from scraper.export import part_file as output

    real, left = output.replace, []

    def replace(part, target):
        if left and left[0] == 0:
            raise Crash
        real(part, target)
        if left:
            left[0] -= 1

    monkeypatch.setattr("scraper.export.part_file.replace", replace)
    return lambda renames: left.__setitem__(slice(None), [] if renames is None else [renames])
