"""Make the bodies that requests of a kind carry, of the config and the page's params.

They may hold secrets, so nobody stores them: what comes out of the journal gets its body anew. They go to the origins
that the config names and to no other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from typing import Any
from urllib.parse import urlencode

from msgspec.structs import replace

from scraper.job import Kind, urls
from scraper.job.templates import Template, as_text
from scraper.models import Request
from scraper.parse.encodings.writers import writer_of

FORM_TYPE = "application/x-www-form-urlencoded"
JSON_TYPE = "application/json"
TEXT_TYPE = "text/plain; charset=utf-8"


class Bodies:
    """What puts bodies on requests."""

    def __init__(self, kinds: Mapping[str, Kind], origins: Set[tuple[str, str, int]]) -> None:
        self._kinds, self._origins = kinds, origins
        self._has_any = any(kind.request.has_body for kind in kinds.values())

    def put(self, request: Request) -> Request:
        """Return a request with the body that its kind gives it."""
        if not self._has_any or not request.kind or urls.origin(request.url) not in self._origins:
            return request
        body = make(self._kinds[request.kind], request.params)
        return request if body is None else replace(request, body=body)


def make(kind: Kind, params: Mapping[str, Any]) -> bytes | None:
    """Return the body of a kind's request, None for one without. A part of a form that is null is left out.

    Forms are written in the encoding of the kind's pages, as browsers do, all else in UTF-8.
    """
    spec = kind.request
    if spec.form is not None:
        filled = [(name, value.fill(params)) for name, value in spec.form]
        pairs = [(name, as_text(value)) for name, value in filled if value is not None]
        return urlencode(pairs, encoding=writer_of(kind.encoding), errors="xmlcharrefreplace").encode("ascii")
    if spec.json is not None:
        text = json.dumps(_filled(spec.json, params), ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "replace")
    if spec.body is not None:
        return as_text(spec.body.fill(params) or "").encode("utf-8", "replace")
    return None


def content_type(kind: Kind) -> str:
    """Return what a kind's bodies are, for the header line of that name."""
    spec = kind.request
    return FORM_TYPE if spec.form is not None else JSON_TYPE if spec.json is not None else TEXT_TYPE


def _filled(data: Any, params: Mapping[str, Any]) -> Any:
    """Return plain data with its templates filled: one that is a placeholder alone keeps the type of its value."""
    if isinstance(data, Template):
        return data.fill(params)
    if isinstance(data, dict):
        return {key: _filled(value, params) for key, value in data.items()}
    return [_filled(value, params) for value in data] if isinstance(data, list) else data
