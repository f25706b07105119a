"""Make the settings and the login of a job of what the file says: ${ENV} filled in, lists as tuples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scraper import job
from scraper.config.build_actions import build_actions
from scraper.config.environment import ENGINE, Texts
from scraper.job import urls

if TYPE_CHECKING:
    from scraper.config.model import AuthSpec, LoginSpec, PoolSpec, ProxiesSpec, SettingsSpec

FILLED = ("user_agent", "contact", "headers", "cookies", "allowed_domains", "httpcache_dir", "files_store")


def build_settings(spec: SettingsSpec, fill: Texts) -> job.Settings:
    """Return the settings: lists as tuples, mappings as pairs."""
    plain = {name: value for name, value in spec if name not in ("auth", "proxies", "pool")}
    filled = fill.data({name: getattr(spec, name) for name in FILLED}, ("settings",))
    if spec.allowed_domains is not None:
        filled["allowed_domains"] = [urls.domain(name) for name in filled["allowed_domains"]]
    if spec.pool.engine == "dask" and "parse_in" not in spec.model_fields_set:
        plain["parse_in"] = "worker"  # so that pages need not travel
    return job.Settings(
        **{name: frozen(value) for name, value in (plain | filled).items()},
        auth=_auth(spec.auth, fill),
        proxies=_proxies(spec.proxies, fill),
        pool=_pool(spec.pool, fill),
    )


def _pool(spec: PoolSpec, fill: Texts) -> job.PoolSettings:
    address = fill.text(spec.address, (*ENGINE, "address"))
    return job.PoolSettings(spec.engine, spec.processes, spec.start_method, address)


def _auth(spec: AuthSpec | None, fill: Texts) -> tuple[str, str] | None:
    if spec is None:
        return None
    path = ("settings", "auth")
    return fill.text(spec.user, (*path, "user")), fill.text(spec.password, (*path, "password"))


def _proxies(spec: ProxiesSpec | None, fill: Texts) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (scheme, tuple(fill.text(url, ("settings", "proxies", scheme, n)) for n, url in enumerate(proxies)))
        for scheme, proxies in (spec or ())
        if proxies
    )


def build_login(spec: LoginSpec | None, fill: Texts) -> job.Login | None:
    """Return what to send before the crawl."""
    if spec is None:
        return None
    if (spec.form is not None) + (spec.json_ is not None) + bool(spec.actions) != 1:
        fill.complain(("login",), "a login says one of form, json and actions")
    for key in ("page", "token") if spec.actions else ():
        if getattr(spec, key) is not None:
            fill.complain(("login", key), "this belongs to form and json; a browser does as the page wants it")
    if spec.token is not None and (spec.token.meta is None) == (spec.token.cookie is None):
        fill.complain(("login", "token"), "a token is one of meta and cookie")
    if spec.token is not None and spec.form is None and spec.page is None:
        fill.complain(("login", "token"), "say in login.page which page the token comes with")
    form = {name: fill.text(value, ("login", "form", name)) for name, value in (spec.form or {}).items()}
    return job.Login(
        fill.text(spec.url, ("login", "url")),
        tuple(form.items()),
        tuple(spec.page_must_match),
        fill.text(spec.page, ("login", "page")),
        fill.data(spec.json_, ("login", "json")),
        job.Token(spec.token.header, spec.token.meta, spec.token.cookie) if spec.token else None,
        build_actions(spec.actions, fill, ("login", "actions")),
    )


def frozen(value: Any) -> Any:
    """Return a list as a tuple, a mapping as pairs, anything else as it is."""
    if isinstance(value, dict):
        return tuple(value.items())
    return tuple(value) if isinstance(value, list) else value
