#!/usr/bin/env bash
# orjson: each result of `dumps` keeps a block of 4 kB for as long as it lives, whether it is 73 bytes long or 7.
#
# Expected: bytes of 73 take 73 bytes and a head of 33 (docs.python.org, sys.getsizeof; that is also what getsizeof says
#   of them). json's, msgspec's and rapidjson's results do: 100,000 lines of 73 bytes are some 12 to 20 MB.
# Seen: 100,000 such lines kept in a list are 393 MB. The buffer that `dumps` begins with is not given back when its
#   result is shorter; tracemalloc and the resident size agree, getsizeof and len tell nothing of it. A copy
#   (`bytes(memoryview(line))`) has its own size. Up to orjson 3.11 the block was 1 kB, from 3.12 on it is 4.
# Package: orjson 3.13.0 (the newest; 3.12.0 the same, 3.11.5 and 3.10.18 1 kB each). msgspec 0.22.0 does it right.
# Why it matters: a scraper keeps records as lines until they are written, by the thousand. A batch of 100,000 records
#   takes thirty times what it holds, and nothing that measures objects shows where the memory is.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check orjson==3.13.0 msgspec==0.22.0
"$work/venv/bin/python" - <<'PY'
import json
import sys
import tracemalloc

import msgspec
import orjson

print(f"orjson {orjson.__version__}, msgspec {msgspec.__version__}, Python {sys.version.split()[0]}")
records = [{"id": n, "title": f"the title of a thing, number {n}", "price": n + 0.5} for n in range(20_000)]
encode = msgspec.json.Encoder().encode
ways = {
    "json": lambda record: json.dumps(record, separators=(",", ":")).encode(),
    "msgspec": encode,
    "orjson": orjson.dumps,
    "orjson, copied": lambda record: bytes(memoryview(orjson.dumps(record))),
}
held = {}
for name, dump in ways.items():
    tracemalloc.start()
    lines = [dump(record) for record in records]
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    held[name] = taken / len(lines)
    length, said = len(lines[-1]), sys.getsizeof(lines[-1])
    print(f"{name:15} a line of {length} bytes, getsizeof {said}: {held[name]:6.0f} bytes each")
    del lines
assert all(held[name] < 200 for name in ("json", "msgspec", "orjson, copied")), held
assert held["orjson"] > 4000, held
PY
echo "as described: each result of orjson.dumps keeps 4 kB"
