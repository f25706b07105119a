"""Run what a Python can break on every Python that is found here: `python -m tests.matrix`, which `make matrix` runs.

For each of 3.11 and newer, the newest patch: an environment in build/matrix/, the quick tests, the Pool's, and the
main job, whose output must be the same bytes everywhere. Or, with `--resolution`, on this Python with the newest or the
oldest packages that pyproject.toml allows.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build" / "matrix"
OLDEST = (3, 11)
QUICK = ("-m", "not live and not slow")
SETS = {"quick tests": ["tests", *QUICK], "tests of the Pool": ["tests/pool", "-m", "not slow"]}
"""What is run by pytest."""
VALUES = [f"tests/parse/test_{name}.py" for name in ("casts", "dates", "relative")]
SMALL = ["tests/config", "tests/crawl", "tests/fetch", "tests/job", "tests/pool", *VALUES, *QUICK]
"""`--small`: what has come out differently from Python to Python, in a fraction of the time: half a minute of CPU."""


def pythons():
    """Return the interpreters on PATH and of pyenv: (major, minor) → the newest one's path."""
    folders = [Path(folder) for folder in os.get_exec_path()]
    folders += [path / "bin" for path in (Path.home() / ".pyenv" / "versions").glob("3.*")]
    found = {}
    for folder in folders:
        for path in sorted(folder.glob("python3.*")):
            if re.fullmatch(r"python3\.\d+", path.name) and (version := version_of(path)) and version >= OLDEST:
                found[version[:2]] = max((version, path), found.get(version[:2], (version, path)))
    return {minor: path for minor, (_, path) in sorted(found.items())}


def version_of(python):
    """Return an interpreter's version as (major, minor, patch), None for one that does not run (a shim of pyenv's)."""
    code = "import sys; print(*sys.version_info[:3])"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return tuple(map(int, done.stdout.split())) if done.returncode == 0 else None


def environment(python, name, extras, *how):
    """Make an environment for an interpreter with the packages that `how` says to uv; return its interpreter."""
    home = BUILD / name
    uv = [shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"]
    run([*uv, "venv", "--quiet", "--clear", "--python", python, home])
    place = ["--python", home / "bin/python"]
    run([*uv, "pip", "install", "--quiet", *place, *how, "--editable", f"{ROOT}[{extras}]"])
    return home / "bin/python"


def run(command, **options):
    """Run a command in the project's folder and return whether it went well."""
    print("$", *command, flush=True)
    return subprocess.run([str(word) for word in command], cwd=ROOT, check=False, **options).returncode == 0


def main_job(python, name):
    """Return the digest of what the main job publishes, None if it does not."""
    output = BUILD / f"{name}.jsonl"
    output.unlink(missing_ok=True)
    job = [
        "-W",
        "error::DeprecationWarning",
        "-m",
        "scraper",
        "configs/maoyan.yaml",
        "--replay",
        "fixtures/maoyan",
        "-q",
    ]
    is_well = run([python, *job, "--output", output])
    return hashlib.sha256(output.read_bytes()).hexdigest() if is_well else None


def check(python, name, sets):
    """Return what came of one environment: {what: whether it is well}, and the digest of the main job's output."""
    digest = main_job(python, name)
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "2", "--dist", "worksteal"]
    return {what: run([*command, *words]) for what, words in sets.items()} | {"main job": digest is not None}, digest


def main():
    """Print a line for each environment; exit with 1 if anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="one version, such as 3.13, or `newest`, if that is newer than this Python")
    parser.add_argument("--small", action="store_true", help="fewer tests")
    parser.add_argument("--resolution", choices=["highest", "lowest-direct"], help="of this Python's packages")
    asked = parser.parse_args()
    sets = {"some tests": SMALL} if asked.small else SETS
    pinned = "--constraint", ROOT / "constraints.txt"
    if asked.resolution:
        made = {asked.resolution: (sys.executable, ("--resolution", asked.resolution, "--upgrade"))}
    else:
        made = {".".join(map(str, minor)): (path, pinned) for minor, path in pythons().items()}
    if asked.only:
        wanted = [*made][-1] if asked.only == "newest" else asked.only
        if asked.only == "newest" and wanted == f"{sys.version_info.major}.{sys.version_info.minor}":
            print("no newer Python here")
            return
        made = {wanted: made[wanted]}
    results, digests = {}, {}
    for name, (python, how) in made.items():
        extras = "dev,parquet" if asked.small else "dev,analysts"
        results[name], digests[name] = check(environment(python, name, extras, *how), name, sets)
    for name, result in results.items():
        print(name, *(f"{what}: {'well' if is_well else 'FAILED'}" for what, is_well in result.items()), sep="  ")
    is_same = len(set(digests.values())) == 1
    print(f"the main job's output is {'the same bytes' if is_same else 'NOT the same'} in all {len(digests)}")
    sys.exit(not (is_same and all(all(result.values()) for result in results.values())))


if __name__ == "__main__":
    main()
