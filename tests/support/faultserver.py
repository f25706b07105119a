"""A server that misbehaves on request: every path is one fault, written to the socket byte by byte.

`python -m tests.support.faultserver` starts it by hand and lists the paths. A fault is a function of a Talk,
registered under its own name: `def gzip_cut(talk)` is what `/gzip-cut` does. Values in the query are the talk's:
`/redirect?to=/x`.
The connection is closed behind a fault unless it has sent `talk.answer(…)`, which is well-formed.
"""

import contextlib
import gzip
import itertools
import socket
import struct
import threading
import time
import zlib
from urllib.parse import parse_qs, urlsplit

HTML = b"<!doctype html><html><head><title>board</title></head><body><dl><dd>film</dd></dl></body></html>"
TLS_HELLO = b"\x16"
"""The first byte of a handshake."""
FAULTS = {}
"""path → function of a Talk."""


def fault(function):
    """Register what a path does."""
    FAULTS["/" + function.__name__.strip("_").replace("_", "-")] = function
    return function


class FaultServer:
    """Listens on several loopback hosts, one port each, so that their origins differ; a thread a connection.

    With an `ssl.SSLContext` it speaks TLS, and plain HTTP on the same ports to those who begin so.
    """

    def __init__(self, hosts=("127.0.0.1",), tls=None):
        self.log = []
        """(method, target, head as bytes, number of the connection) of every request."""
        self.bodies = []
        """The body of every request, as `log` lists them."""
        self.open = self.most_open = 0
        """Connections that are open now, and the most that were open at one time."""
        self.stopped = threading.Event()
        self.lock = threading.Lock()
        self._talks, self._threads, self._numbers = set(), [], itertools.count()
        families = [socket.AF_INET6 if ":" in host else socket.AF_INET for host in hosts]
        self._listeners = [
            socket.create_server((host, 0), family=family, backlog=128)
            for host, family in zip(hosts, families, strict=True)
        ]
        names = [f"[{host}]" if ":" in host else host for host in hosts]
        scheme, self._tls = "https" if tls else "http", tls
        self.origins = [f"{scheme}://{n}:{s.getsockname()[1]}" for n, s in zip(names, self._listeners, strict=True)]
        for listener in self._listeners:
            self._start(self._accept, listener)

    def url(self, path, host=0):
        """Return the URL of a path at one of the hosts."""
        return self.origins[host] + path

    def asked(self):
        """Return (method, target) of the requests so far, in order."""
        return [entry[:2] for entry in self.log]

    def close(self):
        """End everything, and wait for the threads."""
        self.stopped.set()
        for listener in self._listeners:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        with self.lock:
            for talk in self._talks:
                with contextlib.suppress(OSError):
                    talk.socket.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _start(self, function, argument):
        thread = threading.Thread(target=function, args=(argument,), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener):
        while not self.stopped.is_set():
            try:
                client, _ = listener.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._start(self._serve, Talk(self, client, next(self._numbers)))

    def _serve(self, talk):
        with self.lock:
            self._talks.add(talk)
            self.open += 1
            self.most_open = max(self.most_open, self.open)
        try:
            if self._tls and talk.socket.recv(1, socket.MSG_PEEK) == TLS_HELLO:
                talk.socket = self._tls.wrap_socket(talk.socket, server_side=True)
            while talk.read_request():
                talk.is_kept = False
                FAULTS.get(talk.path, not_here)(talk)
                if not talk.is_kept:
                    break
        except OSError:
            pass  # the client has gone away
        finally:
            talk.socket.close()
        with self.lock:
            self._talks.discard(talk)
            self.open -= 1


class Talk:
    """One connection, and the request that is being answered."""

    def __init__(self, server, client, number):
        self.server, self.socket, self.number = server, client, number
        self.is_kept = False
        self.served = 0
        """Requests on this connection before this one."""
        self._buffer = b""

    def read_request(self):
        """Return whether there is another request, its parts in the attributes."""
        self.served += self.is_kept
        head = self._read_to(b"\r\n\r\n")
        if head is None:
            return False
        self.head = head
        line, _, rest = head.decode("latin-1").partition("\r\n")
        self.method, self.target, _ = line.split(" ", 2)
        parts = urlsplit(self.target)
        self.path = "CONNECT" if self.method == "CONNECT" else parts.path
        self.values = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        self.headers = {k.lower(): v.strip() for k, _, v in (x.partition(":") for x in rest.split("\r\n") if x)}
        self.body = self._read(int(self.headers.get("content-length", 0)))
        with self.server.lock:
            self.server.log.append((self.method, self.target, head, self.number))
            self.server.bodies.append(self.body)
        return True

    def send(self, *pieces):
        """Send bytes as they are."""
        self.socket.sendall(b"".join(pieces))

    def answer(self, body=HTML, status="200 OK", *lines):
        """Send a well-formed answer and keep the connection; lines are more header lines."""
        lengths = [b"Content-Length: %d" % len(body)] if not status.startswith(("204", "304")) else []
        self.send(head(status, *lengths, *lines), b"" if self.method == "HEAD" or not lengths else body)
        self.is_kept = True

    def hang(self):
        """Send nothing more until the client gives up."""
        while not self.server.stopped.is_set() and self.socket.recv(1 << 16):
            pass

    def forever(self, piece, pause_s=0.0):
        """Send a piece again and again until the client gives up."""
        while not self.server.stopped.wait(pause_s):
            self.send(piece)

    def reset(self):
        """Close with RST instead of FIN."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def _read_to(self, end):
        while end not in self._buffer:
            piece = self.socket.recv(1 << 16)
            if not piece:
                return None
            self._buffer += piece
        found, _, self._buffer = self._buffer.partition(end)
        return found

    def _read(self, size):
        while len(self._buffer) < size:
            piece = self.socket.recv(1 << 16)
            if not piece:
                raise ConnectionError("the request ends in its body")
            self._buffer += piece
        found, self._buffer = self._buffer[:size], self._buffer[size:]
        return found


def head(status="200 OK", *lines):
    """Return the head of an answer."""
    given = [line.encode() if isinstance(line, str) else line for line in lines]
    if not any(line.lower().startswith(b"content-type") for line in given):
        given.insert(0, b"Content-Type: text/html; charset=utf-8")
    return b"\r\n".join([b"HTTP/1.1 " + status.encode(), *given, b"", b""])


def chunk(data):
    return b"%x\r\n%b\r\n" % (len(data), data)


def bare_deflate(data):
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def free_port():
    """Return a port of 127.0.0.1 at which nobody listens now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


HELD = socket.socket()
"""It is bound and does not listen: nobody else can, for as long as this process lives."""
HELD.bind(("127.0.0.1", 0))


def closed_port():
    """Return a port of 127.0.0.1 that refuses, whatever servers others start meanwhile."""
    return HELD.getsockname()[1]


CHUNKED = "Transfer-Encoding: chunked"
GZIP, DEFLATE = "Content-Encoding: gzip", "Content-Encoding: deflate"


# --------------------------------------------------------------------------- good answers


@fault
def page(talk):
    size = int(talk.values.get("size", len(HTML)))
    talk.answer((HTML * (size // len(HTML) + 1))[:size])


@fault
def slow(talk):
    time.sleep(float(talk.values.get("s", 0.02)))
    talk.answer()


@fault
def echo(talk):
    talk.answer(talk.head + b"\r\n\r\n" + talk.body)


@fault
def status(talk):
    talk.answer(HTML, talk.values["code"] + " Said So")


def not_here(talk):
    talk.answer(b"not here", "404 Not Found")


# --------------------------------------------------------------------------- connections that end or hang


@fault
def reset(talk):
    talk.reset()


@fault
def reset_in_body(talk):
    talk.send(head("200 OK", "Content-Length: 1000"), b"x" * 10)
    time.sleep(0.05)  # or the reset overtakes the bytes
    talk.reset()


@fault
def close_before_head(talk):
    """Close without a word."""


@fault
def close_in_head(talk):
    talk.send(head()[:-6])


@fault
def close_in_body(talk):
    talk.send(head("200 OK", "Content-Length: 1000"), HTML)


@fault
def hang(talk):
    talk.hang()


@fault
def hang_after_head(talk):
    talk.send(head("200 OK", "Content-Length: 1000"))
    talk.hang()


@fault
def drip(talk):
    """One byte each 50 ms; with `close` on a connection that ends with the body."""
    framing = "Connection: close" if "close" in talk.values else "Content-Length: 1000000"
    talk.send(head("200 OK", framing))
    talk.forever(b"x", 0.05)


@fault
def drip_head(talk):
    talk.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    talk.forever(b"x", 0.05)


@fault
def drip_interim(talk):
    talk.forever(b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.01)


@fault
def stale(talk):
    """Answer the first request of a connection; close it, unanswered, at the second."""
    if not talk.served:
        talk.answer()


@fault
def stale_reset(talk):
    if not talk.served:
        talk.answer()
    else:
        talk.reset()


# --------------------------------------------------------------------------- lengths and chunks


@fault
def no_length(talk):
    talk.send(head("200 OK", "Connection: close"), HTML)


@fault
def length(talk):
    """Whatever Content-Length lines one likes: `/length?a=5&b=6`."""
    talk.send(head("200 OK", *(f"Content-Length: {value}" for value in talk.values.values())), HTML)


@fault
def length_and_chunked(talk):
    talk.send(head("200 OK", "Content-Length: 3", CHUNKED), chunk(HTML), b"0\r\n\r\n")
    talk.is_kept = True


@fault
def chunked(talk):
    talk.send(head("200 OK", CHUNKED), b"5 ; name=value\r\nfirst\r\n", chunk(HTML), b"0\r\nX-Trailer: 1\r\n\r\n")
    talk.is_kept = True


@fault
def evil_trailers(talk):
    """Behind the last chunk, lines that look like another head, and many of them."""
    lines = b"HTTP/1.1 500 No: 1\r\nContent-Encoding: br\r\n" + b"X-More: 1\r\n" * 97 + b"\r\n"
    talk.send(head("200 OK", CHUNKED), chunk(HTML), b"0\r\n", lines)
    talk.is_kept = True


@fault
def chunked_nothing(talk):
    """A status that has no body, whatever the head says."""
    talk.send(head("304 Not Modified", CHUNKED))
    talk.is_kept = True


@fault
def chunked_size(talk):
    """A chunk whose size is `is`."""
    talk.send(head("200 OK", CHUNKED), talk.values["is"].encode(), b"\r\n", HTML, b"\r\n0\r\n\r\n")


@fault
def chunked_negative(talk):
    """A chunk of -1 bytes, which some take for all that will ever come."""
    talk.send(head("200 OK", CHUNKED), b"-1\r\n")
    talk.forever(b"x" * (1 << 16))


@fault
def chunked_cut(talk):
    """Chunks without the last one."""
    talk.send(head("200 OK", CHUNKED), chunk(HTML))


@fault
def chunked_cut_in_chunk(talk):
    talk.send(head("200 OK", CHUNKED), chunk(HTML)[:-20])


@fault
def transfer_encoding(talk):
    """A transfer coding of one's choice: `/transfer-encoding?is=gzip,chunked`."""
    coding = talk.values["is"].encode("latin-1")
    talk.send(head("200 OK", b"Transfer-Encoding: " + coding), chunk(HTML), b"0\r\n\r\n")


@fault
def endless(talk):
    talk.send(head("200 OK", "Connection: close"))
    talk.forever(b"x" * (1 << 16))


@fault
def endless_chunked(talk):
    talk.send(head("200 OK", CHUNKED))
    talk.forever(chunk(b"x" * (1 << 16)))


# --------------------------------------------------------------------------- content encodings


def encoded(name, make, *lines):
    """Register a path whose body is made of HTML, with its right Content-Length."""

    def send(talk):
        talk.answer(make(HTML), "200 OK", *lines)

    FAULTS[name] = send


encoded("/gzip", gzip.compress, GZIP)
encoded("/gzip-cut", lambda html: gzip.compress(html)[:-12], GZIP)
encoded("/gzip-no-trailer", lambda html: gzip.compress(html)[:-8], GZIP)
encoded("/gzip-wrong-crc", lambda html: gzip.compress(html)[:-8] + b"\0" * 8, GZIP)
encoded("/gzip-empty", lambda html: b"", GZIP)
encoded("/gzip-is-plain", lambda html: html, GZIP)
encoded("/gzip-members", lambda html: gzip.compress(html[:40]) + gzip.compress(html[40:]), GZIP)
encoded("/gzip-second-cut", lambda html: gzip.compress(html) + gzip.compress(html)[:-9], GZIP)
encoded("/gzip-garbage-behind", lambda html: gzip.compress(html) + b"\0\0garbage", GZIP)
encoded("/gzip-crowd", lambda html: gzip.compress(b"") * 50_000, GZIP)
encoded("/gzip-twice", lambda html: gzip.compress(gzip.compress(html)), "Content-Encoding: gzip, gzip")
encoded("/x-gzip", gzip.compress, "Content-Encoding: X-GZip")
encoded("/deflate", zlib.compress, DEFLATE)
encoded("/deflate-cut", lambda html: zlib.compress(html)[:-6], DEFLATE)
encoded("/deflate-bare", bare_deflate, DEFLATE)
encoded("/deflate-bare-cut", lambda html: bare_deflate(html)[:-3], DEFLATE)
encoded("/brotli", lambda html: b"\x8b\x02\x80hi\x03", "Content-Encoding: br")
encoded("/zstd", lambda html: b"\x28\xb5\x2f\xfd\x20\x02\x11\x00\x00hi", "Content-Encoding: zstd")
encoded("/identity", lambda html: html, "Content-Encoding: identity")


@fault
def bomb(talk):
    """1 GB of zeros in some 1 MB: `/bomb?in=gzip&status=302`."""
    form = talk.values.get("in", "gzip")
    packer = zlib.compressobj(9, wbits={"gzip": 31, "deflate": 15}[form])
    start = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    megabyte = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)  # refers to nothing before it
    lines = f"Content-Encoding: {form}", "Location: /page", "Connection: close"
    talk.send(head(talk.values.get("status", "200") + " Boom", *lines), start)
    for _ in range(1024):
        talk.send(megabyte)


PACKED = {
    "plain": (lambda html: html, ()),
    "gzip": (gzip.compress, (GZIP,)),
    "deflate": (zlib.compress, (DEFLATE,)),
    "deflate-bare": (bare_deflate, (DEFLATE,)),
}


@fault
def cut(talk):
    """A page by `framing` (length, chunked, close) and `packing` that ends too early, `at` a place of one's choice.

    `inside`: the packed bytes are not whole, and the framing says that this is all. `head`, `middle`, `end`: the
    connection ends in the head, in the body behind the film, right before the end. `nowhere`: it does not.
    """
    asked = {"framing": "length", "packing": "plain", "at": "end"} | talk.values
    pack, lines = PACKED[asked["packing"]]
    data, at = pack(HTML), asked["at"]
    seven_eighths = len(data) * 7 // 8
    data = data[:seven_eighths] if at == "inside" else data
    framing = {"length": f"Content-Length: {len(data)}", "chunked": CHUNKED, "close": "Connection: close"}
    parts = [data[:seven_eighths], data[seven_eighths:-1], data[-1:]]
    if asked["framing"] == "chunked":
        parts = [chunk(parts[0]), chunk(parts[1] + parts[2]), b"0\r\n\r\n"]
    whole = [head("200 OK", framing[asked["framing"]], *lines), *parts]
    left = {"head": whole[0][:40], "middle": b"".join(whole[:2]), "end": b"".join(whole[:3])}
    talk.send(left.get(at, b"".join(whole)))


# --------------------------------------------------------------------------- heads


def raw(name, data):
    """Register a path that sends these bytes and closes."""
    FAULTS[name] = lambda talk: talk.send(data)


raw("/bad-status", b"HTTP/1.1 two hundred\r\n\r\n")
raw("/long-status", b"HTTP/1.1 200 " + b"x" * (1 << 20) + b"\r\n\r\n")
raw("/http09", HTML)
raw("/many-headers", head("200 OK", *(f"X-{n}: {n}" for n in range(10_000))))
raw("/long-header", head("200 OK", "X-Long: " + "x" * (1 << 20)))
raw("/no-headers", b"HTTP/1.0 200 OK\r\n\r\n" + HTML)
raw("/http10", b"HTTP/1.0 200 OK\nContent-Length: %d\n\n" % len(HTML) + HTML)
raw("/interim", b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + head() + HTML)
raw("/switching", b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n\x00\x01\x02")


@fault
def raw_head(talk):
    """A page behind lines of one's choice, in place of all header lines: `/raw-head?is=...`, joined by `|`."""
    lines = talk.values["is"].replace("LENGTH", str(len(HTML))).encode("latin-1").split(b"|")
    talk.send(b"\r\n".join([*lines, b"", b""]), HTML)
    if "kept" in talk.values:
        talk.hang()


@fault
def raw_bytes(talk):
    """Whatever one says, `|` for the end of a line: `/raw-bytes?is=...`."""
    talk.send(talk.values["is"].encode("latin-1").replace(b"|", b"\r\n"))


@fault
def large_head(talk):
    """So many lines of such a length: `/large-head?lines=200&size=100`."""
    size, lines = int(talk.values.get("size", 10)), int(talk.values.get("lines", 10))
    talk.answer(HTML, "200 OK", *[f"X-{n}: ".ljust(size - 2, "x") for n in range(lines)])


@fault
def headless(talk):
    """The head of an answer that has no length, on a connection that stays open."""
    talk.send(head(talk.values.get("status", "302") + " Said So", "Location: /page"))
    talk.hang()


@fault
def afterthought(talk):
    """A page, and behind it what is no answer to anything; the next request meets it if it comes at once."""
    if talk.served and "late" in talk.values:
        talk.send(b"\r\n\r\n" if "blank" in talk.values else b"\0rubbish\r\n\r\n")
    talk.answer()
    if "late" not in talk.values:
        time.sleep(0.01)
        talk.send(b"\r\n")


@fault
def odd_headers(talk):
    """Lines that are not as they should be, before those that count."""
    lines = ["no colon here", "X-Space : 1", "X-Folded: one", "\t two", "X-Empty:", ": no name", b"X-Latin: caf\xe9"]
    talk.answer(HTML, "200 OK", *lines, "Set-Cookie: a=1, 2", "X-Last: 1", "Set-Cookie: b=2")


@fault
def unusual_headers(talk):
    """Lines that are legal, or were once."""
    lines = ["X-Space : 1", "X-Folded: one", "\t two", "X-Empty:", b"X-Latin: caf\xe9"]
    talk.answer(HTML, "200 OK", *lines, "Set-Cookie: a=1, 2", "X-Last: 1", "Set-Cookie: b=2")


@fault
def endless_headers(talk):
    """Header lines without end: `/endless-headers?line=+folded`."""
    talk.send(b"HTTP/1.1 200 OK\r\nX-First: 1\r\n")
    talk.forever(talk.values["line"].encode() + b"\r\n")


@fault
def interim_kept(talk):
    talk.send(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
    talk.answer(talk.target.encode())


@fault
def wrong_charset(talk):
    talk.answer("<p>榜单</p>".encode("gbk"), "200 OK", "Content-Type: text/html; charset=utf-8")


# --------------------------------------------------------------------------- redirects, cookies, waits, walls


@fault
def redirect(talk):
    """`/redirect?status=307&to=/page`; `to` is sent as it is, in UTF-8."""
    talk.answer(b"", talk.values.get("status", "302") + " Over There", "Location: " + talk.values["to"])


@fault
def redirect_nowhere(talk):
    talk.answer(b"", "302 Found")


PROMISES = {
    "length": (["Content-Length: 5"], b""),
    "a-part-of-the-length": (["Content-Length: 50"], b"moved"),
    "chunks": (["Transfer-Encoding: chunked"], b"5\r\nmoved\r\n"),
    "broken-chunks": (["Transfer-Encoding: chunked"], b"zz\r\n"),
    "gzip": (["Content-Encoding: gzip", "Content-Length: 5"], b"moved"),
    "half-of-gzip": (["Content-Encoding: gzip", "Content-Length: 20"], gzip.compress(HTML)[:20]),
    "br": (["Content-Encoding: br", "Content-Length: 5"], b"moved"),
    "nothing": ([], b""),
}
"""Header lines of a redirect, and what comes of the body that they promise."""


@fault
def redirect_promising(talk):
    """`/redirect-promising?what=length&then=hang`: a redirect whose body does not come as it should."""
    what = talk.values.get("what", "length")
    lines, body = PROMISES[what]
    talk.send(head("302 Found", "Location: /page", "Connection: close", *lines), body)
    if talk.values.get("then") == "drip":
        talk.forever(b"x" if "chunks" not in what else b"1\r\nx\r\n", 0.2)
    elif talk.values.get("then") == "hang":
        talk.hang()


@fault
def latin_location(talk):
    talk.answer(b"", "302 Found", b"Location: /caf\xe9")


@fault
def loop(talk):
    talk.answer(b"", "302 Found", "Location: /loop")


@fault
def hops(talk):
    """`/hops?left=30`: so many redirects before the page."""
    left = int(talk.values["left"])
    talk.answer(HTML) if left == 0 else talk.answer(b"", "302 Found", f"Location: /hops?left={left - 1}")


@fault
def cookie_wall(talk):
    if "wall=passed" in talk.headers.get("cookie", ""):
        talk.answer()
    else:
        talk.answer(b"", "302 Found", "Location: /cookie-wall-set")


@fault
def cookie_wall_set(talk):
    talk.answer(b"", "302 Found", "Location: /cookie-wall", "Set-Cookie: wall=passed; Path=/")


@fault
def retry_after(talk):
    """`/retry-after?value=120&status=503`, in whatever form."""
    talk.answer(b"", talk.values.get("status", "429") + " Wait", "Retry-After: " + talk.values["value"])


@fault
def captcha(talk):
    talk.answer("<html><title>验证中心</title><body>请完成验证</body></html>".encode())


@fault
def empty(talk):
    talk.answer(b"")


@fault
def json_error(talk):
    talk.answer('{"error": "请求过于频繁"}'.encode(), "200 OK", "Content-Type: application/json")


def main():
    with FaultServer(("127.0.0.1", "127.0.0.2", "127.0.0.3")) as server:
        print("\n".join(server.url(path) for path in sorted(FAULTS)))
        print("also at", *server.origins[1:], "- end with Ctrl-C", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
