#!/usr/bin/env bash
# distributed 2026.8.0: a list that goes through a Queue or a Variable comes back as a tuple; an actor's attribute is set on the proxy only.
#
# Surprise 1: queue.put(["a"]) gives ("a",), and so does every list inside a dict: what was put is not equal to what is got, and
#            .append() or + [..] is an error at the other end. The same list by submit() stays a list, and so it does
#            in a cluster inside one process (processes=False), as tests use it.
# Surprise 2: actor.n = 5 raises nothing and changes nothing on the worker: actor.n is 5 here from then on, and the actor's own methods, and
#            every other client, go on with the old number.
# Expected:  the docs of Queue and Variable: elements are "msgpack-encodable data (ints, strings, lists, dicts)". The docs of Actor: it
#            "allows remote control of a stateful object living on a remote worker".
# Seen:      ({'urls': ('a', ('b',))},) for [{"urls": ["a", ["b"]]}]; actor.n is 5, and the worker's own n goes from 1 to 2.
# Package:   distributed 2026.8.0 with dask 2026.8.0.
# Why it matters: records that went through a queue have other types than those that did not, and a counter that was reset is not.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'distributed==2026.8.0' 'dask==2026.8.0'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import dask
import distributed
from distributed import Client, LocalCluster, Queue, Variable
print("distributed", distributed.__version__, "| dask", dask.__version__)
class Counter:
    n = 0
    def increment(self):
        self.n += 1
        return self.n
    def read(self):
        return self.n
with LocalCluster(processes=False, protocol="tcp", host="127.0.0.1", n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
    put = [{"urls": ["a", ["b"]]}]
    queue, variable = Queue("jobs", client=client), Variable("state", client=client)
    queue.put(put)
    variable.set(put)
    got = {"Queue": queue.get(), "Variable": variable.get(), "submit": client.submit(lambda value: value, put).result()}
    for way, value in got.items():
        print(f"{way:9} {value}", "equal" if value == put else "not equal to what was put")
    assert got["Queue"] == got["Variable"] == ({"urls": ("a", ("b",))},) and got["submit"] == put
    assert "lists, dicts" in Queue.__doc__
    actor = client.submit(Counter, actor=True).result()
    assert actor.increment().result() == 1 == actor.n
    actor.n = 5
    print("actor.n", actor.n, "| the worker's", actor.read().result(), "| next", actor.increment().result())
    assert actor.n == 5 and actor.read().result() == 2
PYTHON_END
echo "SEEN AGAIN: distributed_queue_lists_become_tuples"
