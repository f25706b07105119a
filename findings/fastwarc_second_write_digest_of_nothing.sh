#!/usr/bin/env bash
# FastWARC 2.0.1: a record written a second time with checksum_data=True gets the SHA-1 of nothing as its block digest.
#
# Surprise:  the second copy holds the right content and a digest that does not fit it: 3I42H3S6..., the SHA-1 of the empty
#            string. freeze(), which is there to make a record readable again, keeps the content and not the digest. After
#            reader.read(2) it is the digest of what was left to read. write() and then write(checksum_data=True) as well.
# Expected:  write(checksum_data=True): "Calculate and add block and payload digests" of the record that is written;
#            WARC/1.1 section 5.8: WARC-Block-Digest is "applied to the full block of the record".
# Seen:      no error; verify_block_digest() of FastWARC itself says False for each record so written, and for an HTTP
#            response the payload digest is that of nothing, and the block digest that of the HTTP header alone.
# Package:   fastwarc 2.0.1.
# Why it matters: a crawl written to two files (a copy, a small sample, one WARC a site) has one good and one "corrupt"
#            archive; and by digest all such records are the same page, so deduplication keeps one.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'fastwarc==2.0.1'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import base64
import hashlib
import io
import re
from importlib.metadata import version
from fastwarc import ArchiveIterator, WarcRecord, WarcRecordType
print("fastwarc", version("fastwarc"))
def sha1(data):
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()
def write(record, checksum=True):
    out = io.BytesIO()
    record.write(out, checksum_data=checksum)
    digests = [d.decode() for d in re.findall(rb"Digest: (\S+)\r", out.getvalue())]
    return digests, out.getvalue().split(b"\r\n\r\n", 1)[1][:-4], next(iter(ArchiveIterator(io.BytesIO(out.getvalue()), parse_http=False))).verify_block_digest()
def show(what, got, want):
    print(f"{what:32} digest {got[0]} content {got[1]} verify {got[2]}")
    assert got == want, (what, got, want)
def page(frozen):
    record = WarcRecord()
    record.init_headers(WarcRecordType.resource)
    record.set_bytes_content(b"hello")
    if frozen:
        record.freeze()
    return record
good, bad = ([sha1(b"hello")], b"hello", True), ([sha1(b"")], b"hello", False)
for frozen in (False, True):
    record = page(frozen)
    show(f"frozen {frozen}, first write", write(record), good)
    show(f"frozen {frozen}, second write", write(record), bad)
record = page(True)
write(record, checksum=False)
show("frozen, after a plain write()", write(record), bad)
record = page(True)
record.reader.read(2)
show("frozen, after reader.read(2)", write(record), ([sha1(b"llo")], b"hello", False))
record = page(True)
record.verify_block_digest()
show("right: after verify_block_digest()", write(record), good)
http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nhello"
record = WarcRecord()
record.init_headers(WarcRecordType.response)
record.is_http = True
record.set_bytes_content(http)
record.parse_http()
first, second = write(record), write(record)
print("HTTP response, payload and block:", first[0], "then", second[0])
assert first == ([sha1(b"hello"), sha1(http)], http, True), first
assert second == ([sha1(b""), sha1(http[:-5])], http, False), second
PYTHON_END
echo "SEEN AGAIN: fastwarc_second_write_digest_of_nothing"
