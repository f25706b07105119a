"""What may hold a secret does not show it in a log or a traceback."""

import pickle

import pytest

from scraper.job import Action, Login, RequestSpec, Settings
from scraper.job.templates import Template

HELD = [
    Settings(headers=(("Authorization", "hunter2"),), cookies=(("sid", "hunter2"),), auth=("me", "hunter2")),
    Settings(proxies=(("http", ("http://me:hunter2@proxy",)),)),
    Login("http://a/login", form=(("password", "hunter2"),), json={"password": "hunter2"}),
    RequestSpec("POST", headers=(("X-Key", Template("hunter2")),), form=(("password", Template("hunter2")),)),
    RequestSpec("POST", json={"password": "hunter2"}),
    RequestSpec("POST", body=Template("hunter2")),
    Action("fill", "input", value=Template("hunter2")),
]


@pytest.mark.parametrize("value", HELD, ids=[f"{type(value).__name__}-{n}" for n, value in enumerate(HELD)])
def test_a_repr_shows_no_secret(value):
    assert type(value).__name__ in repr(value)
    assert "hunter2" not in repr(value)


def test_a_repr_shows_the_rest():
    assert repr(Login("http://a/login", form=())) == (
        "Login(url='http://a/login', page_must_match=(), page=None, token=None, actions=())"
    )


def test_a_template_goes_through_a_pipe_whole():
    template = Template("{a}-{b}")
    assert pickle.loads(pickle.dumps(template)) == template
    assert pickle.loads(pickle.dumps(template)).fill({"a": 1, "b": 2}) == "1-2"
