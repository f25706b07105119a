"""What a request carries, and that no secret leaves its origin."""

import base64

import pytest

from scraper.crawl.credentials import Credentials
from scraper.job import Job, Kind, Login, Output, RequestSpec, Settings
from scraper.job.templates import Template
from scraper.models import Page, Request


def credentials(login=None, kind_headers=(), **settings):
    spec = RequestSpec(headers=tuple((name, Template(value)) for name, value in kind_headers))
    kind = Kind("list", (), start_urls=(Template("https://a.example/{q}"),), request=spec)
    return Credentials(
        Job("job", None, {"list": kind}, Output(Template("x")), settings=Settings(**settings), login=login)
    )


SECRETS = {"headers": (("X-Api-Key", "hush"),), "cookies": (("sid", "hush"),), "auth": ("me", "hush")}


def sent(creds, url="https://a.example/1", **options):
    return dict(creds.dress(Request(url, kind="list", **options)).headers)


def test_headers_cookies_and_auth_go_to_the_origins_of_the_config():
    headers = sent(credentials(**SECRETS))
    assert headers == {
        "X-Api-Key": "hush",
        "Cookie": "sid=hush",
        "Authorization": "Basic " + base64.b64encode(b"me:hush").decode(),
    }


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/",
        "https://a.example:8443/",
        "https://sub.a.example/",
        "https://b.example/",
        "https://example/",
    ],
)
def test_no_secret_goes_to_another_scheme_host_or_port(url):
    creds = credentials(kind_headers=[("X-Kind", "hush")], **SECRETS)
    assert sent(creds, url) == {}
    assert sent(creds, url, hops=("https://a.example/1",)) == {}


def test_a_cookie_that_the_site_sets_anew_goes_before_the_configs():
    creds = credentials(cookies=(("sid", "old"), ("lang", "zh")))
    creds.take(Page("https://a.example/", 200, (("Set-Cookie", "sid=new"),), b"", 0.0))
    assert sent(creds)["Cookie"] == "lang=zh; sid=new"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("sid=1", "sid=1; lang=zh"),
        ("lang=de", "lang=de"),
        ("sid=1; lang=de; ", "sid=1; lang=de;"),
        (" a=b ; c", "a=b ; c; lang=zh"),
    ],
)
def test_a_cookie_header_of_the_config_stays_beside_the_sites_cookies(header, expected):
    creds = credentials(headers=(("cookie", header),))
    assert sent(creds)["Cookie"] == header.strip()
    creds.take(Page("https://a.example/", 200, (("Set-Cookie", "lang=zh"),), b"", 0.0))
    assert sent(creds)["Cookie"] == expected


def test_robots_txt_is_fetched_without_secrets():
    assert sent(credentials(**SECRETS), "https://a.example/robots.txt", is_anonymous=True) == {}


def test_headers_of_a_kind_are_filled_with_its_params_and_left_out_if_null():
    creds = credentials(kind_headers=[("X-Q", "{q}"), ("X-R", "{r}")])
    assert sent(creds, params={"q": "茶".encode().hex(), "r": None}) == {"X-Q": "e88cb6"}


def test_cookies_that_a_site_sets_come_back_to_it_alone():
    creds = credentials()
    creds.take(Page("https://a.example/", 200, (("Set-Cookie", "a=1; Path=/"), ("set-cookie", "b=2")), b"", 0.0))
    assert sent(creds)["Cookie"] == "a=1; b=2"
    assert "Cookie" not in sent(creds, "https://b.example/")


def test_the_origin_of_the_login_gets_them_too():
    creds = credentials(login=Login("https://login.example/in", ()), **SECRETS)
    assert sent(creds, "https://login.example/in")["X-Api-Key"] == "hush"


def test_proxies_take_turns_by_scheme():
    creds = credentials(proxies=(("https", ("http://p1", "http://p2")),))
    urls = ["https://a.example/1", "https://a.example/2", "https://a.example/3", "http://a.example/4"]
    assert [creds.dress(Request(url, kind="list")).proxy for url in urls] == [
        "http://p1",
        "http://p2",
        "http://p1",
        None,
    ]
