"""html5lib's tests of trees, through the default parser: the cases come with its sources, when the test runs."""

import json
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from scraper.errors import TooDeep
from scraper.parse.trees import html5
from tests.conftest import NO_CHROMIUM
from tests.support.chromium import browser
from tests.support.treedump import dump

SOURCE = "html5lib==1.1"
OLDER = "<select"
"""In cases that are older than the standard: a select may hold any elements now. Chromium reads them as we do."""
KNOWN = {
    "<template>.*<plaintext>": "what a template holds is kept as markup, and nothing closes plaintext in markup",
    "<template><a><table><a>": "the same, and a link in a link is none when it is read again",
}
"""What is in a page whose tree is not as expected → why."""
LEAST = 0.995


@pytest.fixture(scope="module")
def folder(request, tmp_path_factory):
    """The folder with the cases, downloaded once and kept in pytest's cache."""
    home = Path(request.config.cache.mkdir("html5lib"))
    if not any(home.glob("*.tar.gz")):
        old = tmp_path_factory.mktemp("old") / "constraints.txt"
        old.write_text("setuptools<80\n")  # its setup asks for what newer ones have dropped
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "-d", str(home)]
        done = subprocess.run(
            [*command, SOURCE],
            env=os.environ | {"PIP_CONSTRAINT": str(old)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode and "REQUIRE_CHROMIUM" not in os.environ:  # which .ci/run sets: nothing is skipped there
            pytest.skip(f"no {SOURCE} from here: {done.stderr[-200:]}")
        assert done.returncode == 0, done.stderr
    unpacked = tmp_path_factory.mktemp("html5lib")
    with tarfile.open(next(home.glob("*.tar.gz"))) as archive:
        archive.extractall(unpacked, filter="data")
    return next(unpacked.rglob("tree-construction"))


def cases(path):
    """Yield the page and the tree of each case that is a whole page without scripting."""
    text = path.read_bytes().decode("utf-8", "surrogatepass")
    for case in re.split(r"\n\n(?=#data\n)", text.rstrip("\n")):
        parts = dict(
            re.findall(
                r"^#([a-z-]+)\n(.*?)(?=^#(?:errors|new-errors|document-fragment|script-on|script-off|document)\n|\Z)",
                case + "\n",
                re.DOTALL | re.MULTILINE,
            )
        )
        if "document-fragment" not in parts and "script-on" not in parts:
            yield parts["data"].removesuffix("\n"), parts["document"].rstrip("\n")


def normal(tree):
    """Return a tree as our own are written: texts as JSON, attributes in order, no doctype."""
    nodes = re.findall(r"^\| .*?(?=^\| |\Z)", tree + "\n", re.DOTALL | re.MULTILINE)
    lines, before = [], []
    for node in (one.removesuffix("\n") for one in nodes):
        indent = re.match(r"\| ( *)", node)[0]
        rest = node[len(indent) :]
        attribute = re.fullmatch(r'([^"<][^"]*?)="(.*)"', rest, re.DOTALL)
        if attribute and not rest.startswith("<"):
            name = attribute[1].replace("xlink ", "xlink:").replace("xml ", "xml:").replace("xmlns ", "xmlns:")
            before.append(f"{indent}{name}={json.dumps(attribute[2], ensure_ascii=False)}")
            continue
        lines += sorted(before)
        before = []
        if rest.startswith("<!DOCTYPE"):
            continue
        is_text = rest.startswith('"')
        lines.append(indent + (json.dumps(rest[1:-1], ensure_ascii=False) if is_text else rest))
    return "\n".join([*lines, *sorted(before)])


def without_outside(tree):
    """Return a tree without the comments beside its root, of which no record is read."""
    nodes = re.findall(r"^\| .*?(?=^\| |\Z)", tree + "\n", re.DOTALL | re.MULTILINE)
    return "".join(node for node in nodes if not node.startswith("| <!--")).rstrip("\n")


def trees(folder):
    """Yield the page, our tree and the expected one of each case."""
    for path in sorted(folder.glob("*.dat")):
        for page, expected in cases(path):
            try:
                yield page, dump(html5.parse(page)), normal(without_outside(expected))
            except TooDeep:
                yield page, "", expected


@pytest.mark.live
def test_the_trees_are_those_that_the_standard_says(folder):
    found = list(trees(folder))
    wrong = [page for page, mine, expected in found if mine != expected and not re.search(OLDER, page)]
    assert len(found) > 1_500
    assert [page for page in wrong if not any(re.search(sign, page) for sign in KNOWN)] == []
    assert len(wrong) <= (1 - LEAST) * len(found)


@pytest.mark.live
@pytest.mark.skipif(NO_CHROMIUM, reason="no Chromium here")
def test_where_the_cases_are_older_than_the_standard_a_browser_reads_as_we_do(folder):
    wrong = {page: mine for page, mine, expected in trees(folder) if mine != expected and re.search(OLDER, page)}
    with browser() as chromium:
        assert chromium.trees(list(wrong)) == list(wrong.values())
