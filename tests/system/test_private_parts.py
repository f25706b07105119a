"""What libraries do not document may be gone in their next version: then the plain way is taken, or the program tells.

What is used so is listed in scraper/pool/forkserver.py, scraper/fetch/connection.py and
scraper/parse/selectors/select.py.
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
ALL, CLIENT, CONNECTIONS = "multiprocessing", "http.client", "urllib3"
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
    "the head of an answer is read with an argument, as in 3.15": [
        [CLIENT, r"def begin\(self[^)]*\)", "def begin(self, *, _max_headers=None)"],
        [CLIENT, r"response\.begin\([^)]*\)", "response.begin(_max_headers=100)"],
    ],
    "what is no longer used of http.client has other names": [
        [CLIENT, r"\b_(read_status|check_close|method)\b", r"_its_\1"],
        [CONNECTIONS, r"\b_(read_status|check_close|method|dns_host)\b", r"_its_\1"],
    ],
}
"""What is different in a library: rules of `renamed`. All goes on as before."""
LAX = {
    "the head is read by another function": [[CLIENT, r"\bbegin\b", "read_head"]],
    "the sizes of chunks are read by another function": [[CLIENT, r"\b_get_chunk_left\b", "_chunk_left"]],
    "answers are made by another class": [[CLIENT, r"\bresponse_class\b", "answer_class"]],
    "connections are made by another function": [[CONNECTIONS, r"\b_new_conn\b", "_connect"]],
    "pools have other connections": [[CONNECTIONS, r"\bConnectionCls\b", "connection_class"]],
    "origins have other pools": [[CONNECTIONS, r"\bpool_classes_by_scheme\b", "pool_classes"]],
    "answers are read of no socket": [
        [r"socket", r"self\._sock\.recv_into\(b\)", "_socket.socket.recv_into(self._sock, b)"]
    ],
}
"""What is different in http.client or urllib3 so that the fetcher cannot keep what it promises."""


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
    assert [json.loads(line)["title"] for line in lines] == [
        f"film{n + k}" for n in range(0, 100, 10) for k in range(3)
    ]


@pytest.mark.parametrize("word", ["FUNCTION_TABLE", "parsed"])
def test_json_is_read_without_a_private_part_of_jmespath(changed, folder, word):
    done = changed(
        [["jmespath", rf"\b{word}\b", "other"]], ROOT / "configs/json-api.yaml", "--replay", ROOT / "fixtures/json-api"
    )
    assert done.returncode == 0, done.stderr
    assert (folder / "output/json-api.jsonl").read_bytes() == (ROOT / "fixtures/json-api.jsonl").read_bytes()


@pytest.mark.parametrize("rules", LAX.values(), ids=LAX)
def test_no_site_is_crawled_by_libraries_that_would_read_it_laxly(changed, folder, config, boards, rules):
    done = changed(rules, config(JOB.format(url=boards.url)))
    told = done.stderr.strip().splitlines()[-1]
    assert (done.returncode, "Traceback" in done.stderr, boards.asked()) == (1, False, []), done.stderr
    assert "fetcher requests is built on Python 3.11.7" in told
    assert not (folder / "output/board.jsonl").exists()
