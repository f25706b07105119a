#!/usr/bin/env bash
# Daft reads only the first frame of an appended .zst, .bz2 or .xz file - without a word.
#
# Expected: a JSON Lines or CSV file to which a second run was appended as its own
#           compressed frame is read whole, as Daft itself does for .gz.
# Seen:     .gz gives 2500 rows; .zst, .bz2 and .xz give the 1000 rows of the first
#           frame only. No error, no warning, count_rows() agrees with the loss.
# Package:  daft 0.7.26 (2026-10), run beside pandas 3.1.1 with zstandard 0.25.0.
# Right:    RFC 8878 section 3 (compressed data is one or more concatenated frames, and
#           they decompress to the concatenation of their contents); the same
#           holds for bzip2 streams and .xz streams. RFC 1952 section 2.2 for gzip.
# Why:      appending a frame for each run is the ordinary way to grow a compressed
#           log; an analyst who opens it with Daft analyses the first run only.
set -euo pipefail
PY="${PYTHON:-python3}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"$PY" -m venv "$work/venv"
"$work/venv/bin/pip" install -q "daft==0.7.26" "pandas==3.1.1" "zstandard==0.25.0"
cd "$work"
DAFT_PROGRESS_BAR=0 "$work/venv/bin/python" - <<"PYEOF"
import bz2, gzip, json, lzma
import daft, pandas as pd, zstandard
print("daft", daft.__version__, "| pandas", pd.__version__)
def rows(a, b):
    return b"".join(json.dumps({"n": i, "url": f"http://example.org/{i}"}).encode() + b"\n" for i in range(a, b))
runs = [rows(0, 1000), rows(1000, 2500)]
pack = {"gz": gzip.compress, "zst": zstandard.ZstdCompressor().compress, "bz2": bz2.compress, "xz": lzma.compress}
seen = {}
for ext, f in pack.items():
    name = f"pages.jsonl.{ext}"
    with open(name, "wb") as fh:
        for r in runs:
            fh.write(f(r))
    p, d = len(pd.read_json(name, lines=True)), daft.read_json(name).count_rows()
    seen[ext] = d
    print(f"{name}: written 2500, pandas {p}, daft {d}")
    assert p == 2500
assert seen == {"gz": 2500, "zst": 1000, "bz2": 1000, "xz": 1000}, seen
print("SEEN: daft stops after the first frame for zst, bz2 and xz, not for gz")
PYEOF
