"""The house as a rule: rooms import one way, use of each other what is handed on, and each library has one door."""

import ast
import functools
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "scraper"
ROOMS = """__main__ cli runner authoring authoring.structure crawl worker config report export journal fetch pool
    parse parse.trees parse.values parse.selectors parse.encodings job models errors""".split()
"""From the top: each imports only from those that stand behind it."""
DOORS = {
    "ada_url": "job.urls", "babel": "parse.values config", "bs4": "parse.trees.soup", "click": "cli",
    "chompjs": "parse.script_objects",
    "dask": "pool.dask_cluster", "distributed": "pool.dask_cluster pool.dask_actor",
    "fastwarc": "fetch", "filelock": "journal.workspace", "hishel": "crawl.rfc9111",
    "jinja2": "report.page.write",
    "jmespath": "parse.selectors.select", "lxml": "parse.trees", "multiprocessing": "pool",
    "playwright": "fetch", "prometheus_client": "report.metrics",
    "publicsuffixlist": "fetch.set_cookie", "pyarrow": "export.parquet", "pycurl": "fetch", "pydantic": "config",
    "requests": "fetch", "rich": "cli authoring.preview_tables", "ruamel": "job.yamldoc job.yamledit",
    "turbohtml": "parse.trees parse.encodings", "webencodings": "parse.encodings.labels",
    "sqlite3": "export.keys export.sqlite fetch.archive_index journal.database report.history report.history_schema",
    "urllib3": "fetch", "w3lib": "parse.transforms",
}  # fmt: skip
"""Library → where it may be imported: a room, or modules of rooms."""


def name_of(path):
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix("__init__").rstrip(".")


@functools.cache
def tree(name):
    """Return what a module is made of: read once for all tests that look at it."""
    return ast.parse(PATHS[name].read_text(encoding="utf-8"))


@functools.cache
def imports(name):
    """Return what a module imports, anywhere in it, as (module, name)."""
    return set(_imports(tree(name)))


def _imports(module):
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module, alias.name) for alias in node.names)


PATHS = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def room_of(name):
    """Return the innermost room that a module is in."""
    return max((room for room in ROOMS if f"{name}.".startswith(f"{room}.")), key=len, default=name.split(".")[0])


def own(name):
    """Yield the modules of this package that a module imports, each with the name that it takes of it."""
    for module, what in imports(name):
        if module.split(".")[0] == "scraper":
            whole = f"{module}.{what}".removeprefix("scraper.")
            yield (whole, "") if whole in PATHS else (module.removeprefix("scraper").lstrip("."), what)


def test_a_room_imports_only_from_those_behind_it():
    wrong = set()
    for name in PATHS.keys() - {""}:
        room = room_of(name)
        behind = {room, *ROOMS[ROOMS.index(room) + 1 :]}
        wrong |= {(name, module) for module, _ in own(name) if room_of(module) not in behind}
    assert wrong == set()


def test_of_another_room_a_module_uses_what_its_init_hands_on():
    for name in PATHS:
        for module, what in own(name):
            room = room_of(module)
            inside = module.removeprefix(room).lstrip(".")
            if room and room != room_of(name) and PATHS[room].name == "__init__.py" and (inside or what):
                handed = ast.literal_eval(PATHS[room].read_text(encoding="utf-8").partition("__all__ = ")[2])
                assert (inside or what).split(".")[0] in handed, (
                    f"to {name} {room}/__init__.py hands no {inside or what}"
                )


@pytest.mark.parametrize("library", sorted(DOORS))
def test_each_library_has_one_door(library):
    users = {name for name in PATHS if any(module.split(".")[0] == library for module, _ in imports(name))}
    doors = tuple(f"{door}." for door in DOORS[library].split())
    assert users, "nobody uses it"
    assert {name for name in users if not f"{name}.".startswith(doors)} == set()


def test_no_two_modules_need_each_other():
    done = set()

    def visit(name, path=()):
        assert name not in path, f"a circle: {' → '.join((*path, name))}"
        if name not in done and name:
            for other, _ in own(name):
                visit(other, (*path, name))
            done.add(name)

    for name in PATHS:
        visit(name)
