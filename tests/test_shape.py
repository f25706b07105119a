"""What a newcomer may rely on: rooms name their modules, files and functions are small, docstrings lead somewhere."""

import ast
import functools
import re
import statistics
from pathlib import Path

import pytest

from tests.test_imports import PACKAGE, PATHS, tree

ROOT = PACKAGE.parent
ROOMS = sorted(path.parent for path in PACKAGE.rglob("__init__.py") if path.parent != PACKAGE)


@functools.cache
def files():
    """Return the paths of code and docs, those in hidden folders left out."""
    tops = [path for path in ROOT.iterdir() if not path.name.startswith(".")]
    found = [path for top in tops for path in [top, *top.rglob("*.*")] if path.suffix in {".py", ".md"}]
    return [path.relative_to(ROOT).as_posix() for path in found]


@pytest.mark.parametrize("room", ROOMS, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_room_says_what_each_of_its_modules_is_for(room):
    init = tree(".".join(room.relative_to(PACKAGE).parts))
    told = re.findall(r"(?m)^ *(\w+)  +\S", ast.get_docstring(init, False))
    there = {path.stem for path in room.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert sorted(told) == sorted(there - {"__init__"})


def test_the_first_screen_shows_at_most_18_entries():
    assert len([path for path in PACKAGE.iterdir() if path.name != "__pycache__"]) <= 18


def test_no_module_is_too_long():
    assert {name: n for name, p in PATHS.items() if (n := len(p.read_text("utf-8").splitlines())) > 300} == {}


def test_functions_are_short():
    functions = [node for name in PATHS for node in ast.walk(tree(name)) if isinstance(node, ast.FunctionDef)]
    lengths = sorted(node.end_lineno - node.lineno + 1 for node in functions)
    assert statistics.median(lengths) <= 9
    assert lengths[len(lengths) * 9 // 10] <= 34


def test_no_module_is_for_everything():
    assert not {"utils", "helpers", "common", "misc"} & {part for name in PATHS for part in name.split(".")}


def test_no_name_is_there_twice():
    """But in config/checks: what is checked there bears the name of what it is about."""
    names = [name.split(".")[-1] for name, path in PATHS.items() if path.stem != "__init__" and "checks." not in name]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("name", sorted(PATHS))
def test_what_a_docstring_points_to_is_there(name):
    nodes = [node for node in ast.walk(tree(name)) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    docs = [node.value for node in nodes if "\n" in node.value or node.value.endswith((".", "`"))]
    for file in re.findall(r"(?<![\w/*.{])[\w/-]+\.(?:py|md)\b", "\n".join(docs)):
        assert any(path == file or path.endswith(f"/{file}") for path in files()), file
    for module, attribute in re.findall(r"`(\w+)\.(\w+)`", "\n".join(docs)):
        for whole in (each for each in PATHS if each.split(".")[-1] == module and PATHS[each].stem == module):
            assert attribute in PATHS[whole].read_text(encoding="utf-8"), f"{module}.{attribute}"


def test_a_module_that_is_named_in_backquotes_as_one_is_there():
    stems = {Path(path).stem for path in files() if path.endswith(".py")}
    for name in PATHS:
        for stem in re.findall(r"(?:module|modules|stands in) `([a-z_]+)`", ast.get_docstring(tree(name)) or ""):
            assert stem in stems, f"{name}: {stem}"
