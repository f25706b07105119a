"""Every exception of the libraries has a meaning, and says it without secrets."""

import http.client
import inspect

import pytest
import requests
import urllib3

from scraper.errors import Reason
from scraper.fetch.causes import causes, classify, expected

NEVER_RAISED = {
    urllib3.exceptions.HTTPError,  # bases
    requests.exceptions.RequestException,
    urllib3.exceptions.TimeoutStateError,  # wrong use
    urllib3.exceptions.UnrewindableBodyError,
    urllib3.exceptions.ResponseError,  # urllib3's own retries and redirects, which are off
    urllib3.exceptions.ProxySchemeUnsupported,  # refused before
    requests.exceptions.StreamConsumedError,
    requests.exceptions.UnrewindableBodyError,
    requests.exceptions.HTTPError,  # raise_for_status, json, Session
    requests.exceptions.InvalidJSONError,
    requests.exceptions.JSONDecodeError,
    requests.exceptions.TooManyRedirects,
    requests.exceptions.RetryError,
}


def errors_of(*modules):
    """Return every exception class of these modules, without warnings."""
    found = {one for module in modules for one in vars(module).values() if inspect.isclass(one)}
    own = {one for one in found if one.__module__ in {module.__name__ for module in modules}}
    return sorted((one for one in own if issubclass(one, Exception) and not issubclass(one, Warning)), key=str)


@pytest.mark.parametrize("kind", errors_of(requests.exceptions, urllib3.exceptions, http.client), ids=str)
def test_every_exception_of_the_libraries_has_a_meaning(kind):
    particular = [kinds for kinds, _, _ in causes() if OSError not in kinds]
    assert kind in NEVER_RAISED or any(issubclass(kind, kinds) for kinds in particular)
    assert kind in NEVER_RAISED or issubclass(kind, expected())


def test_an_exception_is_known_by_what_is_inside():
    inner = ConnectionResetError(104, "reset\nby peer")
    outer = requests.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted.", inner))
    assert classify(outer) == (Reason.CONNECTION, True, "ConnectionResetError: [Errno 104] reset by peer")


def test_a_circle_of_exceptions_has_an_end():
    one, two = OSError("one"), OSError("two")
    one.__context__, two.__context__ = two, one
    assert classify(one)[0] == Reason.CONNECTION


def test_a_password_in_an_error_is_masked():
    assert "secret" not in classify(urllib3.exceptions.LocationParseError("http://me:secret@proxy:x"))[2]


def test_what_is_no_error_of_the_network_is_raised():
    with pytest.raises(KeyError):
        classify(KeyError("bug"))
