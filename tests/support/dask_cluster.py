"""A Dask cluster of separate programs on loopback, as an operator starts it: a scheduler, and workers with nannies."""

import atexit
import contextlib
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.conftest import ROOT, children

PATIENCE_S = 150
QUIET = {
    "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "10s",
    "DASK_LOGGING__DISTRIBUTED": "warning",
    "DASK_DISTRIBUTED__ADMIN__SYSTEM_MONITOR__GIL__ENABLED": "false",
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "false",
    "MALLOC_TRIM_THRESHOLD_": "65536",
}


class Cluster:
    """A scheduler and workers, whose nannies bring them back when they are killed. `options` are for all programs."""

    def __init__(self, folder, workers=2, *, protocol="tcp", options=(), worker_options=(), env=None):
        self.folder, self._options, self._env = folder, options, {**os.environ, **QUIET, **(env or {})}
        self._worker_options = worker_options
        self._env["PYTHONPATH"] = str(ROOT)
        self._file = folder / "scheduler.json"
        self.log = folder / "cluster.log"
        self.programs = []
        own = ("--host", "127.0.0.1", "--protocol", protocol, "--port", "0", "--no-dashboard")
        self.scheduler = self._start("scheduler", *own, "--scheduler-file", str(self._file))
        for _ in range(workers):
            self.add_worker()
        self.address = json.loads(self._wait(self._file_text))["address"]
        self.wait_for(workers)

    def add_worker(self, *more, env=None):
        """Start one more worker and return its program, the nanny."""
        common = "--host 127.0.0.1 --nthreads 1 --memory-limit 0 --no-dashboard --death-timeout 200".split()
        place = ("--local-directory", str(self.folder / "workers"), "--scheduler-file", str(self._file))
        return self._start("worker", *common, *place, *self._worker_options, *more, env=env)

    def _start(self, kind, *arguments, env=None):
        command = [sys.executable, "-m", "dask", kind, *arguments, *self._options]
        with self.log.open("ab") as log:
            program = subprocess.Popen(
                command, env=self._env | (env or {}), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder
            )
        self.programs.append(program)
        return program

    def _file_text(self):
        text = self._file.read_text() if self._file.exists() else ""
        return text if text.strip().endswith("}") else ""

    def _wait(self, ask):
        end = time.monotonic() + PATIENCE_S
        while not (answer := ask()):
            assert time.monotonic() < end, self.log.read_text()
            assert self.scheduler.poll() is None, self.log.read_text()
            time.sleep(0.05)
        return answer

    def workers(self):
        """Return the process ids of the workers, below their nannies."""
        nannies = [program.pid for program in self.programs if program is not self.scheduler]
        return [pid for nanny in nannies for pid in children(nanny) if b"spawn_main" in command_line(pid)]

    def wait_for(self, count):
        """Wait until the scheduler has so many workers that answer; those that a failed test has stopped go on."""
        for pid in self.workers():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        self._wait(lambda: set(self.ask(os.getpid)) == set(self.workers()) and len(self.workers()) == count)

    def ask(self, function, *arguments):
        """Return what a function gives in each of the workers."""
        from distributed import Client

        with Client(self.address, set_as_default=False, security=self._security()) as client:
            return list(client.run(function, *arguments, on_error="ignore").values())

    def _security(self):
        from distributed.security import Security

        prefix = "DASK_DISTRIBUTED__COMM__TLS__"
        names = {"tls_ca_file": "CA_FILE", "tls_client_cert": "CLIENT__CERT", "tls_client_key": "CLIENT__KEY"}
        return Security(**{key: self._env[prefix + name] for key, name in names.items() if prefix + name in self._env})

    def kill_scheduler(self):
        self.scheduler.kill()
        self.scheduler.wait()

    def close(self):
        for program in self.programs:
            for pid in (program.pid, *children(program.pid)):  # a nanny first: it would bring its worker back
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            program.wait()


@functools.cache
def shared():
    """Return a cluster of two workers that lives as long as this process."""
    folder = Path(tempfile.mkdtemp(prefix="dask-cluster-"))
    cluster = Cluster(folder)

    def end():
        cluster.close()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)
    return cluster


def command_line(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
