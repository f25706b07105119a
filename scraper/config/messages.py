"""Say in an operator's words what pydantic found: what was expected, what is there, what may have been meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import Tag
from pydantic_core import ErrorDetails

from scraper.config.model import ExpectSpec, FileSpec, OutputSpec, SettingsSpec
from scraper.config.model_fields import FieldSpec, SelectionSpec
from scraper.config.model_forms import Spec
from scraper.config.model_pages import ConditionSpec, KindSpec, PerPageSpec, RuleSpec
from scraper.config.model_steps import StepSpec
from scraper.config.near_words import SHOWN, did_you_mean
from scraper.job.secrets import sounds_secret, without_users
from scraper.job.yamldoc import Complaint
from scraper.parse.transforms import STEPS

HOMES: tuple[tuple[str, type[Spec]], ...] = (
    ("settings", SettingsSpec),
    ("expect (of the file)", ExpectSpec),
    ("output", OutputSpec),
    ("a kind of page", KindSpec),
    ("records", RuleSpec),
    ("a field", FieldSpec),
    ("the top level of the file", FileSpec),
    ("where, below the name of a field", ConditionSpec),
)
"""Where a key that stands in a wrong place may belong."""

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a number that is finite",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "null": "a value",
}
_BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("more than", "gt"),
    "less_than_equal": ("at most", "le"),
}
SECRET_PLACES = frozenset({"headers", "cookies", "auth", "proxies", "login"})
"""Keys below which no value is repeated, of whatever form it is."""
SHORT_LIST = 8
"""Keys that a message lists; more would be noise."""


def complaint(error: ErrorDetails) -> Complaint:
    """Return one of pydantic's errors in plain words."""
    path, kind, found, context = error["loc"], error["type"], error["input"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return Complaint(path, _unknown_key(path), is_key=True)
    if kind == "missing":
        return Complaint(path[:-1], f"{path[-1]!r} is missing here")
    if kind in ("said", "string_unicode"):
        return Complaint(path, context.get("text", "expected text, got characters that are none (surrogates)"))
    what = got(found, is_shown=not _is_secret(path))
    if kind == "form":
        return Complaint(path, f"expected {error['msg']}, got {what}")
    if kind in ("too_short", "too_long"):
        return Complaint(path, _wrong_length(context))
    if kind in _BOUNDS:
        words, name = _BOUNDS[kind]
        return Complaint(path, f"expected {words} {context[name]:.12g}, got {found}")
    if kind == "literal_error" and (path[-1:], found) == (("parser",), "lexbor"):
        return Complaint(path, "there is no lexbor any more; say html5, or nothing: the same tree, read in less time")
    if kind == "literal_error":
        near = did_you_mean(found, re.findall("'([^']*)'", context["expected"])) if isinstance(found, str) else ""
        return Complaint(path, f"expected {context['expected']}, got {what}{near}")
    expected = _EXPECTED.get(kind)
    if kind == "model_type" and issubclass(_spec_at(path), SelectionSpec):
        expected = "a selection, which is a text (CSS) or a mapping"
    elif kind == "model_type" and issubclass(_spec_at(path), PerPageSpec):
        expected = "a whole number, or {min, max}"
    message = f"expected {expected}, got {what}" if expected else str(error["msg"])
    return Complaint(path, message + (_quoting(found) if "text" in (expected or "") else ""))


def _is_secret(path: tuple[Any, ...]) -> bool:
    """Return whether what stands at a place may be secret: a setting for secrets, or what sounds so in a body."""
    is_filled_in = path[-2:] == ("fill", "value")
    return is_filled_in or not SECRET_PLACES.isdisjoint(path) or ("request" in path and sounds_secret(str(path[-1])))


def got(value: Any, *, is_shown: bool = True) -> str:
    """Return what stands in the file, in words; without the value itself where that may be a secret.

    >>> [got(value) for value in (None, True, 1.5, "no", [], {})]
    ['nothing (null)', 'true', 'the number 1.5', "the text 'no'", 'a list', 'a mapping']
    """
    if value is None:
        return "nothing (null)"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return f"the number {str(value)[:SHOWN]}" if is_shown else "a number"
    if isinstance(value, str) and not is_shown:
        return "a text"
    if isinstance(value, str):
        return f"the text {without_users(value)[:SHOWN]!r}"
    return "a list" if isinstance(value, list) else "a mapping"


OTHER_WORDS = dict.fromkeys(("all", "getall", "list", "multiple"), "many")
OTHER_WORDS |= {"selector": "css", "re": "regex", "jmespath": "json", "url": "start_urls", "urls": "start_urls"}
OTHER_WORDS |= {"items": "records", "each": "records", "next": "follow", "pagination": "follow", "filter": "where"}
"""What other tools call a key of ours."""


def unknown_setting(name: str) -> str:
    """Return what to say of a -s NAME that leads nowhere."""
    return "unknown setting" + did_you_mean(name, keys_of(SettingsSpec))


def keys_of(spec: type[Spec]) -> list[str]:
    """Return the keys of a mapping as they stand in a file."""
    return [field.alias or name for name, field in spec.model_fields.items()]


def _unknown_key(path: tuple[str | int, ...]) -> str:
    """Return what to say of a key that does not belong where it stands."""
    key, spec = str(path[-1]), _spec_at(path[:-1])
    if issubclass(spec, StepSpec):
        return f"unknown step {key!r}{did_you_mean(key, STEPS)}"
    homes = [home for home, other in HOMES if key in keys_of(other) and not issubclass(spec, other)]
    if homes:
        return f"unknown key here; it belongs to {homes[0]}"
    known = keys_of(spec)
    word = OTHER_WORDS.get(key)
    hint = f"; did you mean {word!r}?" if word in known else did_you_mean(key, known) or _choice(known)
    return f"unknown key{hint}"


def _choice(keys: list[str]) -> str:
    return f"; expected {', '.join(keys)}" if len(keys) <= SHORT_LIST else ""


def _spec_at(path: Iterable[str | int]) -> type[Spec]:
    """Return the model of the mapping that a path of pydantic's leads to."""
    kind: Any = FileSpec
    for part in path:
        kind = _plain(kind)
        if isinstance(kind, type) and issubclass(kind, Spec):
            kind = next(field.annotation for name, field in kind.model_fields.items() if part in (field.alias, name))
        elif get_origin(kind) in (Union, UnionType):
            kind = next(form for form in get_args(kind) if Tag(str(part)) in getattr(form, "__metadata__", ()))
        else:
            kind = get_args(kind)[-1]
    found = _plain(kind)
    assert isinstance(found, type)
    return found


def _plain(kind: Any) -> Any:
    """Return a type without what is annotated and without "or null"."""
    while get_origin(kind) is Annotated or type(None) in get_args(kind):
        kind = next(form for form in get_args(kind) if form is not type(None))
    return kind


def _wrong_length(context: Mapping[str, Any]) -> str:
    if "max_length" in context or context["min_length"] == 2:
        return f"expected a list of 2, got {context['actual_length']}"
    return "expected at least one, got none"


def _quoting(found: Any) -> str:
    """Return the hint that a text must be quoted where YAML reads it as something else."""
    if isinstance(found, (list, dict)):
        return f"; quote a text that begins with {'[' if isinstance(found, list) else '{'}"
    return "; quote it to make it text" if isinstance(found, (bool, int, float)) else ""
