"""Imports go one way: cli → run → stages → leaves; each library has one door."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "scraper"
LEVELS = [
    {"__main__"},
    {"cli"},
    {"summary"},
    {"__init__", "runner"},
    {"crawl"},
    {"schedule", "credentials"},
    {"work", "admission", "links"},
]
"""From the top; each may import what is below it. Stages and leaves are the rest."""
LEAVES = {
    "models", "errors", "templates", "transforms", "dates", "casts", "select", "tree", "text", "encoding", "yamldoc",
    "tally", "answer", "body", "connection", "causes", "replay", "policy", "robots", "cookies", "agent", "rows",
}  # fmt: skip
DOORS = {
    "ruamel": {"yamldoc"},
    "pydantic": {"config", "config_form", "config_model", "config_pages", "config_words"},
    "requests": {"fetch", "causes"},
    "urllib3": {"answer", "causes", "connection"},
    "lxml": {"select", "tree"},
    "bs4": {"select", "tree"},
    "soupsieve": {"select", "tree"},
    "sqlite3": {"journal"},
    "click": {"cli"},
    "rich": {"cli"},
    "filelock": {"workspace"},
    "multiprocessing": {"pool_processes", "pool_worker", "pool_child", "pool_threads"},
}


def imports(path):
    """Yield every module that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.module == "scraper":
                yield from (f"scraper.{alias.name}" for alias in node.names)
            else:
                yield node.module


MODULES = {path.stem: sorted(set(imports(path))) for path in PACKAGE.glob("*.py")}


def own(name):
    return [module.split(".")[1] for module in MODULES[name] if module.startswith("scraper.")]


def level(name):
    for number, names in enumerate(LEVELS):
        if name in names:
            return number
    return len(LEVELS) + (name in LEAVES)


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_module_imports_only_from_below(name):
    allowed_beside = STAGE_FAMILIES.get(name, set()) | (LEAVES if name in LEAVES else set())
    wrong = [other for other in own(name) if level(other) <= level(name) and other not in allowed_beside]
    assert not wrong, f"scraper/{name}.py imports {wrong}, which are not below it"


STAGE_FAMILIES = {
    "config": {"config_model", "config_words", "config_text", "config_build", "config_check", "lint"},
    "config_model": {"config_form", "config_pages"},
    "config_pages": {"config_form"},
    "config_words": {"config_form", "config_model", "config_pages"},
    "config_build": {"config_model", "config_pages", "config_settings", "config_text"},
    "config_settings": {"config_model", "config_text"},
    "config_check": {"config_selections", "config_values", "config_ways"},
    "config_selections": {"config_words"},
    "config_values": {"config_words"},
    "config_ways": {"config_names", "config_words"},
    "config_names": {"config_words"},
    "explain": {"plan"},
    "pool": {"pool_processes", "pool_threads"},
    "pool_processes": {"pool_worker", "pool_child"},
    "pool_worker": {"pool_child"},
    "pool_threads": {"pool_child"},
    "__init__": {"run"},
}
"""A stage that is split over several modules may import its parts."""


def test_leaves_import_each_other_without_a_circle():
    seen = {}

    def visit(name, path=()):
        assert name not in path, f"a circle: {' → '.join((*path, name))}"
        if name not in seen:
            for other in own(name):
                visit(other, (*path, name))
            seen[name] = True

    for name in MODULES:
        visit(name)


@pytest.mark.parametrize("library", sorted(DOORS))
def test_each_library_has_one_door(library):
    users = {name for name, modules in MODULES.items() if any(m.split(".")[0] == library for m in modules)}
    assert users <= DOORS[library], f"{library} is imported by {users - DOORS[library]}"


def test_no_module_is_too_long():
    long = {p.name: n for p in PACKAGE.glob("*.py") if (n := len(p.read_text(encoding="utf-8").splitlines())) > 300}
    assert not long
