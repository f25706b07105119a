"""check says what a config will do, without secrets."""

import pytest

from scraper.authoring import explain
from scraper.config.load import load_config

CONFIG = r"""
name: shop
timezone: Asia/Shanghai
pages:
  list:
    start_urls: ["http://www.a.example/{cat.id}?p={page}", "http://b.example/"]
    params: {cat: [{id: 7, name: x}, {id: 9, name: y}], page: {first: 1, last: 1000}}
    request: {headers: {X-Cat: "{cat.name}"}}
    records:
      each: div
      key: [url]
      fields:
        _day: {css: dt, steps: [strip, {replace: [a, b]}], na_values: ["-", n/a]}
        at: {value: "{_day}", type: datetime, format: "%d.%m."}
        url: {css: a, attr: href, regex: 'x(.*)', many: true, required: true}
        alt: {from: page, first_of: [h1, {xpath: ./b, get: html}], default: none}
      follow: {css: a.film, page: film, merge: true}
    follow: {css: a.next, params: {shelf: h2}}
    expect: {blocked_if: [captcha]}
  film: {encoding: gbk, parser: soup, records: {fields: {plot: {}}}}
expect: {min_records: 10, field_coverage: {url: 1}}
output: {mode: append}
settings:
  download_delay: 0.5
  robotstxt_obey: false
  retry_http_codes: [500]
  headers: {X-Key: "${KEY}"}
  cookies: {sid: "${KEY}"}
  auth: {user: me, password: "${KEY}"}
  proxies: {https: "http://me:${KEY}@proxy.example:3128"}
  pool: {engine: threads, processes: 2}
"""


@pytest.fixture
def lines(tmp_path, monkeypatch):
    monkeypatch.setenv("KEY", "s3cret")
    path = tmp_path / "x.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return list(explain.lines(load_config(path)))


def test_the_plan_is_told_with_its_first_urls(lines):
    assert lines[:5] == [
        "shop: 2,002 start URLs, records go to output/{name}.jsonl (append)",
        "  http://www.a.example/7?p=1",
        "  http://www.a.example/7?p=2",
        "  http://www.a.example/7?p=3",
        "  … and 1,999 more",
    ]


def test_every_page_and_field_is_told_in_the_order_of_its_treatment(lines):
    start = lines.index("page list: started, GET, parser html5, encoding as declared")
    end = next(n for n, line in enumerate(lines) if line.startswith("expect"))
    assert lines[start + 1 : end] == [
        "  records list: each css 'div', key url",
        "    _day  css 'dt' → strip → replace 'a', 'b' → null if '-', 'n/a'",
        "    at    value '{_day}' → datetime → %d.%m. → zone Asia/Shanghai",
        "    url   css 'a' → attr 'href' → regex 'x(.*)' → many → required",
        "    alt   page: first of css 'h1' | xpath './b' → get html → default 'none'",
        "    follow css 'a.film' → attr 'href' to film, merged",
        "  follow css 'a.next' → attr 'href' to list with shelf",
        "  blocked_if 'captcha'",
        "page film: followed, GET, parser soup, encoding gbk",
        "  records film: the page is the item",
        "    plot  the item",
    ]


def test_what_is_set_is_told_beside_its_default_and_secrets_are_not(lines):
    start = next(n for n, line in enumerate(lines) if line.startswith("expect"))
    assert lines[start:-1] == [
        "expect.min_records: 10 (default 1)",
        "expect.field_coverage: url 1 (default none)",
        "settings.download_delay: 0.5 (default 0)",
        "settings.retry_http_codes: 500 (default 500 502 503 504 522 524 408 429)",
        "settings.robotstxt_obey: false (default true)",
        "settings.headers: X-Key (values not shown)",
        "settings.cookies: sid (values not shown)",
        "settings.auth: set (values not shown)",
        "settings.proxies: https (values not shown)",
        "settings.pool.engine: threads (default processes)",
        "settings.pool.processes: 2 (default none)",
        "at most 16 pages at once, 8 of them from one domain, starts 0.5 s apart",
        "may be redirected to a.example, b.example",
    ]
    assert "s3cret" not in "\n".join(lines)


def test_warnings_stand_at_the_end(lines):
    assert lines[-1].startswith("warning: ")
    assert "settings.robotstxt_obey" in lines[-1]


def test_a_plan_of_one_page_is_told_in_the_singular(tmp_path):
    path = tmp_path / "one.yaml"
    path.write_text("start_urls: [http://a.example/]\nrecords: {fields: {t: h1}}\n", encoding="utf-8")
    assert list(explain.lines(load_config(path)))[:2] == [
        "one: 1 start URL, records go to output/{name}.jsonl (replace)",
        "  http://a.example/",
    ]


def test_a_pattern_is_told_as_it_stands_and_a_slow_plan_with_its_time(tmp_path):
    path = tmp_path / "slow.yaml"
    path.write_text(
        "start_urls: ['http://a.example/{n}']\nparams: {n: {first: 1, last: 721}}\n"
        "records: {fields: {t: {regex: '(\\d+) a'}}}\nsettings: {download_delay: 10}\n",
        encoding="utf-8",
    )
    lines = list(explain.lines(load_config(path)))
    assert r"    t  regex '(\d+) a'" in lines
    assert "so the start URLs alone take 2 h 0 min or more" in lines
    path.write_text(path.read_text("utf-8").replace("download_delay: 10", "download_delay: 0.01"), encoding="utf-8")
    assert not any("start URLs alone" in line for line in explain.lines(load_config(path)))
