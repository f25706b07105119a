"""Hold the pinned packages against the published advisories: `python -m tests.audit`, which `make audit` runs.

A report for people: it always ends with 0, whether there are holes or nobody could be asked about them. pip-audit is
installed for itself: the project's environment stays as it is.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
TOOL = ROOT / ".venv" / "pip-audit"
"""Not where the project's own packages are."""
WANTED = "pip-audit>=2.9"
INSTALL_WITHIN_S, ASK_WITHIN_S = 40, 20


def installing():
    """Return the command that puts pip-audit where it is looked for."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    return [*pip, "--retries", "0", "--timeout", "5", "--target", str(TOOL), WANTED]


def asking():
    """Return the command that asks about all pinned packages, as they are written: nothing is installed for it."""
    how = ["--no-deps", "--disable-pip", "--progress-spinner", "off", "--timeout", "5", "--format", "json"]
    return [sys.executable, "-m", "pip_audit", "--requirement", str(ROOT / "constraints.txt"), *how]


def run(command, within_s):
    """Return what a command printed on stdout; OSError or SubprocessError where it cannot be run or takes too long."""
    env = os.environ | {"PYTHONPATH": str(TOOL)}
    return subprocess.run(
        command, env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=within_s, check=False
    ).stdout


def lines(report):
    """Yield the report of pip-audit in words: a line a hole, then how many packages were looked up."""
    try:
        packages = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        yield "the advisories could not be asked for (no network, or no answer); nothing was audited"
        return
    audited = [package for package in packages if "skip_reason" not in package]
    holes = [(package, hole) for package in audited for hole in package["vulns"]]
    for package, hole in holes:
        mended = ", ".join(hole["fix_versions"]) or "no version yet"
        yield f"{package['name']} {package['version']}: {hole['id']}, mended in {mended}"
    if not audited:
        yield f"none of {len(packages)} packages is known to the advisory service; nothing was audited"
    else:
        yield f"{len(audited)} of {len(packages)} packages audited, {len(holes)} known holes"


def audit():
    """Yield the whole report."""
    try:
        if not (TOOL / "pip_audit").is_dir():
            run(installing(), INSTALL_WITHIN_S)
        report = run(asking(), ASK_WITHIN_S)
    except (OSError, subprocess.SubprocessError):
        report = b""
    yield from lines(report)


if __name__ == "__main__":
    for line in audit():
        print(f"audit: {line}", flush=True)
