"""Imports go one way: cli → runner → crawl → stages → leaves; each library has one door."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "scraper"
LEVELS = [
    {"__main__"},
    {"preload"},
    {"cli"},
    {"authoring", "terminal", "reportpage"},
    {"summary", "explain", "console"},
    {"runner"},
    {"launch"},
    {"crawl", "resume", "aftermath"},
    {"schedule", "credentials", "target", "intake"},
]
"""From the top; each may import what is below it. Below them are the stages, which do not import each other."""
STAGES = {
    "config", "plan", "journal", "frontier", "admission", "pool", "work", "fetch", "replay", "parse", "login", "links",
    "limits", "walk", "publish", "output", "keys", "report", "expectations", "excerpts", "history", "notify",
    "workspace", "metrics", "httpcache", "browser",
}  # fmt: skip
FAMILIES = {
    "work": {"fetch", "replay", "parse", "httpcache", "browser"}, "publish": {"walk"}, "crawl": {"schedule"},
    "expectations": {"report"}, "history": {"expectations", "report"},
    "excerpts": {"report", "workspace"}, "notify": {"report"}, "metrics": {"report"},
}  # fmt: skip
"""Stages of several parts: work is what a worker does with fetch, replay and parse, a publication is a walk,
and what is left of a run for later is made of its report."""
LEAVES = {
    "models", "job", "rules", "bodies", "checks", "errors", "rest", "templates", "urls", "yamldoc", "policy", "robots",
    "cookies", "agent", "rows", "sql", "database", "secrets", "params", "formats", "cells", "columns", "partitions",
    "days", "progress", "tally", "specimens", "retention", "chromium",
    "parse.select", "parse.tree", "parse.soup", "parse.xml", "parse.lexbor", "parse.lexbor_css",
    "parse.attributes", "parse.text", "parse.transforms", "parse.casts", "parse.dates", "parse.relative", "parse.own",
    "parse.encoding",
}  # fmt: skip
"""What knows nothing of the rest; those in `parse` serve the config's checks and the login too."""
DOORS = {
    "ruamel": {"yamldoc"},
    "pydantic": {
        "config",
        "config.schema",
        "config.form",
        "config.fields",
        "config.model",
        "config.pages",
        "config.words",
    },
    "requests": {"fetch", "fetch.adapter", "fetch.causes"},
    "pycurl": {"fetch.curl", "fetch.curl_loop", "fetch.curl_incoming", "fetch.curl_causes"},
    "urllib3": {"fetch", "fetch.answer", "fetch.causes", "fetch.connection"},
    "lxml": {"parse.groups", "parse.select", "parse.tree", "parse.soup", "parse.xml"},
    "bs4": {"parse.soup"},
    "selectolax": {"parse.lexbor", "parse.lexbor_css"},
    "sqlite3": {"database", "keys", "history"},
    "playwright": {"browser", "browser.visit"},
    "pyarrow": {"output.parquet"},
    "click": {"cli", "console", "terminal"},
    "rich": {"terminal", "authoring.show"},
    "jinja2": {"reportpage"},
    "prometheus_client": {"metrics"},
    "filelock": {"workspace"},
    "hishel": {"httpcache.rfc9111"},
    "dask": {"pool.cluster"},
    "distributed": {"pool.cluster", "pool.station"},
    "multiprocessing": {"pool.processes", "pool.worker", "pool.child", "pool.threads"},
}


def name_of(path):
    name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    return name.removesuffix(".__init__")


def imports(path):
    """Yield every module that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole.removeprefix("scraper.") in NAMES else node.module


PATHS = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}
NAMES = set(PATHS)
MODULES = {name: sorted(set(imports(path))) for name, path in PATHS.items()}


def own(name):
    """Return the modules of this package that a module imports."""
    return [module.removeprefix("scraper.") for module in MODULES[name] if module.startswith("scraper.")]


def group(name):
    """Return the stage that a module belongs to; a leaf is its own."""
    return name if name in LEAVES else name.split(".")[0]


def level(name):
    for number, names in enumerate(LEVELS):
        if group(name) in names:
            return number
    return len(LEVELS) + (name in LEAVES)


@pytest.mark.parametrize("name", sorted(NAMES - {"__init__"}))
def test_a_module_imports_only_from_below(name):
    assert group(name) in LEAVES | STAGES | set().union(*LEVELS), f"say where {name} belongs"
    beside = {group(name)} | FAMILIES.get(group(name), set())
    wrong = [
        other
        for other in own(name)
        if level(other) <= level(name) and group(other) not in beside and not {name, other} <= LEAVES
    ]
    assert not wrong, f"scraper/{name} imports {wrong}, which are not below it"


def test_no_two_modules_need_each_other():
    done = set()

    def visit(name, path=()):
        assert name not in path, f"a circle: {' → '.join((*path, name))}"
        if name not in done:
            for other in own(name):
                visit(other, (*path, name))
            done.add(name)

    for name in NAMES - {"__init__"}:
        visit(name)


@pytest.mark.parametrize("library", sorted(DOORS))
def test_each_library_has_one_door(library):
    users = {name for name, modules in MODULES.items() if any(m.split(".")[0] == library for m in modules)}
    assert users <= DOORS[library], f"{library} is imported by {users - DOORS[library]}"


def test_no_module_is_too_long():
    long = {name: n for name, p in PATHS.items() if (n := len(p.read_text(encoding="utf-8").splitlines())) > 300}
    assert not long


def test_there_is_no_module_for_everything():
    assert not {"utils", "helpers", "common", "misc"} & {part for name in NAMES for part in name.split(".")}
