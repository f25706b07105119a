#!/usr/bin/env bash
# FastWARC 2.0.1: BrotliWriter.finish() and flush() leave the stream open; the other three writers end it.
#
# Surprise:  after finish() and flush() a .gz, .zst and .lz4 file of FastWARC can be read to its end; the .br file cannot:
#            its last byte is only written by close(), and nothing in names or docs tells the four writers apart.
# Expected:  BrotliWriter.finish(): "Finish encoding the stream", the same words as for GzipWriter, ZstdWriter and Lz4Writer.
# Seen:      BrotliReader of the same package: OSError "Invalid Data", and brotli 1.2.1 refuses it too; after close()
#            both read it.
# Package:   fastwarc 2.0.1, brotli 1.2.1.
# Why it matters: a program that sends io.BytesIO().getvalue() after finish(), as one may for gzip, sends a
#            stream that is cut.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'fastwarc==2.0.1' 'brotli==1.2.1'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import io
from importlib.metadata import version
import brotli
from fastwarc import stream_io
print("fastwarc", version("fastwarc"), "| brotli", version("brotli"))
page = b"<p>hello</p>" * 100
def read(name, data):
    try:
        return getattr(stream_io, f"{name}Reader")(io.BytesIO(data)).read() == page
    except OSError as error:
        return f"OSError: {error}"
for name in ("Gzip", "Zstd", "Lz4", "Brotli"):
    out = io.BytesIO()
    writer = getattr(stream_io, f"{name}Writer")(out)
    writer.write(page)
    writer.finish()
    writer.flush()
    finished = out.getvalue()
    writer.close()
    closed = out.getvalue()
    print(f"{name:7} after finish() and flush(): {len(finished)} bytes, read whole: {read(name, finished)} | after close(): {len(closed)} bytes, {read(name, closed)}")
    assert read(name, closed) is True
    if name != "Brotli":
        assert finished == closed and read(name, finished) is True
        continue
    assert read(name, finished) == "OSError: Invalid Data" and len(closed) == len(finished) + 1
    assert writer.__class__.finish.__doc__.splitlines()[0] == "Finish encoding the stream." == stream_io.GzipWriter.finish.__doc__.splitlines()[0]
    assert brotli.decompress(closed) == page
    try:
        brotli.decompress(finished)
        raise SystemExit("brotli read it")
    except brotli.error as error:
        print("brotli package:", error)
PYTHON_END
echo "SEEN AGAIN: fastwarc_brotli_finish_leaves_open"
