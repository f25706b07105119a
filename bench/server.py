"""Serve the corpus on loopback by nginx, at several latencies: one port each."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.corpus import write_corpus

LATENCIES_MS = (0, 50, 200)
PATIENCE_S = 10.0

MAIN = """
load_module /usr/lib/nginx/modules/ngx_http_echo_module.so;
daemon off; worker_processes 1; pid {home}/nginx.pid;
events {{ worker_connections 8192; multi_accept on; }}
http {{
    types {{ text/html html; }} charset utf-8; access_log off; etag off;
    sendfile on; tcp_nopush on; keepalive_requests 1000000; open_file_cache max=1000 inactive=600s;
    client_body_temp_path {home}/body; proxy_temp_path {home}/proxy; fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi; scgi_temp_path {home}/scgi;
{servers}
}}
"""
AT_ONCE = r"""
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location ~ "^/u/\d+/(\d+\.html)$" {{ alias {corpus}/$1; }}
    }}"""
LATER = r"""
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location ~ "^/u/\d+/(\d+\.html)$" {{ echo_sleep {seconds}; echo_exec /held/$1; }}
        location /held/ {{ internal; alias {corpus}/; }}
    }}"""


@contextlib.contextmanager
def serve(home: Path) -> Iterator[Mapping[int, int]]:
    """Serve the corpus, made if need be, as long as the `with` block lasts; gives latency in ms → port."""
    corpus = home / "corpus"
    write_corpus(corpus)
    home.chmod(0o755)  # nginx reads as another user when root starts it
    ports = dict(zip(LATENCIES_MS, free_ports(len(LATENCIES_MS)), strict=True))
    servers = [
        (LATER if latency else AT_ONCE).format(port=port, corpus=corpus, seconds=latency / 1000)
        for latency, port in ports.items()
    ]
    config = home / "nginx.conf"
    config.write_text(MAIN.format(home=home, servers="".join(servers)), encoding="utf-8")
    nginx = subprocess.Popen(["nginx", "-e", home / "nginx-error.log", "-c", config])
    try:
        for port in ports.values():
            await_port(port, nginx)
        yield ports
    finally:
        nginx.terminate()
        nginx.wait()


def free_ports(count: int) -> list[int]:
    """Return ports of loopback that nobody listens on."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def await_port(port: int, server: subprocess.Popen[bytes]) -> None:
    """Return when the server answers; RuntimeError if it has ended or takes too long."""
    deadline = time.monotonic() + PATIENCE_S
    while server.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise RuntimeError("nginx does not answer; see nginx-error.log in the bench folder")


def version() -> str:
    """Return what nginx says of itself."""
    return subprocess.run(["nginx", "-v"], capture_output=True, text=True, check=True).stderr.strip().split()[-1]
