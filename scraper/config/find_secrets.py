"""Say what in a config is secret: what `${NAME}` gave where it may be one, and the values of the settings for secrets.

Better too much than too little: a masked word costs a look into the config. What is part of a host's name or of a path
of the output is an address, and what a field writes is published: masking these would only make logs unreadable.
"""

from __future__ import annotations

import base64
import binascii
import itertools
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from scraper.errors import OutputError
from scraper.job import Job, Kind
from scraper.job.late import late_re
from scraper.job.params import values
from scraper.job.secrets import Secrets, sounds_secret
from scraper.job.templates import Placeholder, Template
from scraper.job.yamldoc import KeyPath

PUBLIC_HEADERS = frozenset(
    "accept accept-charset accept-encoding accept-language cache-control connection content-type dnt host"
    " if-modified-since if-none-match origin pragma range referer te upgrade-insecure-requests user-agent"
    " x-requested-with".split()
)
"""Header lines whose values are no secrets, unless a variable gave them; nor are those that begin with `sec-`."""
KNOWN_VALUES = 1000
"""Values of a param that are known as secrets; more would take too long to look for."""
_scheme = late_re(r"[A-Za-z][A-Za-z0-9-]*\s+(?=\S)")
"""How a value of Authorization begins."""


def is_public(path: KeyPath) -> bool:
    """Return whether what stands at a place of the file is told or published anyway."""
    match path[2:] if path[0] == "pages" else path:
        case ("name" | "timezone" | "output" | "encoding", *_) | (
            "settings",
            "allowed_domains" | "httpcache_dir" | "pool",
            *_,
        ):
            return True
        case ("params", _, "file"):
            return True
        case ("records", _, "fields", *inner):
            return not any(str(name).startswith("_") for name in inner)
    return False


def find_secrets(job: Job, variables: Mapping[str, str]) -> Secrets:
    """Return the secrets of a job, which may still hold mistakes; `variables`: those that stand where a secret may."""
    found: dict[str, str] = {}
    for name, value in itertools.chain(_of_variables(job, variables), _of_settings(job), _of_requests(job)):
        if found.get(name, value) != value:
            name = f"{name}-{len(found)}"
        found[name] = value
    return Secrets(found)


def _of_variables(job: Job, variables: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    addresses = set(_addresses(job))
    for name, value in variables.items():
        text = value.strip()
        if "://" in text:
            yield from _of_url(name, text)
        elif not _is_address(text.lower(), addresses):
            yield name, text


def _of_url(name: str, url: str) -> Iterator[tuple[str, str]]:
    """Yield what may be secret in a URL that a variable holds: its user, its password, and all behind its host."""
    yield from _of_user(name, url)
    host, _, rest = url.partition("://")[2].partition("/")
    rest, query = rest or host.partition("?")[2], url.partition("?")[2]
    yield name, rest
    yield from ((f"{name}.{key}", value) for key, value in parse_qsl(query))


def _of_user(name: str, url: str) -> Iterator[tuple[str, str]]:
    """Yield the user and the password that stand in a URL."""
    user, has_user, _ = re.split(r"[/?#]", url.partition("//")[2])[0].rpartition("@")
    if has_user:
        yield f"{name}.login", unquote(user)
        yield from zip((f"{name}.user", f"{name}.password"), map(unquote, user.partition(":")[::2]), strict=True)


def _of_settings(job: Job) -> Iterator[tuple[str, str]]:
    settings = job.settings
    for name, value in settings.headers:
        yield from _of_header(f"headers.{name}", name, value)
    yield from ((f"cookies.{name}", value) for name, value in settings.cookies)
    if settings.auth:
        yield "auth", ":".join(settings.auth)
        yield from zip(("auth.user", "auth.password"), settings.auth, strict=True)
    for scheme, urls in settings.proxies:
        for n, url in enumerate(urls):
            yield from _of_user(f"proxies.{scheme}.{n}", url)
    if job.login:
        yield from ((f"login.{name}", value) for name, value in job.login.form)
        yield from _of_json("login", job.login.json)
        for n, action in enumerate(job.login.actions):
            texts = (part for part in (action.value.parts if action.value else ()) if isinstance(part, str))
            yield from ((f"login.actions.{n}.{m}", text) for m, text in enumerate(texts))


def _of_json(name: str, data: Any) -> Iterator[tuple[str, str]]:
    """Yield all texts in plain data, and the numbers, for a PIN may be one."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _of_json(f"{name}.{key}", value)
    elif isinstance(data, list):
        for n, value in enumerate(data):
            yield from _of_json(f"{name}.{n}", value)
    elif isinstance(data, str | int | float) and not isinstance(data, bool):
        yield name, str(data)


def _of_requests(job: Job) -> Iterator[tuple[str, str]]:
    """Yield the secrets in what the requests carry: their own text, and the params that they are made of.

    In bodies these are the values whose names sound like it.
    """
    for kind in job.kinds.values():
        for name, template in kind.request.headers:
            for n, part in enumerate(template.parts):
                if isinstance(part, str):
                    yield from _of_header(f"{kind.name}.{name}.{n}", name, part)
            if sounds_secret(name):  # most params are what to fetch
                yield from _of_params(kind, template)
        for place, template in kind.request.templates:
            name = str(place[-1]).lower().replace("keyword", "")  # what to search for sounds like a key, and is none
            if place[0] in ("form", "json") and sounds_secret(name):
                texts = (part for part in template.parts if isinstance(part, str))
                yield from ((f"{kind.name}.{'.'.join(map(str, place))}.{n}", text) for n, text in enumerate(texts))
                yield from _of_params(kind, template)
        for m, action in enumerate(kind.actions):
            if action.value is not None and sounds_secret(action.css or ""):
                texts = (part for part in action.value.parts if isinstance(part, str))
                yield from ((f"{kind.name}.actions.{m}.{n}", text) for n, text in enumerate(texts))
                yield from _of_params(kind, action.value)


def _of_params(kind: Kind, template: Template) -> Iterator[tuple[str, str]]:
    params = {param.name: param for param in kind.params}
    for placeholder in template.placeholders:
        if placeholder.name not in params:
            continue
        with suppress(OutputError):  # the file is complained of elsewhere
            for n, value in enumerate(itertools.islice(values(params[placeholder.name]), KNOWN_VALUES)):
                text = Placeholder("value", placeholder.key).look_up({"value": value})
                if isinstance(text, str):
                    yield f"{placeholder}.{n}", text


def _of_header(place: str, name: str, value: str) -> Iterator[tuple[str, str]]:
    """Yield what is secret in a header line: a token without its scheme, a cookie without its name."""
    name, value = name.lower(), value.strip()
    if name in PUBLIC_HEADERS or name.startswith("sec-"):
        return
    if name == "cookie":
        pairs = (pair.partition("=") for pair in value.split(";"))
        yield from ((f"{place}.{cookie.strip()}", text.strip()) for cookie, _, text in pairs)
        return
    token = value[match.end() :] if (match := _scheme.match(value)) else value
    yield place, token
    if value.lower().startswith("basic "):
        with suppress(binascii.Error, UnicodeDecodeError):
            user, _, password = base64.b64decode(token, validate=True).decode().partition(":")
            yield from ((f"{place}.user", user), (f"{place}.password", password))


def _addresses(job: Job) -> Iterator[str]:
    """Yield the hosts and ports that the config names."""
    yield from job.settings.allowed_domains or ()
    starts = [url.parts[0] for kind in job.kinds.values() for url in kind.start_urls]
    proxies = [url for _, urls in job.settings.proxies for url in urls]
    for url in [*starts, *proxies, *(job.login.urls if job.login else ())]:
        if isinstance(url, str):
            with suppress(ValueError):
                host, port = urlsplit(url).hostname or "", urlsplit(url).port or ""
                yield from (host, str(port), f"{host}:{port}")


def _is_address(text: str, addresses: set[str]) -> bool:
    """Return whether a text is one of these or some of the labels of one."""
    return any(f".{text.strip('.')}." in f".{address}." for address in addresses) if text else True
