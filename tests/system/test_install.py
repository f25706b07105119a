"""What is built can be installed without the repository, and does there what the README shows."""

import email
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from scraper import __version__
from tests.conftest import ROOT
from tests.docs import manpage

TOOLS = Path(sys.executable).parent
PATIENCE_S = 240


def run(*command, cwd, **options):
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, capture_output=True, text=True, timeout=PATIENCE_S, **options
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The wheel and the sdist, built as `pip install .` builds them."""
    folder = tmp_path_factory.mktemp("dist")
    run(TOOLS / "hatchling", "build", "--directory", folder, cwd=ROOT)
    return next(folder.glob("*.whl")), next(folder.glob("*.tar.gz"))


def files_of_the_package():
    return {
        str(path.relative_to(ROOT))
        for path in (ROOT / "scraper").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.live
def test_the_wheel_holds_the_whole_package_its_licence_and_its_manual_page(built):
    names = set(zipfile.ZipFile(built[0]).namelist())
    assert files_of_the_package() <= names
    assert f"pool_scraper-{__version__}.dist-info/licenses/LICENSE" in names
    assert f"pool_scraper-{__version__}.data/data/share/man/man1/scraper.1" in names
    assert not [name for name in names if not name.startswith(("scraper/", "pool_scraper-"))]


@pytest.mark.live
def test_the_sdist_holds_what_builds_tests_and_documents_it(built):
    with tarfile.open(built[1]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert (
        files_of_the_package() | {"LICENSE", "README.md", "Makefile", "tests/conftest.py", "constraints.txt"} <= names
    )


@pytest.mark.live
def test_the_metadata_says_what_it_is_and_names_no_place_that_is_not_there(built):
    with zipfile.ZipFile(built[0]) as wheel:
        told = email.message_from_bytes(wheel.read(f"pool_scraper-{__version__}.dist-info/METADATA"))
    assert told["License-Expression"] == "MIT"
    assert told.get_all("License-File") == ["LICENSE"]
    assert "Programming Language :: Python :: 3.11" in told.get_all("Classifier")
    assert told.get_all("Project-URL") is None
    assert told["Description-Content-Type"] == "text/markdown"


@pytest.mark.live
@pytest.mark.slow
def test_who_installs_the_wheel_can_draft_look_run_and_report(built, tmp_path, boards):
    uv, home = TOOLS / "uv", tmp_path / "venv"
    run(uv, "venv", "--quiet", "--python", sys.executable, home, cwd=tmp_path)
    pins = ("--constraint", ROOT / "constraints.txt")
    run(uv, "pip", "install", "--quiet", "--python", home / "bin/python", *pins, built[0], cwd=tmp_path)
    env = {"PATH": f"{home}/bin:/usr/bin:/bin", "LANG": "C"}

    def scraper(*words):
        return run(home / "bin/scraper", *words, cwd=tmp_path, env=env)

    assert __version__ in scraper("--version")
    scraper("init", f"{boards.url}/board?offset=0", "--output", "board.yaml")
    assert "film0" in scraper("preview", "board.yaml")
    assert "exit 0: all well" in scraper("board.yaml")
    assert "film2" in (tmp_path / "output/board.jsonl").read_text("utf-8")
    assert "output/report.html" in scraper("report")
    assert (home / "share/man/man1/scraper.1").exists()


def test_the_manual_page_is_made_from_the_command_line_as_it_is():
    assert manpage.PAGE.read_text("utf-8") == "\n".join(manpage.lines()) + "\n"
