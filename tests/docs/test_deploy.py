"""docs/how-to/deploy.md, Dockerfile and compose.yaml: what other programs read of them is what they understand."""

import re
import shutil
import subprocess

import pytest

from scraper.job import yamldoc
from tests.conftest import ROOT

GUIDES = {name: (ROOT / "docs" / "how-to" / f"{name}.md").read_text("utf-8") for name in ("deploy", "distributed")}
UNITS = [(guide, block) for guide, text in GUIDES.items() for block in re.findall(r"(?ms)^```ini\n(.*?)^```$", text)]


@pytest.mark.live
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
@pytest.mark.parametrize("number", range(len(UNITS)))
def test_systemd_understands_each_unit(number, tmp_path):
    _, text = UNITS[number]
    assert verify(tmp_path, text) == ""


@pytest.mark.live
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_what_systemd_does_not_understand_is_found_out(tmp_path):
    assert "WorkingFolder" in verify(tmp_path, UNITS[0][1].replace("WorkingDirectory", "WorkingFolder"))


def verify(folder, text):
    """Return what systemd says of a unit: of what it starts and waits for nothing is installed here."""
    kind = "timer" if "[Timer]" in text else "service"
    for name in ("docker.service", "x.service", "notify@x.service.service"):
        (folder / name).write_text("[Service]\nType=oneshot\nExecStart=/bin/true\n")
    (folder / f"x.{kind}").write_text(re.sub(r"(?m)^(ExecStart=)\S+", r"\1/bin/true", text))
    env = {"SYSTEMD_UNIT_PATH": f"{folder}:", "PATH": "/usr/bin:/bin"}
    command = ["systemd-analyze", "verify", f"./x.{kind}"]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=60)
    return done.stderr


def test_the_images_folder_is_made_and_the_users_before_it_is_a_volume():
    lines = (ROOT / "Dockerfile").read_text("utf-8").splitlines()
    made = next(n for n, line in enumerate(lines) if "install --directory --owner=scraper" in line)
    user = lines.index("USER scraper")
    assert made < user < lines.index("VOLUME /work/output")


def test_compose_runs_configs_that_are_there_with_options_that_are():
    service = yamldoc.load((ROOT / "compose.yaml").read_text("utf-8"), "compose.yaml").data["services"]["boards"]
    configs = [word for word in service["command"] if word.endswith(".yaml")]
    assert configs
    assert all((ROOT / path).exists() for path in configs)
    assert "output:/work/output" in service["volumes"]
