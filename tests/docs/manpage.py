"""Write scraper/cli/scraper.1, the manual page, from the command line itself: `python -m tests.docs.manpage`."""

import inspect

import click

from scraper.cli import VERBS
from scraper.cli.main import program
from tests.conftest import ROOT

PAGE = ROOT / "scraper" / "cli" / "scraper.1"
EXITS = {
    0: "All well, published.",
    1: "Could not run to its end: the message names the cause; then --resume.",
    2: "Wrong command line.",
    3: "Published, but some pages failed.",
    4: "An expectation is broken: not published, the last output stands.",
    75: "Another run holds the output.",
    78: "Wrong configuration: nothing was fetched.",
    130: "Interrupted; --resume goes on. 143: terminated, likewise.",
}
FILES = {
    "output/NAME.jsonl": "The records, unless the config says another path.",
    "output/.scraper/NAME/": "What is kept of a job from run to run, last-run.json among it.",
}


def plain(text):
    """Return a text as roff prints it as it is."""
    lines = text.replace("\\", "\\e").replace("-", "\\-").splitlines()
    return "\n".join(f"\\&{line}" if line[:1] in (".", "'") else line for line in lines)


def context_of(command):
    """Return a context of a command as the program makes one: it remembers what its help is called."""
    return click.Context(command, info_name="scraper", **program.context_settings)


def options(command):
    """Yield the options of a command, each with its help."""
    context = context_of(command)
    for param in command.get_params(context):
        found = param.get_help_record(context) if isinstance(param, click.Option) else None
        if found:
            yield ".TP"
            yield f"\\fB{plain(found[0])}\\fR"
            yield plain(found[1])


def section(name, entries):
    """Yield a section of terms and what they mean."""
    yield f".SH {name}"
    for term, meaning in entries.items():
        yield from (".TP", f"\\fB{plain(str(term))}\\fR", plain(meaning))


def lines():
    """Yield the page, line by line."""
    yield '.TH SCRAPER 1 "" "pool\\-scraper" "User Commands"'
    yield from (".SH NAME", "scraper \\- turn a YAML file of URLs and patterns into a file of records")
    yield from (".SH SYNOPSIS", ".B scraper", "[\\fIOPTIONS\\fR] \\fICONFIG\\fR...", ".br", ".B scraper")
    yield "\\fIVERB\\fR [\\fIARGUMENTS\\fR]"
    yield from (".SH DESCRIPTION", plain(inspect.cleandoc(program.help)), ".SH OPTIONS", *options(program), ".SH VERBS")
    for name in VERBS:
        verb = program.commands[name]
        usage = " ".join(verb.collect_usage_pieces(context_of(verb)))
        yield from (f".SS {plain(name)} {plain(usage)}", plain(inspect.cleandoc(verb.help)), *options(verb))
    yield from section("EXIT STATUS", EXITS)
    yield from section("FILES", FILES)
    yield from (".SH SEE ALSO", "The documentation in docs/ of the source.")


def main():
    """Write the page."""
    PAGE.write_text("\n".join(lines()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
