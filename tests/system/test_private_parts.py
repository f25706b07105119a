"""What libraries do not document may be gone in their next version: then the plain way is taken, or the program tells.

What is used so is listed in scraper/pool/forkserver.py and scraper/fetch/connection.py.
"""

import json
import os
import shutil

import pytest

from tests.conftest import ROOT
from tests.support import renamed

JOB = """
start_urls: ["{url}/board?offset={{offset}}"]
params: {{offset: {{first: 0, last: 90, step: 10}}}}
records:
  each: dd
  fields: {{title: {{css: .name a}}, score: {{css: .score}}}}
settings: {{fetcher: requests, robotstxt_obey: false, pool: {{engine: processes, processes: 2}}}}
"""
ALL = "multiprocessing"
REPLACED = {
    "the start of a program has another name": [[ALL, r"\bspawnv_passfds\b", "start_program"]],
    "the start of a program takes another argument": [
        [ALL, r"passfds\(path, args, passfds\)", "passfds(path, args, passfds, flags)"],
        [ALL, r"passfds\(exe, args, fds_to_pass\)", "passfds(exe, args, fds_to_pass, 0)"],
    ],
    "the code of the server is not the last argument": [[ALL, r"\['-c', cmd\]", "['-c', cmd, '--']"]],
    "the server and the tracker cannot be started beforehand": [[ALL, r"\bensure_running\b", "run_if_not_running"]],
    "the server cannot be stopped": [[ALL, r"\b_stop\b", "_end"]],
    "the tracker has another name": [[ALL, r"\b_resource_tracker\b", "_the_tracker"]],
    "the tracker's pipe has another name": [[ALL, r"\b_fd\b", "_pipe"]],
}
"""What is different in a library: rules of `renamed`. All goes on as before."""


@pytest.fixture
def changed(scraper, folder):
    """A function that runs the program with libraries changed by rules."""
    shutil.copy(renamed.__file__, folder / "sitecustomize.py")
    (folder / "marks").mkdir()
    path = os.pathsep.join([str(folder), str(ROOT)])

    def run(rules, *arguments):
        env = {"PYTHONPATH": path, "RENAMED": json.dumps(rules), "MARKS": str(folder / "marks")}
        done = scraper(*arguments, env=env)
        assert len(list((folder / "marks").iterdir())) == len(rules), "a rule found nothing to change"
        return done

    return run


@pytest.mark.parametrize("rules", REPLACED.values(), ids=REPLACED)
def test_the_main_job_runs_without_a_private_part(changed, folder, rules):
    done = changed(rules, ROOT / "configs/maoyan.yaml", "--replay", ROOT / "fixtures/maoyan")
    assert (done.returncode, "Traceback" in done.stderr, "Warning" in done.stderr) == (0, False, False), done.stderr
    assert (folder / "output/maoyan.jsonl").read_bytes() == (ROOT / "fixtures/maoyan.jsonl").read_bytes()


@pytest.mark.parametrize("rules", REPLACED.values(), ids=REPLACED)
def test_a_site_is_crawled_without_a_private_part(changed, folder, config, boards, rules):
    done = changed(rules, config(JOB.format(url=boards.url)))
    assert (done.returncode, "Traceback" in done.stderr, "Warning" in done.stderr) == (0, False, False), done.stderr
    lines = (folder / "output/board.jsonl").read_text().splitlines()
    assert [json.loads(line)["title"] for line in lines] == [f"film{n + k}" for n in range(0, 100, 10) for k in range(3)]
