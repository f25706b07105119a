"""The audit of the pinned packages: it says what it found, or that there was nobody to ask, and never fails."""

import json
import subprocess
import sys

import pytest

from tests import audit
from tests.conftest import ROOT

SOUND = {"name": "tea", "version": "1.0", "vulns": []}
HOLED = {"name": "cup", "version": "2.0", "vulns": [{"id": "CVE-1", "fix_versions": ["2.1", "3.0"]}]}
UNKNOWN = {"name": "pot", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("packages", "told"),
    [
        ([SOUND, UNKNOWN], ["1 of 2 packages audited, 0 known holes"]),
        ([SOUND, HOLED], ["cup 2.0: CVE-1, mended in 2.1, 3.0", "2 of 2 packages audited, 1 known holes"]),
        ([UNKNOWN, UNKNOWN], ["none of 2 packages is known to the advisory service; nothing was audited"]),
    ],
)
def test_every_known_hole_is_told_and_so_is_what_was_not_audited(packages, told):
    assert list(audit.lines(json.dumps({"dependencies": packages}))) == told


@pytest.mark.live
def test_an_audit_that_cannot_ask_says_so_and_harms_nothing(tmp_path, monkeypatch):
    unasked = ["the advisories could not be asked for (no network, or no answer); nothing was audited"]
    monkeypatch.setattr(audit, "TOOL", tmp_path)
    for command in (["/nowhere/python"], [sys.executable, "-c", "print('oops'); 1 / 0"], ["sleep", "60"]):
        monkeypatch.setattr(audit, "installing", lambda: ["true"])
        monkeypatch.setattr(audit, "asking", lambda command=command: command)
        monkeypatch.setattr(audit, "ASK_WITHIN_S", 0.5)
        assert list(audit.audit()) == unasked


@pytest.mark.live
def test_make_and_ci_audit_by_this_report():
    done = subprocess.run(["make", "-n", "audit"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "python -m tests.audit" in done.stdout
    assert "make audit\n" in (ROOT / ".ci" / "run").read_text()
