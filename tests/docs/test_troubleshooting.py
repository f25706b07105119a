"""docs/how-to/troubleshooting.md: every message in it is one that the program prints."""

import ast
import functools
import re

import click
import pytest

from scraper.cli.main import program
from scraper.errors import Reason
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "how-to" / "troubleshooting.md").read_text("utf-8")
MESSAGES = re.findall(r"(?m)^### `(.+)`$", PAGE)


def texts():
    """Return every text in the source, what is put into it replaced by …"""
    for path in (ROOT / "scraper").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            elif isinstance(node, ast.JoinedStr):
                yield "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)


@functools.cache
def source():
    return [text for text in texts() if text.strip("… :")]


def is_printed(message):
    """Whether all that the program does not put in by itself stands in the source, in pieces that belong to texts."""
    pieces = [piece.strip(" .:()") for piece in re.split(r"…|[,;] |: ", message)]
    return all(any(piece in text for text in source()) for piece in pieces)


@pytest.mark.parametrize("message", MESSAGES)
def test_every_message_is_printed_by_the_program(message):
    if alarm := re.match(r"ALARM (\w+): (.*)", message):
        assert alarm[1] in set(source())
        message = alarm[2]
    reason, _, rest = message.partition(": ")
    if reason in {each.value for each in Reason}:
        message = rest
    if message.startswith("Missing argument"):  # it is click that prints this one
        with pytest.raises(click.UsageError) as error:
            program.main([], standalone_mode=False)
        assert error.value.format_message() == message
    else:
        assert not message or is_printed(message)


def test_a_message_that_nobody_prints_is_found_out():
    assert not is_printed("the moon is … than yesterday")
    assert not is_printed("… records were eaten by …")


def test_many_messages_and_every_exit_code_are_there():
    assert len(MESSAGES) >= 30
    codes = re.findall(r"(?m)^\| ([\d, ]+) \|", PAGE)
    assert {int(code) for cell in codes for code in cell.split(",")} == {0, 1, 2, 3, 4, 75, 78, 130, 143}
