"""The documentation, run: its configs load, its commands print what it shows, and nothing that exists is left out.

A code block may have a comment before its fence: `<!-- file: NAME -->` writes it where the commands run,
`<!-- wrong: NAME -->` too, a config with mistakes, and `<!-- fragment: NAME -->` completes it by one of FRAMES.
Commands whose output is shown are run, in order, in a copy of configs/ and fixtures/; a line `…` stands for any lines.
"""

import contextlib
import functools
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import threading
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from scraper import __version__
from scraper.cli import VERBS
from scraper.cli.main import program
from scraper.config import load as config
from scraper.config.find_secrets import KNOWN_VALUES
from scraper.config.json_schema import json_schema
from scraper.config.model import ExpectSpec, OutputSpec, PoolSpec, SettingsSpec
from scraper.errors import ConfigError, Reason
from scraper.job import yamldoc
from scraper.job.secrets import SECRET_NAMES, SHORTEST, WHOLE_WORD
from scraper.journal.workspace import Workspace
from scraper.report.accounts import Exit
from tests.conftest import NO_CHROMIUM, ROOT
from tests.docs import keyreference

OUTSIDE = ("README.md", "SECURITY.md", "CONTRIBUTING.md", "findings/README.md")
DOCS = [*sorted((ROOT / "docs").rglob("*.md")), *(ROOT / name for name in OUTSIDE)]
RUN_HERE = [doc for doc in DOCS if not (NO_CHROMIUM and doc.name in ("browser.md", "logins.md"))]
MADE = {"reliability.md", "keys.md", "values.md"}
"""Made by tests: reliability.py, keyreference.py, value_tables.py."""
GUIDES = [
    doc for doc in RUN_HERE if doc.name not in MADE | {"index.md", "CONTRIBUTING.md"} and doc.parent.name != "findings"
]
"""Those with commands for who uses the program."""
CONFIGURATION, RUNNING, ALARMS = (
    (ROOT / "docs" / f"{name}.md").read_text("utf-8")
    for name in ("reference/configuration", "reference/running", "how-to/alarms")
)
FRAMES = {
    "fields": ("start_urls: [https://site.example/]\nrecords:\n  each: li\n  fields:\n", "    "),
    "page": ("start_urls: [https://site.example/]\n", ""),
    "file": ("start_urls: [https://site.example/]\nrecords: {fields: {title: h1, score: h2}}\n", ""),
}
"""What stands before a fragment, and how far it is indented below that."""


@dataclass(frozen=True)
class Block:
    doc: Path
    line: int
    language: str
    text: str
    mark: str = ""
    name: str = ""

    def __str__(self):
        return f"{place(self.doc)}:{self.line}"


def place(doc):
    return str(doc.relative_to(ROOT))


def blocks_of(doc):
    text = doc.read_text("utf-8")
    for match in re.finditer(r"(?:^<!-- (\w+): (\S+) -->\n)?^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        line = text.count("\n", 0, match.start(3)) + 1
        yield Block(doc, line, match[3], match[4], match[1] or "", match[2] or "")


BLOCKS = [block for doc in RUN_HERE for block in blocks_of(doc)]


def blocks(language):
    """Parametrize with all blocks of a language but the scripts, which the commands run."""
    found = [block for block in BLOCKS if block.language == language and not block.name.endswith(".py")]
    return pytest.mark.parametrize("block", found, ids=str)


@pytest.fixture
def folder(tmp_path):
    for name in ("configs", "fixtures"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@contextlib.contextmanager
def shop_served(folder):
    """Serve the site of the tutorial as its second step does, on a port that is free; yield what makes it that port."""
    shutil.copytree(ROOT / "docs" / "tutorial" / "shop", folder / "shop")
    handler = functools.partial(QuietHandler, directory=str(folder / "shop"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield lambda text: text.replace("18000", str(server.server_port))
        server.shutdown()


def run(arguments, folder):
    """Run a command as a reader would and return what it printed, the seconds and times made equal."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = os.environ | {"PATH": path, "PYTHONPATH": str(ROOT), "COLUMNS": "80", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        arguments, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=240
    )
    return done.returncode, normal(done.stdout)


def normal(text):
    text = re.sub(r"\bin \d+\.\d s\b", "in 0.0 s", text)
    text = re.sub(r"\b\d{8}T\d{6}\.\d{3}Z\b", "20260101T000000.000Z", text)
    text = re.sub(r"\bdt=\d{4}-\d\d-\d\d\b", "dt=2026-01-01", text)
    text = re.sub(r"(?m)^(\S+ +\d+ +\d+ +\d+/\d+ +\d+) +\d+\.\d", r"\g<1> 0.0", text)
    return re.sub(r'(?m)(^|(?<="started": "))\d{4}-\d\d-\d\dT[\d:.]+Z', "2026-01-01T00:00:00Z", text)


def write_files(doc, folder, here=str):
    for block in blocks_of(doc):
        if block.mark in ("file", "wrong"):
            (folder / block.name).write_text(here(block.text), "utf-8")


# --------------------------------------------------------------------------- what is shown is true


@blocks("yaml")
def test_every_yaml_block_is_a_config(block, folder, monkeypatch):
    for name in re.findall(r"\$\{(\w+)\}", block.text):
        monkeypatch.setenv(name, "secret")
    write_files(block.doc, folder)
    frame, indent = FRAMES[block.name] if block.mark == "fragment" else ("", "")
    path = folder / "block.yaml"
    path.write_text(frame + textwrap.indent(block.text, indent), "utf-8")
    if block.mark == "wrong":
        with pytest.raises(ConfigError):
            config.load_config(path)
    else:
        config.load_config(path)


@blocks("json")
def test_every_json_block_maps_the_schema_to_configs(block):
    (mapping,) = json.loads(block.text).values()
    for schema, pattern in mapping.items():
        assert (ROOT / schema).read_text("utf-8").startswith("{")
        assert list(ROOT.glob(pattern))


@pytest.mark.live
@blocks("python")
def test_every_python_block_runs_offline(block, folder):
    (folder / "block.py").write_text(block.text, "utf-8")
    code, printed = run([sys.executable, "-W", "error", "block.py"], folder)
    assert code == 0, printed


@pytest.mark.live
@pytest.mark.parametrize("doc", GUIDES, ids=place)
def test_every_command_prints_what_is_shown(doc, folder):
    shown = [pair for block in blocks_of(doc) if block.language == "console" for pair in commands(block.text)]
    shows_none = doc.parent.name == "explanation" or doc.name == "licences.md"
    assert shows_none or [line for line, _ in shown if "python -m scraper" in line]
    with shop_served(folder) if doc.parent.name == "tutorial" else contextlib.nullcontext(str) as here:
        write_files(doc, folder, here)
        check_commands([(here(line), here(expected)) for line, expected in shown], folder)


def check_commands(shown, folder):
    for line, expected in shown:
        _, printed = run(["bash", "-c", line], folder)
        if "\n…\n" in f"\n{expected}":
            pattern = re.escape(normal(expected)).replace("…\\\n", r"(?:.*\n)*?")
            assert re.fullmatch(pattern, printed), f"$ {line}\n{printed}"
        else:
            assert f"$ {line}\n{printed}" == f"$ {line}\n{normal(expected)}"


def test_every_script_is_run_by_a_command_or_called_by_a_config():
    for block in BLOCKS:
        if block.name.endswith(".py"):
            run = rf"(?m)^\$ .*python {re.escape(block.name)}$"
            called = rf"\bpython: \"?{re.escape(block.name.removesuffix('.py'))}:"
            assert re.search(f"{run}|{called}", block.doc.read_text("utf-8")), block


def commands(text):
    """Yield the commands of a console block whose output is shown, with that output."""
    for part in re.split(r"(?m)^\$ ", text)[1:]:
        line, _, output = part.partition("\n")
        if output.strip():
            yield line, output


@pytest.mark.parametrize("doc", DOCS, ids=place)
def test_every_link_leads_somewhere(doc):
    for target in re.findall(r"\]\(([^)\s]+)\)", doc.read_text("utf-8")):
        path, _, anchor = target.partition("#")
        page = (doc.parent / path) if path else doc
        if "://" in target:
            continue
        assert page.exists(), target
        if anchor:
            headings = re.findall(r"(?m)^#+ (.*)$", page.read_text("utf-8"))
            assert anchor in {re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-")) for heading in headings}, target


@pytest.mark.parametrize("doc", DOCS, ids=place)
def test_every_link_to_a_test_bears_its_name(doc):
    for text, target in re.findall(r"\[([^\]]+)\]\(((?:\.\./)*tests/(?:\w+/)?test_\w+\.py)\)", doc.read_text("utf-8")):
        assert f"\ndef test_{'_'.join(text.split())}(" in (doc.parent / target).read_text("utf-8"), text


def test_what_is_said_of_security_names_this_version_and_settings_that_there_are():
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    assert re.findall(r"(?m)^\| (\d+\.\d+) \| yes \|$", text) == [".".join(__version__.split(".")[:2])]
    settings = set(re.findall(r"`([a-z]+_[a-z_]+)[:`]", text))
    assert "download_maxsize" in settings
    assert settings <= set(SettingsSpec.model_fields)


def test_what_is_said_to_be_secret_is_what_the_program_takes_for_it():
    text = " ".join((ROOT / "SECURITY.md").read_text("utf-8").split())
    assert f"Less than {SHORTEST} characters are not masked, less than {WHOLE_WORD} only where" in text
    assert f"the first {KNOWN_VALUES:,} values" in text
    words = re.search(r"if its name holds ([\w, ]+)\.", text)[1]
    assert set(re.split(r", | or ", words)) == set(SECRET_NAMES)


# --------------------------------------------------------------------------- what exists is documented


@pytest.mark.parametrize(
    ("model", "prefix"), [(SettingsSpec, ""), (PoolSpec, "pool."), (ExpectSpec, ""), (OutputSpec, "")]
)
def test_every_setting_is_documented_with_its_default(model, prefix):
    rows = dict(re.findall(r"(?m)^\| `([\w.]+)` \| ([^|]*) \|", CONFIGURATION))
    fields = {field.alias or name: field for name, field in model.model_fields.items() if name != "pool"}
    names = {f"{prefix}{name}": field.default for name, field in fields.items()}
    assert names.keys() <= rows.keys()
    for name, default in names.items():
        told = None if rows[name] == "none" else yamldoc.load(rows[name].strip("`"), name).data
        assert (told, type(told)) == (default, type(default)), name


def test_the_reference_of_all_keys_is_made_from_the_model_as_it_is():
    assert keyreference.PAGE.read_text("utf-8") == keyreference.page(), "python -m tests.docs.keyreference"


def test_the_docs_name_no_setting_that_is_not_there():
    table = CONFIGURATION[CONFIGURATION.index("\n## Settings") :]
    names = set(re.findall(r"(?m)^\| `([\w.]+)` \|", table))
    assert names == {*SettingsSpec.model_fields, *(f"pool.{name}" for name in PoolSpec.model_fields)} - {"pool"}


def test_every_key_of_the_schema_is_in_the_reference():
    code = " ".join([*re.findall(r"`([^`\n]+)`", CONFIGURATION), *re.findall(r"(?s)```yaml(.*?)```", CONFIGURATION)])
    assert keys(json_schema()) <= set(re.findall(r"\w+", code))


def keys(schema):
    """Return the names of all properties in a JSON Schema."""
    if isinstance(schema, list):
        return set().union(*map(keys, schema))
    if not isinstance(schema, dict):
        return set()
    found = set(schema["properties"]) if isinstance(schema.get("properties"), dict) else set()
    return found.union(*map(keys, schema.values()))


def test_every_option_of_the_command_line_is_documented_and_no_other():
    rows = re.findall(r"(?m)^\| (`-[^|]*) \|", RUNNING)
    assert options_in(" ".join(rows)) == options_of(program) | {"-h", "--help"}


def test_every_verb_is_documented_with_its_arguments_and_options_and_no_other():
    rows = dict(re.findall(r"(?m)^\| `([a-z]+[^`]*)` \| [^|]* \| ([^|]*) ?\|$", section(RUNNING, "Verbs")))
    usage = {name: " ".join([name, *pieces(verb)]) for name, verb in program.commands.items()}
    assert list(rows) == list(usage.values())
    assert {name: options_in(rows[usage[name]]) for name in VERBS} == {
        name: options_of(verb) for name, verb in program.commands.items()
    }


def options_in(text):
    return set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", text))


def options_of(command):
    return {option for param in command.params for option in param.opts if option.startswith("-")}


def pieces(command):
    """Return the arguments of a command as its usage shows them."""
    return [
        param.make_metavar(click.Context(command, help_option_names=["-h", "--help"]))
        for param in command.params
        if param.param_type_name == "argument"
    ]


def section(page, heading):
    return page[page.index(f"\n### {heading}\n") :].split("\n## ")[0].split("\n### ", 2)[1]


@pytest.mark.parametrize("doc", GUIDES, ids=place)
def test_the_exit_codes_are_those_of_the_program(doc):
    table = re.search(r"(?m)^\| exit \|.*\n(?:\|.*\n)+", doc.read_text("utf-8"))
    if table is None:
        assert place(doc) not in ("README.md", "docs/reference/running.md")
        return
    cells = re.findall(r"(?m)^\| ([\d, ]+) \|", table[0])
    assert sorted(int(number) for cell in cells for number in cell.split(",")) == sorted(Exit)


def test_every_reason_and_every_alarm_is_explained():
    rows = set(re.findall(r"(?m)^\| `([\w ]+)` \|", RUNNING + ALARMS))
    judged = (ROOT / "scraper" / "report" / "expectations.py").read_text("utf-8")
    alarms = set(re.findall(r'\bAlarm\(\s*"(\w+)"', judged))
    assert {"min_records", "field_gone"} <= alarms
    assert {reason.value for reason in Reason} | alarms <= rows


@pytest.mark.live
def test_every_file_of_the_state_folder_is_explained(folder):
    job = config.load_config(folder / "configs" / "quotes.yaml")
    assert run([sys.executable, "-m", "scraper", "configs/quotes.yaml", "--replay", "fixtures/quotes"], folder)[0] == 0
    rows = set(re.findall(r"(?m)^\| `([\w./-]+)` \|", RUNNING))
    names = {path.name for path in (folder / Workspace(job).home).iterdir()}
    assert "last-good.json" in names
    assert names <= rows


def test_what_others_words_mean_here_is_there():
    page = (ROOT / "docs" / "how-to" / "coming-from.md").read_text("utf-8")
    rows = re.findall(r"(?m)^\| .* \| (.*) \|$", page)
    code = [span for row in rows for span in re.findall(r"`([^`]+)`", row)]
    names = {name for span in code for name in re.findall(r"(?<![\w.:{/-])[a-z][a-z_]+(?=:|$)", span)}
    options = {name for span in code for name in re.findall(r"--[a-z]+", span)}
    steps = set(re.findall(r"`(\w+)", CONFIGURATION[CONFIGURATION.index("### Steps") : CONFIGURATION.index("### Own")]))
    values = set(re.findall(r'"(\w+)"', json.dumps(json_schema())))
    assert {"start_urls", "download_delay", "skip_http_codes"} <= names
    assert names - keys(json_schema()) - values - steps - set(VERBS) == {"true", "module"}
    assert options <= options_of(program)
