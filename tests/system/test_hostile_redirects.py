"""Redirects through the whole engine: no secret of the config leaves its origin, whichever part of that changes."""

import ssl

import pytest
import trustme

import scraper as package
from tests.conftest import give_addresses
from tests.support.faultserver import FaultServer

HOST = "shop.example.com"
SECRETS = {
    "Authorization": b"aHVzaDpodXNo",  # hush:hush
    "Cookie": b"sid=hush-cookie",
    "Proxy-Authorization": b"hush-proxy",
    "X-Api-Key": b"hush-key",
    "X-Kind": b"hush-kind",
    "Referer": b"hush-referer",
    "body": b"hush-password",
}
PLACES = {
    "scheme": "https://shop.example.com:{0}",
    "host": "http://other.example.com:{0}",
    "port": "http://shop.example.com:{1}",
    "sub-domain": "http://www.shop.example.com:{0}",
    "parent domain": "http://example.com:{0}",
    "address": "http://127.0.0.1:{0}",
}
"""What of the origin changes, by the two ports of the server."""
CONFIG = """
name: {name}
login: {{url: "{start}/redirect?status={status}&to={to}/page%3Flogin", form: {{user: me, password: hush-password}}}}
pages:
  list:
    start_urls: ["{start}/redirect?status={status}&to={to}/page%3Fstart"]
    request: {{headers: {{X-Kind: hush-kind}}}}
    records: {{fields: {{t: title}}}}
settings:
  headers: {{X-Api-Key: hush-key, Proxy-Authorization: hush-proxy, Referer: "http://hush-referer.example/"}}
  cookies: {{sid: hush-cookie}}
  auth: {{user: hush, password: hush}}
  allowed_domains: [example.com, shop.example.com, www.shop.example.com, other.example.com, 127.0.0.1]
"""


@pytest.fixture(scope="module")
def redirect(tmp_path_factory):
    """A function that returns what a run sent to its own origin and to where that redirects: heads and bodies."""
    folder, authority, done = tmp_path_factory.mktemp("redirects"), trustme.CA(), {}
    authority.cert_pem.write_to_path(folder / "ca.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(HOST).configure_cert(context)

    def run(server, library, place, status):
        ports = [origin.rpartition(":")[2] for origin in server.origins]
        start, to = f"http://{HOST}:{ports[0]}", PLACES[place].format(*ports)
        path, seen = folder / "redirects.yaml", len(server.log)
        name = f"{library}-{place}-{status}".replace(" ", "-")
        path.write_text(CONFIG.format(name=name, start=start, to=to, status=status), encoding="utf-8")
        settings = {"fetcher": library, "pool.engine": "threads", "retry_times": "0", "robotstxt_obey": "false"}
        report = package.run(package.load_config(path, settings | {"contact": "t@example.com"}))
        assert report.accounts.fetched == 1, report.failures
        sent = [head + b"\r\n\r\n" + body for (*_, head, _), body in zip(server.log, server.bodies, strict=True)][seen:]
        return [[one for one in sent if (b" /redirect" in one) is is_own] for is_own in (True, False)]

    with FaultServer(("127.0.0.1", "127.0.0.1"), context) as server, pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        names = [HOST, "other.example.com", "www.shop.example.com", "example.com"]
        ports = [int(origin.rpartition(":")[2]) for origin in server.origins]
        give_addresses(patch, {name: ["127.0.0.1"] for name in names}, ports)
        patch.setattr("scraper.fetch.fetcher.certifi.where", lambda: str(folder / "ca.pem"))

        def once(*key):
            if key not in done:
                done[key] = run(server, *key)
            return done[key]

        yield once


@pytest.mark.live
@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("status", [302, 307])
@pytest.mark.parametrize("library", ["requests", "curl"])
def test_a_secret_stays_on_its_origin(redirect, library, status, place, secret):
    own, others = redirect(library, place, status)
    assert any(SECRETS[secret] in one for one in own), "it was sent where it belongs"
    assert len(others) == 3, "the page of the login, its form and the start page went elsewhere"
    assert not [one for one in others if SECRETS[secret] in one or b"hush" in one]
