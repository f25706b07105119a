"""Archives as other programs write them, made by hand: each record byte for byte."""

import gzip
import io
import zipfile


def http(body=b"", *lines, status="200 OK", end="\r\n"):
    """Return an HTTP response as a block."""
    head = [f"HTTP/1.1 {status}", *(lines or ("Content-Type: text/html",)), "", ""]
    return end.join(head).encode("latin-1") + body


def asked(url, method="GET", body=b""):
    """Return an HTTP request as a block."""
    return f"{method} {url} HTTP/1.1\r\nHost: site.example\r\n\r\n".encode() + body


def record(block, url="http://site.example/", kind="response", *, version="1.0", **fields):
    """Return a WARC record; fields as `refers_to="<urn:x>"`, a None leaves one out."""
    said = {
        "WARC-Type": kind,
        "WARC-Target-URI": url,
        "WARC-Date": "2026-01-01T00:00:00Z",
        "Content-Type": f"application/http; msgtype={'request' if kind == 'request' else 'response'}",
        "Content-Length": str(len(block)),
    }
    for name, value in fields.items():
        name = name.replace("_", "-").title()
        said[name if name.startswith("Content") else f"WARC-{name}"] = value
    lines = [f"WARC/{version}", *(f"{name}: {value}" for name, value in said.items() if value is not None), "", ""]
    return "\r\n".join(lines).encode() + block + b"\r\n\r\n"


def chunked(body, *sizes):
    """Return a body in chunks of these sizes, the last of which is what is left."""
    out, at = b"", 0
    for size in (*sizes, len(body)):
        piece = body[at : at + size]
        at += len(piece)
        out += b"%x\r\n%s\r\n" % (len(piece), piece) if piece else b""
    return out + b"0\r\n\r\n"


def write_warc(path, *records, is_packed=None):
    """Write records to a WARC, each compressed by itself where the name ends in .gz."""
    is_packed = path.name.endswith(".gz") if is_packed is None else is_packed
    path.write_bytes(b"".join(gzip.compress(each) if is_packed else each for each in records))
    return path


def write_zip(path, members, *, compression=zipfile.ZIP_STORED):
    """Write the members, bytes by their names, to a ZIP."""
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


def encoded(coding, data):
    """Return data in a Content-Encoding."""
    if coding == "gzip":
        return gzip.compress(data)
    from fastwarc import stream_io

    out = io.BytesIO()
    writer = {"br": stream_io.BrotliWriter, "zstd": stream_io.ZstdWriter}[coding](out)
    writer.write(data)
    writer.close()  # `finish` of FastWARC 2.0.1 leaves out the end of brotli
    return out.getvalue()


def entry(url="http://site.example/", *, text=None, status=200, headers=(), mime="text/html", method="GET", **more):
    """Return a HAR's entry; `more` is added to its content, `post` is the request's postData."""
    post, at = more.pop("post", None), more.pop("at", "2026-01-01T00:00:00.000Z")
    content = {"size": -1, "mimeType": mime, **more}
    if text is not None:
        content["text"] = text
    pairs = [{"name": name, "value": value} for name, value in headers]
    request = {"method": method, "url": url, "headers": [], "httpVersion": "HTTP/1.1"}
    if post is not None:
        request["postData"] = post
    response = {"status": status, "statusText": "", "headers": pairs, "content": content, "redirectURL": ""}
    return {"startedDateTime": at, "time": 1, "request": request, "response": response, "cache": {}}


def har(*entries):
    """Return a HAR of these entries."""
    return {"log": {"version": "1.2", "creator": {"name": "by hand", "version": "1"}, "entries": list(entries)}}
