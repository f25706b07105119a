"""The frozen values that a config becomes, and what they are made with.

Read from the bottom: a `Job` has kinds of pages, a `Kind` has rules, a `Rule` fields, a `Field` a selection. Behind the
room `config` nobody sees anything else of the file.

    job         the whole
    kinds       where pages are: start URLs, params, requests
    rules       how they are read: selections, fields, rules, links
    expect      what a page must be like, and what a run
    settings    how they are fetched
    phrases     what a field takes, in words
    templates   `{name}` in URLs, headers, values and paths
    params      the values that a placeholder takes
    days        ranges of days
    urls        spelling, origin and host of a URL
    version     of the program
    user_agent  who is asking
    extras      libraries that not every user has
    late        patterns that are compiled when they are first used
    discreet    values that do not show all of themselves
    secrets     what no text that leaves the program may hold
    yamldoc     YAML with the place of every value; with yamledit the only door to ruamel.yaml
    yamledit    values changed in a YAML text, and nothing else
"""

from scraper.job.expect import Expect, PageChecks
from scraper.job.job import PROVENANCE, STDOUT, TIMES, Job, Output
from scraper.job.kinds import Action, Kind, Param, ParamFile, RequestSpec, Span
from scraper.job.rules import Call, Condition, Field, Follow, Get, Language, Rule, Selection, Source, Step, nested
from scraper.job.settings import Login, PoolSettings, Settings, Token

__all__ = [
    "PROVENANCE", "STDOUT", "TIMES", "Action", "Call", "Condition", "Expect", "Field", "Follow", "Get", "Job", "Kind",
    "Language", "Login", "Output", "PageChecks", "Param", "ParamFile", "PoolSettings", "RequestSpec", "Rule",
    "Selection", "Settings", "Source", "Span", "Step", "Token", "days", "expect", "extras", "kinds", "late", "nested",
    "params", "phrases", "rules", "secrets", "templates", "urls", "user_agent", "version", "yamldoc", "yamledit",
]  # fmt: skip
