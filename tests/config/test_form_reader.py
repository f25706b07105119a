"""A right file is read by the table that is made of the model, and as the model reads it."""

import copy
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from scraper.config import form_reader, form_table, load
from scraper.config.form_reader import Form, read_form
from scraper.config.model import FileSpec
from scraper.config.model_steps import OneOfSteps
from scraper.job import yamldoc
from scraper.parse.transforms import STEPS
from tests.conftest import NO_CHROMIUM

CONFIGS = sorted(Path(__file__).parents[2].glob("configs/*.yaml"))
ODD = [
    *(None, True, False, 0, 1, -1, 3, 599, 10**18, 10**19, 2**70, 0.0, 0.5, -0.5, 1e300, float("nan"), float("inf")),
    *("", "a", "today", "GET", "page", "bottom", "requests", "int", "html5", "x | y", "a 'b", "\ud800", "茶", "7"),
    *([], ["a"], ["a", "b"], [1, "b"], [None], [500], [{}], [{"css": "a"}], ["_url"], [["a"]]),
    *({}, {"a": "b"}, {"a": 1}, {"a": None}, {1: "a"}, {"css": "a"}, {"css": None}, {"first": 0}, {"file": "f"}),
    *({"first": "today", "last": "today"}, {"css": "a", "value": "b"}, {"strip": True}, {"a": {"with_siblings": True}}),
    *({"json": "a", "css": "b"}, {"group": 1, "regex": "a"}, {"min": 1, "in": [1]}, {"page": "a", "xpath": "b"}),
    *({"user": "u", "password": "p"}, {"url": "u"}, {"header": "h"}),
]  # fmt: skip
"""Values of every form that a file may hold, right for some keys and wrong for others."""


def places():
    """Yield data of a file with `...` where a value stands, for each key of each model."""
    forms = form_table.form_table()
    ways = {
        "FileSpec": lambda inner: inner,
        "KindSpec": lambda inner: {"pages": {"p": inner}},
        "OutputSpec": lambda inner: {"output": inner},
        "SettingsSpec": lambda inner: {"settings": inner},
        "PoolSpec": lambda inner: {"settings": {"pool": inner}},
        "AuthSpec": lambda inner: {"settings": {"auth": {"user": "u", "password": "p"} | inner}},
        "ProxiesSpec": lambda inner: {"settings": {"proxies": inner}},
        "LoginSpec": lambda inner: {"login": {"url": "u"} | inner},
        "TokenSpec": lambda inner: {"login": {"url": "u", "token": {"header": "h"} | inner}},
        "ExpectSpec": lambda inner: {"expect": inner},
        "PageChecksSpec": lambda inner: {"pages": {"p": {"expect": inner}}},
        "PerPageSpec": lambda inner: {"expect": {"records_per_page": inner}},
        "RuleSpec": lambda inner: {"records": [inner]},
        "EachSpec": lambda inner: {"records": {"each": inner}},
        "FieldSpec": lambda inner: {"records": {"fields": {"f": inner}}},
        "SelectionSpec": lambda inner: {"follow": {"params": {"n": inner}}},
        "FollowSpec": lambda inner: {"follow": inner},
        "ConditionSpec": lambda inner: {"records": {"where": {"f": {"not": inner}}}},
        "RequestSpec": lambda inner: {"request": inner},
        "SpanSpec": lambda inner: {"params": {"n": {"first": 1} | inner}},
        "FileParamSpec": lambda inner: {"params": {"n": {"file": "f"} | inner}},
        "ActionSpec": lambda inner: {"actions": [inner]},
        "FillSpec": lambda inner: {"actions": [{"fill": {"css": "a", "value": "b"} | inner}]},
    }
    assert forms.keys() == ways.keys()
    for model, way in ways.items():
        for key in forms[model]["keys"]:
            yield pytest.param(lambda value, way=way, key=key: way({key: value}), id=f"{model}-{key}")
    yield pytest.param(lambda value: value, id="file")
    yield pytest.param(lambda value: {"odd": value}, id="unknown")
    yield pytest.param(lambda value: {"records": {"fields": {"f": {"steps": [value]}}}}, id="step")
    for name in STEPS:
        yield pytest.param(
            lambda value, name=name: {"records": {"fields": {"f": {"steps": [{name: value}]}}}}, id=f"step-{name}"
        )


def as_model(data):
    try:
        return FileSpec.model_validate(data)
    except ValidationError:
        return None


def same(form, spec):
    """Return whether both readers read the same, of the same types."""
    if isinstance(form, Form):
        assert isinstance(spec, BaseModel)
        names = vars(form).keys() - {"model_fields_set", "order"}
        is_step = isinstance(spec, OneOfSteps().model())
        assert is_step or names == type(spec).model_fields.keys()
        assert form.model_fields_set == spec.model_fields_set
        assert form.order == getattr(spec, "_order", ())
        assert not form.order or form.sources == spec.sources
        return all(same(getattr(form, name), getattr(spec, name)) for name in names)
    if isinstance(form, list):
        return type(spec) is list and len(form) == len(spec) and all(map(same, form, spec))
    if isinstance(form, dict):
        return type(spec) is dict and list(form) == list(spec) and all(same(form[key], spec[key]) for key in form)
    return type(form) is type(spec) and (form == spec or form != form)


@pytest.mark.parametrize("place", list(places()))
def test_what_is_read_by_the_table_the_model_reads_alike(place):
    """And each key has a value that is read: the table is of use, and not only safe."""
    read, right = [], []
    for value in ODD:
        data = place(copy.deepcopy(value))
        form, spec = read_form(data), as_model(data)
        assert form is None or same(form, spec), value
        read += [value] if form is not None else []
        right += [value] if spec is not None else []
    assert read or not right


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_a_right_file_needs_no_model(path, monkeypatch):
    if NO_CHROMIUM and "fetcher: browser" in path.read_text("utf-8"):
        pytest.skip("no Chromium here")
    monkeypatch.setenv("LIBRARY_CARD", "1")
    monkeypatch.setenv("LIBRARY_PIN", "2")
    data = yamldoc.read(path.read_text("utf-8"), str(path)).data
    form = read_form(data)
    assert form is not None
    assert same(form, FileSpec.model_validate(data))
    ours = load.load_config(path)
    monkeypatch.setattr(load, "read_form", lambda _: None)
    assert ours.kinds == load.load_config(path).kinds


def test_an_alias_that_leads_to_itself_is_left_to_the_model():
    within = {}
    within["not"] = within
    assert read_form({"records": {"where": {"f": within}}}) is None


def test_the_table_is_the_model_of_now():
    assert form_reader.TABLE.read_bytes() == form_table.written(), "run `make schema`"
