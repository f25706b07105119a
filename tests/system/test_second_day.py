"""The day after: ways in which a site stops giving, each an alarm by name, and ordinary days, of which none is one.

Five good runs are known; no config says more than where the records are.
"""

import itertools
import random
import re
import shutil

import pytest

from scraper.errors import Reason
from scraper.models import Failure
from tests.support import shop
from tests.support.shop import CONFIGS, ITEMS, LISTS, home, pages, to, urlset

ALL = LISTS * ITEMS
DETAILS = [f"/p/{n}" for n in range(ALL)]
MOST = DETAILS[5:]
WEEK = 6
"""Good runs before the day."""


def each(paths, answer):
    """Return a change that lets these paths answer so, a function of the path and of what stood there."""

    def change(site):
        return site | {path: answer(path, site[path]) for path in paths}

    return change


def same(answer):
    return lambda *_: answer


def lists(function):
    return each([f"/list?page={n}" for n in range(1, LISTS + 1)], lambda _, page: function(page))


def halved(page):
    items = page.split("<li>")
    return "<li>".join(items[: 1 + (len(items) - 1) // 2]) + "</ul>" + page.partition("</ul>")[2]


API = [f"/api?page={n}" for n in range(1, 11)]
LOGIN = {"/login": "<h1>Please log in</h1>"}
NOT_HERE = "<h1>Willkommen</h1><p>Dieser Artikel ist in Ihrem Land nicht erhältlich."
GERMAN = {f"/de{path}": NOT_HERE for path in DETAILS}
PART = Failure(Reason.TRUNCATED, "206, bytes 0-4/97")
"""What a fetcher makes of a part of a page (tests/fetch/test_fetcher.py)."""
WAYS = {
    "redirected home": ("catalogue", each(MOST, same(to("/"))), "max_redirected_rate"),
    "redirected to their list": ("catalogue", each(MOST, same(to("/list?page=1"))), "max_redirected_rate"),
    "merged, redirected to the list": ("merged", each(MOST, same(to("/list?page=1"))), "max_redirected_rate"),
    "redirected to the login": ("merged", lambda s: each(MOST, same(to("/login")))(s) | LOGIN, "max_redirected_rate"),
    "redirected to the login with a cookie": (
        "catalogue",
        lambda s: each(MOST, same(to("/login", **{"Set-Cookie": "next=1"})))(s) | LOGIN,
        "max_redirected_rate",
    ),
    "redirected to itself with a cookie": (
        "catalogue",
        each(MOST, lambda path, _: to(path, **{"Set-Cookie": "seen=1"})),
        "max_error_rate",
    ),
    "captcha without markup": ("catalogue", each(MOST, same("Are you a human?")), "max_error_rate"),
    "captcha with a heading": ("catalogue", each(MOST, same("<h1>Are you a human?</h1>")), "compare_to_last"),
    "captcha in place of a list": ("catalogue", each(["/list?page=2"], same("<h1>Hm?</h1>")), "compare_to_last"),
    "empty": ("catalogue", each(MOST, same("")), "max_error_rate"),
    "204": ("merged", each(MOST, same((204, {}, ""))), "max_error_rate"),
    "202": ("sitemap", each(MOST, same((202, {}, "<script src=/challenge.js></script>"))), "max_error_rate"),
    "half a page": ("catalogue", lists(lambda page: page[: len(page) // 2]), "compare_to_last"),
    "one list of three": ("catalogue", lists(lambda page: page.replace("/list?page=3", "#")), "compare_to_last"),
    "a next link that leads back": (
        "catalogue",
        lists(lambda page: page.replace("page=3", "page=1")),
        "compare_to_last",
    ),
    "a kind that loses its links": (
        "catalogue",
        lists(lambda page: page.replace('a href="/p', 'a id="/p')),
        "compare_to_last",
    ),
    "a sitemap without links": ("sitemap", each(["/map-2.xml"], same(urlset([]))), "compare_to_last"),
    "a sitemap that is gone": ("sitemap", each(["/map-2.xml"], same((404, {}, ""))), "compare_to_last"),
    "JSON that became HTML": ("feed", each(API[3:], same("<h1>We are back soon</h1>")), "max_error_rate"),
    "another country's numbers": ("catalogue", lists(lambda page: page.replace(".50", ",50 €")), "field_gone"),
    "a page per country": (
        "merged",
        lambda s: each(MOST, lambda path, _: to(f"/de{path}"))(s) | GERMAN,
        "compare_to_last",
    ),
    "a page per country at the same address": ("catalogue", each(MOST, same(NOT_HERE)), "compare_to_last"),
    "206": ("catalogue", each(MOST, same(PART)), "max_error_rate"),
    "206 for the lists": ("feed", each(API[3:], same(PART)), "max_error_rate"),
    "404 for most details": ("catalogue", each(MOST, same((404, {}, ""))), "max_gone_rate"),
    "no answer for most details": ("merged", each(MOST, same(Failure(Reason.CONNECTION))), "max_error_rate"),
    "records doubled": ("feed", each(API, lambda _, page: page.replace("]}", ", ") + page[11:]), "compare_to_last"),
    "lazy lists with half the items": ("catalogue", lists(halved), "compare_to_last"),
    "every page is the first": ("merged", lists(lambda _: home()["/list?page=1"]), "compare_to_last"),
    "a stale copy of last week": ("catalogue", lambda _: day(2), "stale"),
    "a class renamed": ("catalogue", each(DETAILS, lambda _, page: page.replace("code", "kode")), "field_gone"),
    "a class renamed on most pages": (
        "sitemap",
        each(MOST, lambda _, page: page.replace("code", "kode")),
        "compare_to_last",
    ),
}


def every_detail(pattern, text):
    """Return a change of each detail: what matches becomes this, in which `{n}` is a number of its own."""
    return each(DETAILS, lambda path, page: re.sub(pattern, text.replace("{n}", path[3:]), page))


OTHER_KINDS = {
    "€ became $": every_detail("€ ", "$ "),
    "a sign before its number became one behind it": every_detail(r"<em>€ (\d+)\.00", r"<em>\1,00 EUR"),
    "a symbol where names were": every_detail(r"<cite>[^<]+", "<cite>★"),
    "numbers where names were": every_detail(r"<cite>[^<]+", "<cite>81{n}"),
    "another alphabet": every_detail(r"<cite>[^<]+", "<cite>Ольга {n} Берг"),
    "the same name everywhere": every_detail(r"<cite>[^<]+", "<cite>Log in"),
    "a name and all that is told of it": every_detail(r"<cite>([^<]+)", r"<cite>\1, born and at home in the north"),
    "what a template holds": every_detail(r"<p>text", "<p>{{ item.text }} &amp;amp;"),
}
WAYS |= {way: (name, change, "same_shape") for way, change in OTHER_KINDS.items() for name in ["catalogue"]}


def day(number):
    """Return the site on a day: it changes a little."""
    return pages(range(ALL), price=f"{{}}{number}.50")


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """A folder for each config, in which the runs of a week are known."""
    folders = {}
    with pytest.MonkeyPatch.context() as patch:
        for name, text in CONFIGS.items():
            folders[name] = tmp_path_factory.mktemp(name)
            patch.chdir(folders[name])
            (folders[name] / "shop.yaml").write_text(text)
            for number in range(WEEK):
                assert shop.run(patch, folders[name] / "shop.yaml", day(number)).exit_code == 0
            shutil.copytree(folders[name] / "output", folders[name] / "kept")
    return folders


@pytest.fixture
def second(good, monkeypatch):
    """A function that runs a config on the day after, and returns its report and whether the output stands."""

    def second(name, site):
        folder = good[name]
        shutil.rmtree(folder / "output")
        shutil.copytree(folder / "kept", folder / "output")
        monkeypatch.chdir(folder)
        output = folder / "output" / "shop.jsonl"
        before = output.read_bytes()
        report = shop.run(monkeypatch, folder / "shop.yaml", site)
        accounts = report.accounts
        ended = accounts.fetched + accounts.failures + sum(accounts.skipped.values()) + accounts.unfinished
        assert accounts.planned == ended
        return report, output.read_bytes() == before

    return second


@pytest.mark.parametrize("way", WAYS)
def test_a_site_that_stops_giving_is_an_alarm_by_name_and_yesterdays_output_stands(second, way):
    name, change, alarm = WAYS[way]
    report, stands = second(name, change(day(WEEK)))
    assert (report.exit_code, stands) == (4, True), report
    assert alarm in [each.name for each in report.alarms], report.alarms


# --------------------------------------------------------------------------- ordinary days


def fewer(chance, _):
    return pages(sorted(chance.sample(range(ALL), ALL - chance.randint(1, ALL // 10))), price="{}9.5")


def more(chance, _):
    return pages(range(ALL + chance.randint(1, ALL // 10)), price="{}9.5")


def gone(chance, site):
    return each(chance.sample(DETAILS, 4), same((404, {}, "")))(site)


def failing(chance, site):
    return each([chance.choice([*DETAILS, *API])], same((500, {}, "")))(site)


def optional(chance, site):
    return each(chance.sample(DETAILS, ALL // 3), lambda _, page: page.replace("code", "kode"))(site)


def sold_out(chance, site):
    some = chance.sample(DETAILS, ALL // 3)
    return each(some, lambda _, page: re.sub("<em>[^<]+", f"<em>{chance.choice(['sold out', '$ 9.50'])}", page))(site)


def renewed(chance, site):
    def new(_, page):
        grower = " ".join(chance.sample(["A", "Maria", "Wu", "van den Heuvel", "O'Neil", "José", "42nd Street"], 2))
        text = " ".join("leaf" for _ in range(chance.randint(1, 9)))
        page = re.sub("<cite>[^<]+", f"<cite>{grower}", page)
        return re.sub("<p>text", f"<p>{text}" if chance.random() < 0.5 else "<p>text", page)

    return each(DETAILS, new)(site)


CHANGES = (fewer, more, gone, failing, optional, sold_out, renewed)
ORDINARY = list(itertools.product(CONFIGS, CHANGES, range(4)))


@pytest.mark.parametrize(("name", "change", "seed"), ORDINARY, ids=lambda each: getattr(each, "__name__", str(each)))
def test_an_ordinary_day_is_no_alarm(second, name, change, seed):
    report, _ = second(name, change(random.Random(seed), day(WEEK)))
    assert report.exit_code in (0, 3), (report.alarms, report.losses)
    assert report.alarms == ()
