"""docs/how-to/deploy.md, Dockerfile and compose.yaml: what other programs read of them is what they understand."""

import os
import re
import shlex
import shutil
import subprocess
import sys

import pytest
from distributed import Client

from scraper.job import yamldoc
from tests.conftest import ROOT
from tests.support import dask_cluster
from tests.support.faultserver import free_port

GUIDES = {name: (ROOT / "docs" / "how-to" / f"{name}.md").read_text("utf-8") for name in ("deploy", "distributed")}
UNITS = [(guide, block) for guide, text in GUIDES.items() for block in re.findall(r"(?ms)^```ini\n(.*?)^```$", text)]
BOARD = """
start_urls: ["{url}/board?offset={{offset}}"]
params: {{offset: {{first: 0, last: 90, step: 10}}}}
records: {{each: dd, fields: {{title: a}}}}
settings: {{robotstxt_obey: false, contact: t@example.com}}
"""


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
    assert "chmod 755 /work" in lines[made - 1], "or `docker run --user` may not enter it"


def test_compose_runs_configs_that_are_there_with_options_that_are():
    service = yamldoc.load((ROOT / "compose.yaml").read_text("utf-8"), "compose.yaml").data["services"]["boards"]
    configs = [word for word in service["command"] if word.endswith(".yaml")]
    assert configs
    assert all((ROOT / path).exists() for path in configs)
    assert "output:/work/output" in service["volumes"]


# --------------------------------------------------------------------------- a cluster

QUICK_START, IN_CONTAINERS = (
    [shlex.split(line.removesuffix(" &")) for line in block.splitlines()]
    for block in re.findall(r"(?ms)^```sh\n(.*?)^```$", GUIDES["distributed"])[:2]
)


@pytest.mark.live
def test_the_quick_start_of_the_cluster_runs_a_job_on_its_two_workers(scraper, config, folder, boards):
    path = config(BOARD.format(url=boards.url))
    port = free_port()
    scheduler, worker, job, last = (
        [word.replace("8786", str(port)).replace("configs/quotes.yaml", str(path)) for word in words]
        for words in QUICK_START
    )
    assert last == ["kill", "%1", "%2"]
    env = os.environ | dask_cluster.QUIET | {"PYTHONPATH": str(ROOT)}
    started = []
    try:
        for program in (scheduler, [*worker, "--local-directory", str(folder / "workers")]):
            assert program[0] == "dask"
            started.append(subprocess.Popen([sys.executable, "-m", *program], cwd=folder, env=env))
        assert job[:3] == ["python", "-m", "scraper"]
        done = scraper(*job[3:])
        assert done.returncode == 0, done.stderr
        assert len((folder / "output/board.jsonl").read_text().splitlines()) == 30
        with Client(job[-1].partition("=")[2], set_as_default=False) as client:
            assert len(client.scheduler_info(n_workers=-1)["workers"]) == 2
    finally:
        for program in reversed(started):
            program.terminate()
            program.wait(60)


def test_the_cluster_of_compose_is_that_of_the_quick_start_and_publishes_no_port():
    services = yamldoc.load((ROOT / "compose.yaml").read_text("utf-8"), "compose.yaml").data["services"]
    scheduler, worker = services["scheduler"], services["worker"]
    assert scheduler["entrypoint"] == ["/opt/scraper/bin/dask", "scheduler"]
    assert [word.replace("scheduler", "127.0.0.1") for word in scheduler["command"]] == QUICK_START[0][2:]
    assert worker["deploy"] == {"replicas": 2}
    by_hand = [word.replace("127.0.0.1", "scheduler") for word in QUICK_START[1][2:]]
    at = by_hand.index("--nworkers")
    assert worker["command"] == [*by_hand[:at], *by_hand[at + 2 :], "--local-directory", "/tmp"]
    assert not [name for name, service in services.items() if "ports" in service]
    assert all(services[name]["profiles"] == ["cluster"] for name in ("scheduler", "worker"))
    job = IN_CONTAINERS[2]
    assert job[:5] == ["docker", "compose", "run", "--rm", "boards"]
    assert [word.replace("scheduler", "127.0.0.1") for word in job[5:]] == QUICK_START[2][3:]
