"""No page leads to what only this machine can reach: judged is the address that a connection is made to."""

import doctest

import pytest

import scraper as package
from scraper.errors import Reason
from scraper.fetch import addresses
from scraper.models import Request
from tests.conftest import board
from tests.support.faultserver import HTML, FaultServer, closed_port
from tests.support.fetchers import WAYS, open_fetcher

PUBLIC = """
1.1.1.1 8.8.8.8 172.15.0.1 172.32.0.1 100.63.255.255 169.253.0.1 192.0.1.1 223.255.255.255
2001:20::1 2001:4:112::1 2001:200::1 192.88.99.1
2606:4700::1111 2a00:1450:4001::1 ::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::1 2606:4700::5efe:808:808
""".split()
PRIVATE = """
127.0.0.1 127.255.255.254 10.0.0.1 172.16.0.1 172.31.255.255 192.168.0.1 169.254.169.254 100.64.0.1 100.100.100.200
0.0.0.0 0.1.2.3 192.0.0.192 168.63.129.16 192.0.2.1 198.18.0.1 203.0.113.1 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255
::1 :: fe80::1 fe80::1%eth0 fe80::5efe:808:808 fc00::1 fd00:ec2::254 fec0::1 ff02::1 2001:db8::1 2001::1 100::1
::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::127.0.0.1 ::808:808 ::ffff:0:127.0.0.1
64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::808:808 2002:7f00:1:: 2002:a9fe:a9fe::1 2002:e000:1::
2001:2::1 2001:10::1 2001:1::4 3fff:fff::1 5f00::1 198.51.100.1 192.0.0.9
2606:4700::5efe:7f00:1 2606:4700::200:5efe:10.0.0.1 2001:0:7f00:1::1
""".split()
SPELLINGS = ["127.0.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "0", "localhost"]
SPELLINGS_6 = ["[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"]


@pytest.fixture(params=WAYS)
def library(request):
    return request.param


@pytest.fixture(scope="module")
def server():
    with FaultServer(("127.0.0.1", "127.0.0.2")) as server:
        yield server


@pytest.fixture
def fetch(library):
    """A function that fetches a URL where the config names these hosts."""
    made = []

    def fetch(url, *named, **options):
        made.append(open_fetcher(library, frozenset(named), download_timeout=10))
        return made[-1].fetch(Request(url, **options))

    yield fetch
    for fetcher in made:
        fetcher.close()


def port_of(server, host=0):
    return int(server.origins[host].rpartition(":")[2])


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(addresses) == (0, 1)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_the_whole_internet_can_reach_is_public(address):
    assert addresses.is_public(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_what_means_something_here_only_is_not(address):
    assert not addresses.is_public(address)


@pytest.mark.parametrize("host", SPELLINGS)
def test_a_host_of_this_machine_is_not_connected_to_however_it_is_spelt(server, fetch, host):
    url, before = f"http://{host}:{port_of(server)}/page", len(server.log)
    failure = fetch(url, "www.example.com")
    assert (failure.reason, failure.is_transient) == (Reason.PRIVATE_ADDRESS, False)
    assert failure.detail.startswith(f"{url}: expected a public address of {host}, ")
    assert len(server.log) == before
    assert fetch(url, host).body == HTML, "the spelling leads there, and the config may name it"


@pytest.mark.live
@pytest.mark.parametrize("host", SPELLINGS_6)
def test_nor_by_its_ipv6_addresses(fetch, host):
    with FaultServer(("::1", "127.0.0.1")) as six:
        url = f"http://{host}:{port_of(six, 'ffff' in host)}/page"
        assert fetch(url, "www.example.com").reason == Reason.PRIVATE_ADDRESS
        assert six.log == []
        assert fetch(url, host.strip("[]")).body == HTML


@pytest.mark.live
def test_a_connection_that_is_refused_was_never_begun(fetch):
    """A port that is closed and one that is open look the same."""
    failure = fetch(f"http://127.0.0.1:{closed_port()}/")
    assert failure.reason == Reason.PRIVATE_ADDRESS


def test_a_name_is_judged_by_its_address(server, fetch, resolve):
    port = port_of(server)
    resolve({"intern.example.com": ["127.0.0.1"], "example.com": ["127.0.0.1"]}, [port])
    failure = fetch(f"http://intern.example.com:{port}/page", "example.com")
    assert failure.reason == Reason.PRIVATE_ADDRESS
    assert failure.detail.endswith("expected a public address of intern.example.com, for none of start_urls, login and "
                                   "allowed_domains names it; got 127.0.0.1")  # fmt: skip
    assert fetch(f"http://EXAMPLE.com:{port}/page", "example.com").body == HTML


@pytest.mark.live
@pytest.mark.parametrize("hosts", [["127.0.0.2", "127.0.0.1"], ["127.0.0.1", "127.0.0.2"]])
def test_of_the_addresses_of_a_name_only_the_public_ones_are_tried(fetch, resolve, monkeypatch, hosts):
    """127.0.0.1 plays the public one; the server is at the other."""
    monkeypatch.setattr(addresses, "is_public", lambda address: address == "127.0.0.1")
    with FaultServer(("127.0.0.2",)) as private:
        port = port_of(private)
        resolve({"www.example.com": hosts}, [port])
        assert fetch(f"http://www.example.com:{port}/page").reason == Reason.CONNECTION
        assert private.log == []
        assert fetch(f"http://www.example.com:{port}/page", "www.example.com").body == HTML


def test_the_address_of_a_proxy_is_the_operators_choice(server, fetch):
    page = fetch("http://www.example.com/page", proxy=server.origins[0])
    assert (page.status, page.body) == (200, HTML)


# --------------------------------------------------------------------------- through the engine


@pytest.fixture
def crawl(config, library, monkeypatch):
    """A function that runs a config in this process; returns the report, all failures told."""
    monkeypatch.setattr("scraper.runner.FAILURES_TOLD", 1000)

    def crawl(text, **settings):
        base = {"fetcher": library.split()[0], "pool.engine": "threads", "retry_times": "0", **settings}
        return package.run(package.load_config(config(text), base))

    return crawl


def test_a_redirect_and_a_link_reach_the_private_hosts_that_the_config_names_and_no_others(crawl, site, resolve):
    port = int(site.url.rpartition(":")[2])
    hosts = ["example.com", "shop.example.com", "intern.example.com", "other.example.com"]
    resolve({host: ["127.0.0.1"] for host in hosts}, [port])
    other = [f"http://{host}:{port}" for host in hosts[1:]]
    links = "".join(f'<a href="{url}/linked">x</a>' for url in other)
    site.pages |= {"/start": board(("a", "1"), link=links), "/linked": board(("b", "1"))}
    site.pages["/away"] = (302, {"Location": f"{other[1]}/page"}, "")
    site.pages["/home"] = (302, {"Location": f"{other[0]}/page"}, "")
    site.pages["/page"] = board(("c", "1"))
    text = f"""
start_urls: ["http://example.com:{port}/start", "http://example.com:{port}/home", "http://example.com:{port}/away"]
records: {{each: dd, fields: {{t: a}}}}
follow: 'dl + a, a + a'
settings: {{allowed_domains: [example.com, shop.example.com], robotstxt_obey: false, contact: t@example.com}}
"""
    report = crawl(text)
    assert report.accounts.failed == {"private address": 3}
    assert sorted(site.asked()) == ["/away", "/home", "/linked", "/page", "/start"]
    assert all("got 127.0.0.1" in detail for *_, detail in report.failures)


@pytest.mark.parametrize("engine", ["threads", "processes"])
def test_robots_txt_leads_to_no_private_host(crawl, server, site, engine):
    """robots.txt is bound to no scope: it may be redirected to anywhere."""
    before = len(server.log)
    site.pages["/robots.txt"] = (302, {"Location": f"http://2130706434:{port_of(server, 1)}/page"}, "")
    site.pages["/1"] = board(("a", "1"))
    text = f'start_urls: ["{site.url}/1"]\nrecords: {{each: dd, fields: {{t: a}}}}\n'
    report = crawl(text, **{"pool.engine": engine})
    assert report.accounts.failed == {"private address": 1}
    assert "127.0.0.2" in report.failures[0][-1]
    assert (site.asked(), len(server.log)) == (["/robots.txt"], before)
