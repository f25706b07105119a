"""Pages in front of a site's own are known by their signs; ordinary pages that bear one are not taken for one."""

import pytest

from scraper.errors import Reason
from scraper.parse.challenges import LITTLE, challenges, header_sign, page_sign
from tests.cli.test_run import css
from tests.report.test_alarms import run

TITLES = [(one.name, title) for one in challenges() for title in sorted(one.titles)]
MARKUP = [(one.name, sign) for one in challenges() for sign in one.page]
WIDGETS = [(one.name, sign) for one in challenges() for sign in one.beside]
ARTICLE = "<p>" + "How such pages are made, and why. " * (LITTLE // 20) + "</p>"


def page(title="", markup="", body="<p>Please wait.</p>"):
    return f"<!doctype html><html><head><title>{title}</title></head><body>{body}<i {markup}></i></body></html>"


@pytest.mark.parametrize(("name", "title"), TITLES)
def test_a_title_tells_a_page_without_records(name, title):
    sign = page_sign(page(f"  {title.upper()} "), gives_records=False)
    assert sign.startswith(name)
    assert page_sign(page(title), gives_records=True) is None
    assert page_sign(page(title, body=ARTICLE), gives_records=False) is None
    assert page_sign(page(f"{title} of a film"), gives_records=False) is None


@pytest.mark.parametrize(("name", "sign"), MARKUP)
def test_what_is_in_the_markup_of_such_pages_alone_tells_one_without_records(name, sign):
    assert page_sign(page(markup=sign), gives_records=False).startswith(name)
    assert page_sign(page(markup=sign), gives_records=True) is None
    assert page_sign(page(markup=sign, body=ARTICLE), gives_records=False) is None


@pytest.mark.parametrize(("name", "sign"), WIDGETS)
def test_a_captcha_tells_only_where_there_is_nothing_else(name, sign):
    widget = f'<div class="{sign}"></div>'
    assert page_sign(page(body=f"<form>{widget}<input type=hidden name=x></form>"), gives_records=False).startswith(
        name
    )
    form = f"<form><p>Write to us</p><input name=mail><textarea></textarea>{widget}</form>"
    assert page_sign(page(body=form), gives_records=False) is None
    assert page_sign(page(body=f"<p>{'Tea of all sorts. ' * 30}</p>{widget}"), gives_records=False) is None


def test_title_and_markup_together_tell_a_page_that_gives_a_record():
    both = page("Just a moment...", "window._cf_chl_opt")
    assert page_sign(both, gives_records=True) == "Cloudflare's challenge (title 'Just a moment...')"
    assert page_sign(both.replace("<p>", ARTICLE), gives_records=True) is None
    assert page_sign("<title>Just a moment&#8230;</title>", gives_records=False)


@pytest.mark.parametrize(
    "script",
    [
        "/cdn-cgi/challenge-platform/scripts/jsd/main.js",
        "https://www.google.com/recaptcha/api.js?render=key",
        "https://js.datadome.co/tags.js",
        "/_Incapsula_Resource?SWJIYLWA=719d34d31c8e3a6e6fffd425f7e032f3",
        "https://x.token.awswaf.com/x/challenge.js",
    ],
)
def test_what_vendors_put_into_every_page_is_no_sign(script):
    markup = page("No tea today", body=f"<h1>No tea today</h1><script src='{script}'></script>")
    assert page_sign(markup, gives_records=False) is None


def test_a_header_is_enough():
    assert header_sign((("CF-Mitigated", "Challenge"),)) == "Cloudflare's challenge (header cf-mitigated: Challenge)"
    assert header_sign((("x-amzn-waf-action", "captcha"),)).startswith("AWS WAF's")
    assert header_sign((("cf-mitigated", "none"), ("server", "cloudflare"))) is None


def test_each_challenge_says_where_its_signs_are_told_of():
    assert all(len(one.source) > 10 and (one.headers or one.titles or one.page or one.beside) for one in challenges())


@pytest.mark.parametrize(
    "hostile", ["<" * 200_000, "<script" * 30_000, "<!--" * 50_000, "<title" * 30_000, "<input " * 30_000]
)
def test_no_page_makes_it_search_for_long(hostile):
    for sign in ("window._cf_chl_opt", "g-recaptcha", "<title>Captcha</title>"):
        page_sign(sign + hostile, gives_records=False)


# --------------------------------------------------------------------------- runs


CHALLENGE = page("Just a moment...", 'class="x"><script>window._cf_chl_opt = {}</script')
REFUSED = (403, {"cf-mitigated": "challenge"}, page("No"))


@pytest.mark.parametrize(
    "answer", [CHALLENGE, page("Captcha"), (403, {}, CHALLENGE), REFUSED, (429, {}, CHALLENGE), (202, REFUSED[1], "")]
)
@pytest.mark.parametrize("more", ["", "expect: {allow_empty: true}\n"])
def test_a_challenge_is_blocked_without_any_key_and_tried_again(answer, more, config, boards):
    boards.pages["/board?offset=10"] = answer
    done = run(config(css(boards, extra=more).replace("retry_times: 0", "retry_times: 1")))
    assert done.exit_code == 4
    assert done.accounts.failed == {Reason.BLOCKED: 1}
    assert [alarm.name for alarm in done.alarms] == ["blocked"]
    assert [one for one in boards.asked() if one.endswith("offset=10")] == ["/board?offset=10"] * 2


def test_a_challenge_that_passes_costs_nothing(config, boards):
    answers = iter([CHALLENGE, boards.pages["/board?offset=10"]])
    boards.pages["/board?offset=10"] = lambda _: next(answers)
    done = run(config(css(boards).replace("retry_times: 0", "retry_times: 1")))
    assert (done.exit_code, done.records) == (0, 9)


def test_a_challenge_in_place_of_json_is_blocked(config, boards):
    boards.pages["/board?offset=10"] = CHALLENGE
    text = css(boards).replace("each: dl > dd", "each: {json: items}").replace("css: p.name a", "json: title")
    done = run(config(text.replace("css: p.score", "json: score")))
    assert done.accounts.failed[Reason.BLOCKED] == 1


def test_a_site_that_tells_of_challenges_and_has_captchas_is_read(config, boards):
    for path, body in boards.pages.items():
        form = '<form><input name=q><div class="g-recaptcha"></div></form><p>window._cf_chl_opt, captcha-delivery.com'
        boards.pages[path] = body.replace("</dl>", f"</dl>{form}").replace("<head>", "<head><title>Captcha</title>")
    assert run(config(css(boards))).exit_code == 0


@pytest.mark.parametrize("status", [403, 404])
def test_other_errors_stay_what_they_are(status, config, boards):
    boards.pages["/board?offset=10"] = (
        status,
        {},
        page("Not here", 'class="g-recaptcha"', "<h1>Not here</h1><form><input>"),
    )
    assert run(config(css(boards))).accounts.failed == {f"http {status}": 1}
