"""The licences of all that a job may run on: `python -m tests.docs.licences` writes docs/reference/licences.md."""

import re
import tomllib
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "licences.md"
EXTRAS = ("fast", "archives", "dask", "parquet", "browser")
"""What an operator may install beside the job's own needs; what tests, docs and benchmarks need is not delivered."""
PERMISSIVE = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CNRI-Python", "ISC", "MIT", "MIT-0", "PSF-2.0", "Zlib"),
    *("Python-2.0", "Unlicense"),
}
BY_FILE = {"MPL-2.0": "concerns its own files, which are used as they are"}
"""Licences that ask something of who changes the files of the package, and of nobody else."""
SPOKEN = {
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "LGPL/MIT": "LGPL-2.1-or-later OR MIT",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""What packages say where they do not say it by SPDX. Those of the BSD family that are pinned have three clauses."""
INTRODUCTION = """# Licences

This project's own licence is MIT. What it installs, by extra, with the licence that each package declares; made by
`python -m tests.docs.licences` of the installed packages, and a test holds the list to what is permissive. `make sbom`
writes the same as a bill of materials (CycloneDX).

MPL-2.0 concerns the files of the package itself, for who changes and hands them on; here they are used as they are.
"""


def spdx(name):
    """Return the licence of an installed package as an SPDX expression."""
    about = distribution(name).metadata
    told = about.get("License-Expression") or (about.get("License") or "").strip()
    spoken = [each.rpartition(" :: ")[2] for each in about.get_all("Classifier") or () if each.startswith("License ::")]
    if not told or "\n" in told or " " in told.replace(" AND ", "").replace(" OR ", ""):
        told = " AND ".join(sorted({SPOKEN.get(each, each) for each in spoken if each != "OSI Approved"})) or told
    return SPOKEN.get(told, told)


def alternatives(expression):
    """Yield the ways in which an expression may be met, each a set of licences; brackets stand round an OR only."""
    terms = [re.split(r" OR ", part.strip("() ")) for part in re.split(r" AND (?![^(]*\))", expression)]
    ways = [set()]
    for term in terms:
        ways = [{*way, *each.strip("() ").split(" AND ")} for way in ways for each in term]
    return ways


def needs(extra=None):
    """Return the names of all installed packages that the project, or an extra of it, needs, sorted."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = project["optional-dependencies"][extra] if extra else project["dependencies"]
    found, waiting = {}, [Requirement(each) for each in listed]
    while waiting:
        wanted = waiting.pop()
        key = (wanted.name.lower().replace("_", "-"), *sorted(wanted.extras))
        if key not in found:
            found[key] = about = distribution(wanted.name)
            inner = (Requirement(each) for each in about.requires or ())
            waiting += [
                each
                for each in inner
                if each.marker is None or any(each.marker.evaluate({"extra": of}) for of in ("", *wanted.extras))
            ]
    return sorted({about.metadata["Name"] for about in found.values()}, key=str.lower)


def are_pinned(names):
    """Return whether these packages are installed in the versions of constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines)}
    return all(distribution(name).version == pinned.get(canonicalize_name(name)) for name in names)


def page():
    """Return the whole page."""
    parts = [INTRODUCTION, table("Every job", base := needs())]
    parts += [table(f"Extra `{extra}`", [name for name in needs(extra) if name not in base]) for extra in EXTRAS]
    return "\n".join(parts)


def table(title, names):
    """Return a section: a row a package."""
    rows = "".join(f"| {name} | {spdx(name)} |\n" for name in names)
    return f"## {title}\n\n| package | licence |\n| --- | --- |\n{rows}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
