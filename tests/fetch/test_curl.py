"""libcurl: every error has a meaning, handles are few, and a config says so where pycurl is missing."""

import threading

import pycurl
import pytest

from scraper.config.load import load_config
from scraper.errors import ConfigError
from scraper.fetch.curl_causes import CAUSES, meaning
from scraper.fetch.fetcher import Fetcher
from scraper.job import Settings
from scraper.models import Page, Request
from tests.support.faultserver import FaultServer

OTHER_PROTOCOLS = ("E_FTP_", "E_TFTP_", "E_LDAP_", "E_RTSP_", "E_TELNET_", "E_SSH", "E_MULTI_", "E_CALL_MULTI_")
FTP_ONLY = {"E_FTP_WEIRD_SERVER_REPLY"}
"""Names of old: the code is said of HTTP too."""
NEVER_RAISED = {
    "E_OK",
    "E_WRITE_ERROR",  # with a refusal, which is raised instead; else a bug
    "E_ABORTED_BY_CALLBACK",
    # what is never asked for: uploads from callbacks, files, ranges, redirects, logins, limits, pins, client keys
    "E_READ_ERROR",
    "E_UPLOAD_FAILED",
    "E_FILE_COULDNT_READ_FILE",
    "E_FILESIZE_EXCEEDED",
    "E_RANGE_ERROR",
    "E_HTTP_RANGE_ERROR",
    "E_BAD_DOWNLOAD_RESUME",
    "E_TOO_MANY_REDIRECTS",
    "E_HTTP_RETURNED_ERROR",
    "E_HTTP_NOT_FOUND",
    "E_LOGIN_DENIED",
    "E_REMOTE_ACCESS_DENIED",
    "E_REMOTE_DISK_FULL",
    "E_REMOTE_FILE_EXISTS",
    "E_REMOTE_FILE_NOT_FOUND",
    "E_QUOTE_ERROR",
    "E_CHUNK_FAILED",
    "E_USE_SSL_FAILED",
    "E_SSL_CERTPROBLEM",
    "E_SSL_CRL_BADFILE",
    "E_SSL_PINNEDPUBKEYNOTMATCH",
    "E_SSL_ENGINE_INITFAILED",
    "E_SSL_ENGINE_NOTFOUND",
    "E_SSL_ENGINE_SETFAILED",
    "E_INTERFACE_FAILED",
    "E_HTTP_PORT_FAILED",
    "E_HTTP_POST_ERROR",
    "E_NO_CONNECTION_AVAILABLE",
    "E_SHARE_IN_USE",
    # wrong use, or a machine without memory: as loud as in Python
    "E_FAILED_INIT",
    "E_OUT_OF_MEMORY",
    "E_NOT_BUILT_IN",
    "E_FUNCTION_NOT_FOUND",
    "E_BAD_CALLING_ORDER",
    "E_UNKNOWN_OPTION",
    "E_UNKNOWN_TELNET_OPTION",
    "E_AGAIN",
    # no longer used by libcurl
    "E_ALREADY_COMPLETE",
    "E_BAD_PASSWORD_ENTERED",
    "E_CONV_FAILED",
    "E_CONV_REQD",
    "E_LIBRARY_NOT_FOUND",
    "E_MALFORMAT_USER",
    "E_URL_MALFORMAT_USER",
    "E_SSL_PEER_CERTIFICATE",
}


def own_codes():
    """Return the names of libcurl's errors that an exchange over HTTP may end with."""
    names = [name for name in vars(pycurl) if name.startswith("E_") and name not in NEVER_RAISED]
    return [name for name in names if name in FTP_ONLY or not name.startswith(OTHER_PROTOCOLS)]


@pytest.mark.parametrize("name", own_codes())
def test_every_error_of_libcurl_has_a_meaning(name):
    assert getattr(pycurl, name) in CAUSES


@pytest.mark.parametrize("words", ["Operation timed out after 500 milliseconds", "Connection time-out", ""])
def test_a_timeout_is_one_whatever_libcurl_calls_it(words):
    """8.16 has other words than 8.23."""
    assert isinstance(meaning(pycurl.E_OPERATION_TIMEDOUT, words, 0), TimeoutError)


@pytest.mark.live
def test_there_are_no_more_handles_than_exchanges_at_one_time(monkeypatch):
    made = []
    real = pycurl.Curl
    monkeypatch.setattr("scraper.fetch.curl.pycurl.Curl", lambda: made.append(real()) or made[-1])
    fetcher = Fetcher(Settings(fetcher="curl"))
    with FaultServer(("127.0.0.1", "127.0.0.2")) as server:

        def crawl():
            for number in range(10):
                assert isinstance(fetcher.fetch(Request(server.url("/slow", number % 2))), Page)

        for _ in range(2):
            threads = [threading.Thread(target=crawl) for _ in range(3)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert 0 < len(made) <= 3
        assert len(server.log) == 60
        fetcher.close()


@pytest.mark.live
def test_the_shortest_timeout_is_one(monkeypatch):
    """For libcurl 0 is none at all."""
    with FaultServer() as server:
        fetcher = Fetcher(Settings(fetcher="curl", download_timeout=0.0001))
        assert fetcher.fetch(Request(server.url("/hang"))).reason == "timeout"
        fetcher.close()


CONFIG = """
start_urls: ["http://127.0.0.1/"]
records: {fields: {title: h1}}
settings: {fetcher: curl}
"""


def test_a_config_asks_for_curl(tmp_path):
    (tmp_path / "board.yaml").write_text(CONFIG)
    assert load_config(tmp_path / "board.yaml").settings.fetcher == "curl"


def test_a_config_that_asks_for_curl_where_it_is_missing_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr("scraper.job.extras.find_spec", {"pycurl": None}.__getitem__)
    (tmp_path / "board.yaml").write_text(CONFIG)
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path / "board.yaml")
    assert str(caught.value).endswith(
        "board.yaml:4:21: settings.fetcher: curl needs the extra `fast`: pip install '.[fast]' in its checkout"
    )
