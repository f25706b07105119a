"""A config file becomes a Job, or every mistake at once with its place."""

# ruff: noqa: E501 - tables of configs, one a line

import json
import re
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper import job as jobs
from scraper.config import load as config
from scraper.config.json_schema import json_schema
from scraper.config.model import ExpectSpec, PoolSpec, SettingsSpec
from scraper.errors import ConfigError
from scraper.job import Field, Follow, Param, ParamFile, RequestSpec, Rule, Selection, Source, Span, Step, yamldoc
from scraper.job import expect as checks
from scraper.job.templates import Template

MAOYAN = r"""
name: maoyan
pages:
  hot:
    start_urls: [https://www.maoyan.com/board/7]
    records:
      each: {regex: '<dd>.*?</dd>'}
      fields:
        index: {regex: 'board-index.*?>(\d+)<', type: int, required: true}
        title: {regex: 'title="(.*?)"', required: true}
        actor: {regex: 'class="star">(.*?)</p>', steps: [{remove_prefix: "主演："}]}
        score: {regex: 'integer">(.*?)</i>.*?fraction">(.*?)</i>', join: "", type: float}
  top100:
    start_urls: ["https://www.maoyan.com/board/4?offset={offset}"]
    params: {offset: {first: 0, last: 90, step: 10}}
    records:
      each: dl.board-wrapper > dd
      key: [url]
      fields:
        index: {css: i.board-index, type: int, required: true}
        title: {css: p.name a, attr: title, required: true}
        actor: {css: p.star, steps: [{remove_prefix: "主演："}]}
        score: {css: p.score, type: float, na_values: [暂无评分]}
        url:   {css: p.name a, attr: href, type: url}
        updated: {from: page, css: p.update-time, regex: '\d{4}-\d\d-\d\d', type: date}
      follow: [{css: p.name a, page: film, merge: true}]
  film:
    records:
      fields:
        minutes: {css: li.ellipsis, regex: '(\d+)分钟', type: int}
        genres:  {css: a.text-link, many: true}
        plot:    {first_of: [span.dra, {css: 'meta[name="description"]', attr: content}]}
output: {path: "output/{name}.jsonl", mode: replace, provenance: true}
expect: {min_records: 10, field_coverage: {title: 1.0, score: 0.9}, blocked_if: [验证中心]}
settings: {concurrent_requests: 16, concurrent_requests_per_domain: 8, download_delay: 0.5, robotstxt_obey: true}
"""
SHOP = r"""
name: shop
timezone: Asia/Shanghai
login: {url: "https://shop.example/login", form: {user: "${SHOP_USER}", password: "${SHOP_PASSWORD}"}, page_must_match: [Logout]}
pages:
  list:
    start_urls: ["https://shop.example/{cat.id}?p={page}"]
    params: {cat: [{id: 7, name: 茶}, {id: 9, name: 瓷器}], page: {first: 1, last: 3}}
    records:
      - name: products
        each: div.product
        fields:
          category: {value: "{cat.name}"}
          name: h2
      - name: events
        each: dt
        fields: {_day: dt, _time: {css: .time, default: "19:30"}, at: {value: "{_day} {_time}", type: datetime, format: "%d.%m. %H:%M"}}
    follow: [{css: nav a, page: jobs, params: {shelf: {css: h1}}}]
  reviews:
    start_urls: [https://shop.example/api]
    request: {method: POST, headers: {X-Api-Key: "${SHOP_PASSWORD}"}}
    records: {each: {json: 'data[]'}, fields: {text: {json: body}, tags: {json: tags}}}
  jobs:
    records: {each: {css: script, regex: '__DATA__ = (\{.*\})', json: 'items[]'}, fields: {id: {json: id}, shelf: {value: "{shelf}"}}}
output: {path: "output/shop.jsonl"}
"""


def css(pattern, **options):
    return Selection((Source("css", pattern),), **options)


def regex(pattern, **options):
    return Selection((Source("regex", pattern),), **options)


@pytest.fixture
def load(tmp_path):
    """A function that loads a config of this text."""

    def load(text, overrides=MappingProxyType({}), name="x.yaml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return config.load_config(path, overrides)

    return load


@pytest.fixture
def mistakes(load, tmp_path):
    """A function that returns what is wrong with a config, a text each, without the folder."""

    def mistakes(text, overrides=MappingProxyType({})):
        with pytest.raises(ConfigError) as caught:
            load(text, overrides)
        return [str(problem).replace(f"{tmp_path}/", "") for problem in caught.value.problems]

    return mistakes


# --------------------------------------------------------------------------- what is right


def test_the_boards_of_maoyan_become_a_job(load):
    job = load(MAOYAN, name="other.yaml")
    assert job.name == "maoyan"
    assert list(job.kinds) == ["hot", "top100", "film"]
    assert job.kinds["hot"] == jobs.Kind(
        "hot",
        rules=(
            Rule(
                "hot",
                (
                    Field("index", regex(r"board-index.*?>(\d+)<"), type="int", required=True),
                    Field("title", regex('title="(.*?)"'), required=True),
                    Field("actor", regex('class="star">(.*?)</p>'), steps=(Step("remove_prefix", "主演："),)),
                    Field("score", regex('integer">(.*?)</i>.*?fraction">(.*?)</i>'), join="", type="float"),
                ),
                each=regex("<dd>.*?</dd>"),
            ),
        ),
        start_urls=(Template("https://www.maoyan.com/board/7"),),
        checks=checks.PageChecks(blocked_if=("验证中心",)),
    )
    top = job.kinds["top100"]
    assert top.params == (Param("offset", Span(0, 90, 10)),)
    (rule,) = top.rules
    assert (rule.each, rule.key) == (css("dl.board-wrapper > dd"), ("url",))
    assert rule.follow == (Follow("film", css("p.name a", attr="href"), merge=True),)
    assert rule.fields[3:] == (
        Field("score", css("p.score"), type="float", na_values=frozenset({"暂无评分"})),
        Field("url", css("p.name a", attr="href"), type="url"),
        Field(
            "updated",
            Selection((Source("css", "p.update-time"), Source("regex", r"\d{4}-\d\d-\d\d")), from_page=True),
            type="date",
        ),
    )
    plot = Selection(first_of=(css("span.dra"), css('meta[name="description"]', attr="content")))
    assert job.kinds["film"].rules[0].fields[1:] == (
        Field("genres", css("a.text-link"), many=True),
        Field("plot", plot),
    )
    assert job.output == jobs.Output(Template("output/{name}.jsonl"), "replace", provenance=jobs.PROVENANCE)
    assert job.expect == checks.Expect(min_records=10, field_coverage={"title": 1.0, "score": 0.9})
    assert job.settings == jobs.Settings(download_delay=0.5)
    assert job.warnings == ()


def test_the_shop_becomes_a_job(load, monkeypatch):
    monkeypatch.setenv("SHOP_USER", "me")
    monkeypatch.setenv("SHOP_PASSWORD", "{cat.id} {{x}}")
    job = load(SHOP)
    assert job.login == jobs.Login(
        "https://shop.example/login", (("user", "me"), ("password", "{cat.id} {{x}}")), ("Logout",)
    )
    shelves = job.kinds["list"]
    cats = ({"id": 7, "name": "茶"}, {"id": 9, "name": "瓷器"})
    assert shelves.params == (Param("cat", cats), Param("page", Span(1, 3)))
    assert shelves.follow == (Follow("jobs", css("nav a", attr="href"), params=(("shelf", css("h1")),)),)
    products, events = shelves.rules
    assert products.fields[0] == Field(
        "category", Selection((Source("value", Template("{cat.name}")),)), timezone="Asia/Shanghai"
    )
    assert (products.name, events.name, events.fields[0].is_helper) == ("products", "events", True)
    assert events.fields[1].default == "19:30"
    assert events.fields[2].formats == ("%d.%m. %H:%M",)
    request = job.kinds["reviews"].request
    assert (request.method, request.headers[0][1].fill({})) == ("POST", "{cat.id} {{x}}")
    each = job.kinds["jobs"].rules[0].each
    assert [source.language for source in each.sources] == ["css", "regex", "json"]


def test_rules_with_files_of_their_own_may_have_fields_of_one_name_and_keys_in_append(load):
    text = URLS + "records: [{name: r, key: [a], fields: {a: h1}}, {name: s, fields: {a: {css: h1, type: int}}}]\n"
    assert load(text + "output: {path: 'o/{records}.jsonl', mode: append}").output.is_split


@pytest.mark.parametrize("pattern", ["li:contains(x)", ":is(p, li:not(:contains(x)))"])
def test_wait_for_takes_what_a_browser_knows(mistakes, pattern):
    said = mistakes(URLS + RECORDS + f"wait_for: '{pattern}'")
    assert said[0].endswith("only a browser can wait; say settings: {fetcher: browser}")
    assert len(said) == 2
    assert "no browser knows :contains(); name the element that holds" in said[1]


def test_parquet_needs_its_extra(mistakes, monkeypatch):
    monkeypatch.setattr("scraper.job.extras.find_spec", lambda _: None)
    (line,) = mistakes(URLS + RECORDS + "output: {path: o/x.parquet}")
    assert "pip install '.[parquet]' in its checkout" in line


def test_a_locale_needs_its_extra(mistakes, monkeypatch):
    monkeypatch.setattr("scraper.job.extras.find_spec", lambda _: None)
    (line,) = mistakes(URLS + "records: {fields: {a: {css: p, type: date, format: '%d %B', locale: fr}}}")
    assert "locale 'fr' needs the extra `locales`: pip install '.[locales]' in its checkout" in line


def test_sources_run_in_written_order(load):
    rule = load(BASE + "  fields: {a: {json: x, regex: y, attr: z}, b: {regex: y, json: x}}").kinds["x"].rules[0]
    assert [[source.language for source in field.selection.sources] for field in rule.fields] == [
        ["json", "regex"],
        ["regex", "json"],
    ]


BASE = "start_urls: ['http://a.example/']\nrecords:\n"


def test_a_single_kind_stands_at_the_top_level_and_bears_the_name_of_the_file(load):
    job = load(BASE + "  fields: {a: h1}\nencoding: gbk\nexpect: {allow_empty: true, min_records: 0}\nfollow: a.next")
    assert (job.name, list(job.kinds)) == ("x", ["x"])
    kind = job.kinds["x"]
    assert (kind.rules[0].name, kind.encoding, kind.checks) == ("x", "gbk", checks.PageChecks(allow_empty=True))
    assert kind.follow == (Follow("x", css("a.next", attr="href")),)
    assert job.output == jobs.Output(Template("output/{name}.jsonl"))


def test_what_a_kind_does_not_say_the_file_says_for_all(load):
    job = load("""
parser: soup
encoding: gbk
request: {headers: {A: b}}
expect: {page_must_match: [x], blocked_if: [y], allow_empty: true}
pages:
  one: {start_urls: ['http://a/'], records: {fields: {a: h1}}}
  two:
    start_urls: ['http://b/']
    parser: lxml
    encoding: utf-8
    request: {method: POST}
    expect: {blocked_if: [z], allow_empty: false}
    records: {fields: {a: h1}}
""")
    one, two = job.kinds.values()
    assert (one.parser, one.encoding, one.request) == ("soup", "gbk", RequestSpec("GET", (("A", Template("b")),)))
    assert one.checks == checks.PageChecks(("x",), ("y",), allow_empty=True)
    assert (two.parser, two.encoding, two.request) == ("lxml", "utf-8", RequestSpec("POST", (("A", Template("b")),)))
    assert two.checks == checks.PageChecks(("x",), ("z",), allow_empty=False)


def test_links_give_href_unless_something_else_is_said(load):
    text = """
    - a.x
    - {css: a, attr: data-url}
    - {css: a, get: own_text}
    - {css: a, regex: 'x'}
    - {xpath: ./a}
    - {first_of: [a.x, {css: b, attr: src}]}
    - {value: "{+_url}/more"}
    - {json: next}
    - {xpath: '//a/@href'}
    - {xpath: './/link/text()'}
    - {xpath: 'string(//a[2]/@data-url)'}
    - {xpath: '//a[@href]'}
"""
    follows = load(BASE + "  fields: {a: h1}\nfollow:" + text).kinds["x"].follow
    assert [(follow.selection.attr, follow.selection.get) for follow in follows] == [
        ("href", "text"), ("data-url", "text"), (None, "own_text"), (None, "text"), ("href", "text"), (None, "text"),
        (None, "text"), (None, "text"), (None, "text"), (None, "text"), (None, "text"), ("href", "text"),
    ]  # fmt: skip
    assert [member.attr for member in follows[5].selection.first_of] == ["href", "src"]


@pytest.mark.parametrize(
    ("text", "bounds"),
    [("10", (10, 10)), ("{min: 1, max: 10}", (1, 10)), ("{min: 0}", (0, None)), ("{max: 9}", (None, 9))],
)
def test_records_per_page_is_a_number_or_a_span(load, text, bounds):
    job = load(URLS + RECORDS + f"expect: {{records_per_page: {text}}}")
    assert job.kinds["x"].checks.records_per_page == checks.Bounds(*bounds)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[mail, -s, it failed, '${WHO}']", ("mail", "-s", "it failed", "ops; rm -rf /")),
        ("mail -s 'it failed' ${WHO}", ("mail", "-s", "it failed", "ops; rm -rf /")),
        ("./tell.sh", ("./tell.sh",)),
        ("[sh, -c, 'tail | mail x']", ("sh", "-c", "tail | mail x")),
    ],
)
def test_a_command_is_a_list_of_words_and_what_a_variable_holds_is_one(load, monkeypatch, text, words):
    monkeypatch.setenv("WHO", "ops; rm -rf /")
    job = load(URLS + RECORDS + f"on_failure: {text}")
    assert job.on_failure == words
    assert "ops" not in repr(job)


def test_names_are_handed_on(load):
    job = load("""
pages:
  list:
    start_urls: ['http://a/{n}']
    params: {n: [1]}
    records: {each: li, fields: {t: h1}, follow: {css: a, page: one, params: [n, t]}}
  one: {records: {fields: {u: {value: '{n}-{t}'}}}}
""")
    assert job.kinds["list"].rules[0].follow[0].handed_on == ("n", "t")


def test_what_is_legal_is_not_refused(load):
    """Each of these is near to a mistake and none."""
    load(
        """
pages:
  list:
    start_urls: ['http://a/{n}', '{+base}/{n}']
    params: {n: [1], base: [http://b]}
    request: {headers: {X: '{n}'}}
    records:
      each: dd
      key: [plot]
      fields:
        a: {xpath: ancestor::dl//b}
        b: {xpath: //b, from: page}
        c: {xpath: "./a[contains(@href, '(/x')]"}
        d: {css: i, many: true, default: []}
        e: {value: '{n} {a} {_url} {_page} {_position} {_fetched_at} {} {1} {{z}}'}
        f: {json: html, css: p}
        g: {attr: data-x, json: y}
        h: {css: 'a[title="::text"]', get: html, regex: '(?<x>a)'}
        n: {value: '{n}'}
      follow: [{css: a, page: film, merge: true}, {value: '/{a}?q={n}', page: other, params: [n, a]}]
    follow: {css: a.next}
  film: {records: {fields: {plot: {}, _day: h1}}}
  other:
    start_urls: ['http://a/{n}?{a}']
    params: {n: {first: 3, last: 1, step: -1}, a: [x, 1.5, true]}
    records: {fields: {c: {value: '{a}{n}'}, _day: {css: h1, type: int}}}
""".replace("from: item", "get: text")
    )


def test_groups_are_names_or_numbers(load):
    fields = "  fields: {a: {group: one}, b: {group: 2}, c: {group: [one, 2], join: ''}, d: {group: ['2']}}"
    rule = load(BASE + "  each: {regex: '(?P<one>.)(.)'}\n" + fields).kinds["x"].rules[0]
    groups = [field.selection.sources[0].pattern for field in rule.fields]
    assert groups == [("one",), ("2",), ("one", "2"), ("2",)]


def test_every_step_is_read(load):
    steps = """[strip, lower, upper, unescape, strip_tags, {replace: [a, b]}, {sub: ['(a)', '\\1']}, {slice: "3:"},
    {split: ","}, {join: "/"}, {remove_prefix: x}, {remove_suffix: x}, {map: {One: 1, none: null}}]"""
    (field,) = load(BASE + f"  fields: {{a: {{css: b, steps: {steps}}}}}").kinds["x"].rules[0].fields
    assert [step.name for step in field.steps] == [
        "strip", "lower", "upper", "unescape", "strip_tags", "replace", "sub", "slice", "split", "join",
        "remove_prefix", "remove_suffix", "map",
    ]  # fmt: skip
    assert field.steps[0] == Step("strip")
    assert field.steps[6] == Step("sub", ("(a)", r"\1"))
    assert field.steps[-1] == Step("map", {"One": 1, "none": None})


def test_settings_are_read_into_their_forms(load, monkeypatch):
    monkeypatch.setenv("KEY", "s3cret")
    settings = load(
        BASE
        + "  fields: {a: h1}\n"
        + """settings:
  headers: {X-Key: "${KEY}"}
  cookies: {sid: "${KEY}"}
  auth: {user: me, password: "${KEY}"}
  proxies: {http: 'http://p:1', https: ['http://p:1', 'http://q:2']}
  allowed_domains: [A.example, 例子.cn, '::1']
  retry_http_codes: []
  pool: {engine: threads, processes: 3, start_method: spawn}
  depth_limit: 3
  download_delay: 1
"""
    ).settings
    assert settings == jobs.Settings(
        headers=(("X-Key", "s3cret"),), cookies=(("sid", "s3cret"),), auth=("me", "s3cret"),
        proxies=(("http", ("http://p:1",)), ("https", ("http://p:1", "http://q:2"))),
        allowed_domains=("a.example", "xn--fsqu00a.cn", "::1"), retry_http_codes=(),
        pool=jobs.PoolSettings("threads", 3, "spawn"), depth_limit=3, download_delay=1,
    )  # fmt: skip
    assert "s3cret" not in repr(settings)


def test_variables_are_filled_everywhere_but_in_patterns_and_steps(load, monkeypatch):
    monkeypatch.setenv("V", "{n}")
    monkeypatch.setenv("H", "b.example")
    job = load("""
start_urls: ['http://${H}/{n}?v=${V}']
params: {n: ['${V}']}
records:
  each: {regex: '${V}'}
  fields:
    a: {regex: '${V}', default: '${V}', na_values: ['${V}'], steps: [{replace: ['${V}', x]}]}
    b: {value: '{_url}${V}{{n}}'}
    c: {from: page, css: 'a[title="${V}"]'}
output: {path: 'output/${H}/{name}.jsonl'}
""")
    kind = job.kinds["x"]
    assert kind.start_urls[0].fill_url({"n": 1}) == "http://b.example/1?v={n}"
    assert kind.params == (Param("n", ("{n}",)),)
    assert kind.rules[0].each == regex("${V}")
    a, b, c = kind.rules[0].fields
    assert (a.selection, a.default, a.na_values) == (regex("${V}"), "{n}", frozenset({"{n}"}))
    assert a.steps == (Step("replace", ("${V}", "x")),)
    assert b.selection.sources[0].pattern.fill({"_url": "u"}) == "u{n}{n}"
    assert c.selection.sources[0].pattern == 'a[title="${V}"]'
    assert job.output.path.fill_path({"name": "y"}) == "output/b.example/y.jsonl"


def test_a_variable_cannot_make_a_placeholder_of_the_braces_beside_it(mistakes, monkeypatch):
    monkeypatch.setenv("V", "n")
    (mistake,) = mistakes("start_urls: ['http://a/{${V}}{n}']\nparams: {n: [1]}\nrecords: {fields: {a: h1}}")
    assert mistake.startswith("x.yaml:1:14: start_urls[0]: a brace beside ${…}")


def test_files_of_params_lie_beside_the_config(load, tmp_path):
    (tmp_path / "ids.txt").write_text("7\n", encoding="utf-8")
    job = load("start_urls: ['http://a/{id}']\nparams: {id: {file: ids.txt}}\nrecords: {fields: {a: h1}}")
    assert job.kinds["x"].params == (Param("id", ParamFile(tmp_path / "ids.txt")),)


def test_a_job_is_another_if_what_was_read_is(load, tmp_path, monkeypatch):
    text = "start_urls: ['http://a/{id}?${V}']\nparams: {id: {file: ids.txt}}\nrecords: {fields: {a: h1}}"
    ids = tmp_path / "ids.txt"
    ids.write_text("7\n", encoding="utf-8")
    monkeypatch.setenv("V", "1")
    monkeypatch.setenv("UNUSED", "1")
    first = load(text).digest
    assert re.fullmatch("[0-9a-f]{64}", first)
    monkeypatch.setenv("UNUSED", "2")
    assert load(text + "\n# a comment").digest == first
    assert load(text.replace("h1", "h2")).digest != first
    assert load(text, {"depth_limit": "3"}).digest != first
    monkeypatch.setenv("V", "2")
    assert load(text).digest != first
    monkeypatch.setenv("V", "1")
    ids.write_text("7\n8\n", encoding="utf-8")
    assert load(text).digest != first
    ids.write_text("7\n", encoding="utf-8")
    assert load(text).digest == first


# --------------------------------------------------------------------------- -s NAME=VALUE


def test_settings_can_be_changed_from_outside(load):
    text = BASE + "  fields: {a: h1}\nsettings: {depth_limit: 5, retry_times: 1}"
    changes = {
        "download_delay": "2", "pool.engine": "threads", "robotstxt_obey": "false", "depth_limit": "null",
        "retry_http_codes": "[500, 503]", "user_agent": "Bot: mine (+http://a/)", "headers.X-A": "#1",
    }  # fmt: skip
    settings = load(text, changes).settings
    assert settings == jobs.Settings(
        download_delay=2, pool=jobs.PoolSettings("threads"), robotstxt_obey=False, retry_http_codes=(500, 503),
        user_agent="Bot: mine (+http://a/)", headers=(("X-A", "#1"),), retry_times=1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("retry_tims", "3", "-s: retry_tims: unknown key; did you mean 'retry_times'?"),
        ("pool.engin", "threads", "-s: pool.engin: unknown key; did you mean 'engine'?"),
        ("pool.engine", "ray", "-s: pool.engine: expected 'processes', 'threads' or 'dask', got the text 'ray'"),
        ("pool.engine", "dask", "-s: pool.engine: dask needs the address of its scheduler: address: tcp://HOST:PORT"),
        ("download_delay", "-1", "-s: download_delay: expected at least 0, got -1"),
        ("download_delay", "soon", "-s: download_delay: expected a number, got the text 'soon'"),
        ("robotstxt_obey", "no", "-s: robotstxt_obey: expected true or false, got the text 'no'"),
        ("retry_times.x", "1", "-s: retry_times.x: unknown setting; did you mean 'retry_times'?"),
        ("min_records", "5", "-s: min_records: unknown key here; it belongs to expect (of the file)"),
        ("user_agent", '"a\\nb"', "-s: user_agent: a header's value holds no line break (CR, LF)"),
    ],
)
def test_a_wrong_change_is_told(mistakes, name, value, message):
    text = BASE + "  fields: {a: h1}\nsettings: {retry_times: 1}"
    assert mistakes(text, {name: value}) == [message]


# --------------------------------------------------------------------------- what is wrong

ITEM = BASE + "  each: div\n  fields:\n    a: "
MATCH = BASE + "  each: {regex: 'x(?P<one>.)(.)'}\n  fields:\n    a: "
RECORDS = "records: {fields: {a: h1}}\n"
URLS = "start_urls: ['http://a.example/']\n"


def kinds(one, two):
    return f"pages:\n  one: {{start_urls: ['http://a/'], {one}}}\n  two: {{{two}}}\n"


WRONG = [
    # YAML takes it for something else
    (BASE + "  each: #id\n  fields: {a: h1}", "3:3: records.each", "quote a text that begins with #"),
    (BASE + "  each: [x]\n  fields: {a: h1}", "3:9: records.each", "quote a text that begins with ["),
    (ITEM + "{css: {a}}", "5:14: records.fields.a.css", "quote a text that begins with {"),
    (ITEM + "{css: 5}", "5:14: records.fields.a.css", "expected text, got the number 5; quote it"),
    (ITEM + "5", "5:8: records.fields.a", "expected a selection, which is a text (CSS) or a mapping, got the number 5"),
    (ITEM + "{css: a, many: yes}", "5:23: records.fields.a.many", "expected true or false, got the text 'yes'"),
    (ITEM + "{css: a, na_values: [0]}", "5:29: records.fields.a.na_values[0]", "expected text, got the number 0"),
    (ITEM + "{css: a, na_values: '-'}", "5:28: records.fields.a.na_values", "expected a list, got the text '-'"),
    # keys
    (ITEM + "{css: a, all: true}", "5:17: records.fields.a.all", "unknown key; did you mean 'many'?"),
    (ITEM + "{selector: a}", "5:9: records.fields.a.selector", "unknown key; did you mean 'css'?"),
    (ITEM + "{css: a, tipe: int}", "5:17: records.fields.a.tipe", "unknown key; did you mean 'type'?"),
    (ITEM + "{first_of: [h1, {css: h2, atr: x}]}", "5:34: records.fields.a.first_of[1].atr", "did you mean 'attr'?"),
    (ITEM + "{css: a, key: [b]}", "5:17: records.fields.a.key", "it belongs to records"),
    (URLS + RECORDS + "download_delay: 2", "3:1: download_delay", "it belongs to settings"),
    (URLS + RECORDS + "setings: {}", "3:1: setings", "did you mean 'settings'?"),
    (URLS + RECORDS + "output: {file: x}", "3:10: output.file", "unknown key; expected path, mode, on_new_fields, times"),
    (ITEM + "h1\n    a: h2", "6:5: records.fields.a", "duplicate key"),
    (ITEM + "{css: a, explode: b}", "5:17: records.fields.a.explode", "unknown key"),
    # patterns
    (ITEM + "{css: 'a['}", "5:14: records.fields.a.css", "is no CSS selector"),
    (ITEM + "'a['", "5:8: records.fields.a", "is no CSS selector"),
    (ITEM + "{css: 'h1::text'}", "5:14: records.fields.a.css", "write {css: 'h1', get: text}"),
    (ITEM + "{css: 'a::attr(href)'}", "5:14: records.fields.a.css", "write {css: 'a', attr: href}"),
    (ITEM + "{xpath: './/a['}", "5:16: records.fields.a.xpath", "is no XPath expression"),
    (ITEM + "{xpath: '//a'}", "5:16: records.fields.a.xpath", "say `.//`"),
    (ITEM + "{xpath: 'count(//a)'}", "5:16: records.fields.a.xpath", "say `.//`"),
    (ITEM + "{regex: '('}", "5:16: records.fields.a.regex", "'(' is no regex: missing )"),
    (ITEM + "{json: 'a['}", "5:15: records.fields.a.json", "is no JMESPath expression"),
    (BASE + "  each: {regex: '('}\n  fields: {a: {group: x}}", "3:17: records.each.regex", "is no regex"),
    (MATCH + "{group: two}", "5:16: records.fields.a.group", "no group 'two', but 2 groups, named one"),
    (MATCH + "{group: [1, 3]}", "5:16: records.fields.a.group", "no group '3'"),
    (MATCH + "{group: 1.5}", "5:16: records.fields.a.group", "expected text, got the number 1.5"),
    (ITEM + "{group: 1}", "5:16: records.fields.a.group", "group needs an `each` that ends with a regex"),
    (MATCH + "{css: p}", "5:14: records.fields.a.css", "the items are text"),
    (MATCH + "{attr: href}", "5:15: records.fields.a.attr", "attr takes from elements"),
    (MATCH + "{get: html}", "5:14: records.fields.a.get", "get takes from elements"),
    # selections
    (ITEM + "{regex: a, css: b}", "5:24: records.fields.a.css", "css cannot read the text that regex gives"),
    (ITEM + "{css: b, value: x}", "5:24: records.fields.a.value", "value begins a selection"),
    (ITEM + "{first_of: [h1], css: x}", "5:30: records.fields.a.css", "css cannot stand beside first_of"),
    (ITEM + "{first_of: [h1], attr: x}", "5:31: records.fields.a.attr", "attr cannot stand beside first_of"),
    (ITEM + "{first_of: []}", "5:19: records.fields.a.first_of", "expected at least one, got none"),
    (ITEM + "{css: a, attr: x, get: html}", "5:31: records.fields.a.get", "not both"),
    (ITEM + "{css: a, get: htm}", "5:22: records.fields.a.get", "'html', 'inner_html' or 'exists', got the text 'htm'"),
    (ITEM + "{css: a, from: item}", "5:23: records.fields.a.from", "expected 'page', got the text 'item'"),
    (ITEM + "{css: a, get: exists, regex: b}", "5:22: records.fields.a.get", "exists gives true or false"),
    (URLS + RECORDS + "follow: {css: a, from: page}", "3:24: follow.from", "everything reads the page anyway"),
    (BASE + "  each: {}\n  fields: {a: h1}", "3:9: records.each", "which find the items"),
    (BASE + "  each: {css: a, attr: b}\n  fields: {a: {}}", "3:24: records.each.attr", "say attr in the fields"),
    (BASE + "  each: {value: x}\n  fields: {a: h1}", "3:17: records.each.value", "value finds no items"),
    (BASE + "  each: {css: a, from: page}\n  fields: {a: h1}", "3:24: records.each.from", "reads the page anyway"),
    # fields
    (ITEM + "{css: a, type: integer}", "5:23: records.fields.a.type", "'int'"),
    (ITEM + "{css: a, many: true, join: ''}", "5:35: records.fields.a.join", "say one of the two"),
    (ITEM + "{css: a, steps: [trim]}", "5:25: records.fields.a.steps[0]", "unknown step 'trim'"),
    (ITEM + "{css: a, steps: [replace]}", "5:25: records.fields.a.steps[0]", "'replace' needs an argument"),
    (ITEM + "{css: a, steps: [{replace: a}]}", "5:35: records.fields.a.steps[0].replace", "expected a list, got"),
    (ITEM + "{css: a, steps: [{replace: [a]}]}", "5:35: records.fields.a.steps[0].replace", "a list of 2, got 1"),
    (ITEM + "{css: a, steps: [{sub: ['(', b]}]}", "5:31: records.fields.a.steps[0].sub", "is no regex"),
    (ITEM + "{css: a, steps: [{slice: x}]}", "5:33: records.fields.a.steps[0].slice", "is no slice"),
    (ITEM + "{css: a, steps: [{strip: 1}]}", "5:33: records.fields.a.steps[0].strip", "write its name alone"),
    (ITEM + "{css: a, steps: [{split: ',', join: x}]}", "5:25: records.fields.a.steps[0]", "got join and split"),
    (ITEM + "{css: a, steps: strip}", "5:24: records.fields.a.steps", "expected a list, got the text 'strip'"),
    (ITEM + "{css: a, type: int, default: none}", "5:37: records.fields.a.default", "expected a value of type int"),
    (ITEM + "{css: a, default: 3}", "5:26: records.fields.a.default", "expected a value of type str"),
    (ITEM + "{css: a, type: bool, default: 1}", "5:38: records.fields.a.default", "of type bool"),
    (ITEM + "{css: a, many: true, default: [x]}", "5:38: records.fields.a.default", "many gives []"),
    (ITEM + "{xpath: './/a[1 or //b]'}", "5:16: records.fields.a.xpath", "say `.//`"),
    (MATCH + "{group: []}", "5:16: records.fields.a.group", "expected at least one"),
    (BASE + "  each: {first_of: [a, {regex: b}]}\n  fields: {a: {}}", "3:20: records.each.first_of", "of one sort"),
    (BASE + "  each: {first_of: [{regex: '(a)'}, {regex: b}]}\n  fields: {a: {group: 1}}", "4:23: records.fields.a.group", "no group '1'"),
    (URLS + RECORDS + "follow: {value: '{_url}/x'}", "3:17: follow.value", "write {+_url}"),
    (URLS + RECORDS + "follow: {value: '/{_position}'}", "3:17: follow.value", "unknown name {_position}"),
    (BASE + "  fields: {a: {css: b, type: url}}\n  follow: {value: '{a}?x'}", "4:19: records.follow.value", "write {+a}"),
    (ITEM + "{css: a, type: date, default: 2024-1-1}", "5:38: records.fields.a.default", "of type date"),
    (ITEM + "{css: a, type: url, default: /x}", "5:37: records.fields.a.default", "of type url"),
    (ITEM + "{css: a, format: '%Y'}", "5:25: records.fields.a.format", "format is for type: date or datetime"),
    (ITEM + "{css: a, locale: fr}", "5:25: records.fields.a.locale", "locale is for type: int, float, date or datetime"),
    (ITEM + "{css: a, type: date, format: Y-m}", "5:37: records.fields.a.format", "'Y-m' is no format"),
    (ITEM + "{css: a, type: date, format: ['%Q']}", "5:38: records.fields.a.format[0]", "is no format"),
    (ITEM + "{css: a, type: date, format: '%b', locale: klingon}", "5:51: records.fields.a.locale", "is no locale"),
    (ITEM + "{css: a, decimal: ','}", "5:26: records.fields.a.decimal", "decimal is for type: int or float"),
    (ITEM + "{css: a, timezone: Asia/Shanghai}", "5:27: records.fields.a.timezone", "timezone is for type: datetime"),
    (ITEM + "{css: a, type: datetime, timezone: Asia/Shangai}", "5:43: records.fields.a.timezone", "mean 'Asia/Shanghai'?"),
    # templates
    (ITEM + "{value: '{b}'}\n    b: h1", "5:16: records.fields.a.value", "sees the fields above it only"),
    (ITEM + "{value: '{_ur}'}", "5:16: records.fields.a.value", "unknown name {_ur}; did you mean '_url'?"),
    (ITEM + "{value: '{_url.host}'}", "5:16: records.fields.a.value", "_url has no parts"),
    (ITEM + "{value: '${NOT_SET}'}", "5:16: records.fields.a.value", "the environment variable NOT_SET is not set"),
    (ITEM + "{value: '${A-B}'}", "5:16: records.fields.a.value", "expected the name of an environment variable"),
    (URLS + RECORDS + "request: {headers: {X: '{n}'}}", "3:24: request.headers.X", "unknown name {n}"),
    # records
    (BASE + "  feilds: {a: h1}", "3:3: records.feilds", "did you mean 'fields'?"),
    (URLS + "records: {}", "2:10: records", "records need `fields`"),
    (BASE + "  - {name: a, fields: {a: h1}}\n  - {name: a, fields: {b: h1}}", "4:12: records[1].name", "called 'a'"),
    (BASE + "  fields: {a: h1}\n  key: [b]", "4:9: records.key[0]", "no field of this record is called 'b'"),
    (BASE + "  fields: {_a: h1}\n  key: [_a]", "4:9: records.key[0]", "'_a' is a helper"),
    (BASE + "  fields: {_url: h1}", "3:12: records.fields._url", "is the name of a param, too"),
    (URLS.replace("/'", "/{n}'") + "params: {n: [1]}\nrecords: {fields: {n: h1}}", "3:20: records.fields.n", "a param, too"),
    # start URLs and params
    ("start_urls: http://a/\n" + RECORDS, "1:13: start_urls", "expected a list, got the text 'http://a/'"),
    ("start_urls: [ftp://a/]\n" + RECORDS, "1:14: start_urls[0]", "begins with http:// or https://"),
    ("start_urls: ['http:///x']\n" + RECORDS, "1:14: start_urls[0]", "expected a host"),
    ("start_urls: ['http://u:p@a/']\n" + RECORDS, "1:14: start_urls[0]", "say settings.auth"),
    ("start_urls: ['http://a\\@b/']\n" + RECORDS, "1:14: start_urls[0]", "no backslash"),
    ("start_urls: ['http://256.1.1.1/']\n" + RECORDS, "1:14: start_urls[0]", "no host is called so"),
    ("start_urls: ['http://xn--a/']\n" + RECORDS, "1:14: start_urls[0]", "no host is called so"),
    ("start_urls: ['http://a^b.example/{n}']\nparams: {n: [1]}\n" + RECORDS, "1:14: start_urls[0]", "no host is called so"),
    (URLS + RECORDS + "request: {headers: {X: 'a '}}", "3:24: request.headers.X", "neither begins nor ends"),
    ("start_urls: ['http://a:99999/']\n" + RECORDS, "1:14: start_urls[0]", "this is no URL"),
    ("start_urls: ['http://a/x y']\n" + RECORDS, "1:14: start_urls[0]", "%20"),
    ("start_urls: ['http://a/{n}']\n" + RECORDS, "1:14: start_urls[0]", "unknown name {n}"),
    ("start_urls: ['{u}']\nparams: {u: [http://a/]}\n" + RECORDS, "1:14: start_urls[0]", "{+u}"),
    (URLS + RECORDS + "params: {u: 5}", "3:13: params.u", "expected a list or {first, last, step} or {file}, got"),
    (URLS + RECORDS + "params: {u: []}", "3:13: params.u", "expected at least one value"),
    (URLS + RECORDS + "params: {u: [null]}", "3:14: params.u[0]", "expected a text, a number"),
    (URLS + RECORDS + "params: {u: [{a: [1]}]}", "3:14: params.u[0]", "expected a text, a number"),
    (URLS + RECORDS + "params: {u: {last: 1}}", "3:13: params.u", "'first' is missing"),
    (URLS + RECORDS + "params: {u: {first: a, last: 2}}", "3:21: params.u.first", "expected a whole number"),
    (URLS + RECORDS + "params: {u: {first: 2, last: 1}}", "3:13: params.u", "this range holds nothing"),
    (
        URLS + RECORDS + f"params: {{u: {{first: 0, last: {2**63 - 1}}}}}",
        "3:30: params.u.last",
        "within -9007199254740991 and",
    ),
    (
        URLS + RECORDS + f"params: {{u: {{first: 1, last: {2**53 - 1}}}, v: [1, 2]}}",
        "3:1: params",
        "these are 18,014,398,509,481,982 start URLs: more than can be counted",
    ),
    (URLS + RECORDS + "params: {u: {first: 1, last: 2, step: 0}}", "3:39: params.u.step", "other than 0"),
    (URLS + RECORDS + "params: {u-v: [1]}", "3:10: params.u-v", "one word"),
    (URLS + RECORDS + "params: {u: {file: gone.txt}}", "3:20: params.u.file", "cannot read gone.txt"),
    (URLS + RECORDS + "params: {u: {file: .}}", "3:20: params.u.file", "is no file"),
    (URLS + RECORDS + "params: {u: {file: latin.csv}}", "3:20: params.u.file", "not written in UTF-8"),
    ("start_urls: ['http://a/{u}']\nparams: {u: {file: ids.csv}}\n" + RECORDS, "1:14: start_urls[0]", "which column"),
    ("start_urls: ['http://a/{u.x}']\nparams: {u: {file: ids.txt}}\n" + RECORDS, "1:14: start_urls[0]", "no parts"),
    ("start_urls: ['http://a/{u}']\nparams: {u: [{a: 1}]}\n" + RECORDS, "1:14: start_urls[0]", "say which part: {u.a}"),
    ("start_urls: ['http://a/{u.id}']\nparams: {u: [{idd: 1}]}\n" + RECORDS, "1:14: start_urls[0]", "did you mean 'idd'?"),
    # the ways between the kinds
    (kinds("follow: {css: a, page: too}", RECORDS[:-1]), "2:59: pages.one.follow.page", "'too'; did you mean 'two'?"),
    (kinds(RECORDS[:-1], "records: {fields: {a: h1}}"), "3:8: pages.two", "nothing leads to this kind"),
    (kinds("follow: {css: a, page: two}", ""), "3:8: pages.two", "needs records or follow"),
    (kinds("follow: {page: two}", RECORDS[:-1]), "2:44: pages.one.follow", "which find the links"),
    (kinds("follow: {css: a, page: two}", "records: {fields: {a: {value: '{n}'}}}"),
     "3:39: pages.two.records.fields.a.value", "unknown name {n}"),
    (kinds("follow: {css: a, page: two}", "start_urls: ['http://a/{n}'], params: {n: [1]}, records: {fields: {a: {value: '{n}'}}}"),
     "2:44: pages.one.follow", "its pages need the param 'n' (two: records.fields.a.value), which is not given here"),
    (kinds("follow: {css: a, page: two, params: {n: h1}}", "start_urls: ['http://a/'], records: {fields: {a: {value: '{n}'}}}"),
     "3:22: pages.two.start_urls[0]", "its pages need the param 'n'"),
    (kinds("follow: {css: a, page: two, params: [n]}", "records: {fields: {a: {value: '{n}'}}}"),
     "2:73: pages.one.follow.params[0]", "unknown name {n}"),
    (kinds("follow: {css: a, page: two, params: 5}", RECORDS[:-1]), "2:72: pages.one.follow.params", "or a list of names, got"),
    (kinds("follow: {css: a, page: two, merge: true}", RECORDS[:-1]), "2:71: pages.one.follow.merge", "inside `records`"),
    (kinds("records: {fields: {a: h1}, follow: {css: a, page: two, merge: true}}", "records: {each: li, fields: {b: h1}}"),
     "2:98: pages.one.records.follow.merge", "'two' gives any number"),
    (kinds("records: {fields: {a: h1}, follow: {css: a, page: two, merge: true}}", RECORDS[:-1]),
     "2:98: pages.one.records.follow.merge", "both have the field 'a'"),
    (kinds("records: {fields: {a: h1}, follow: {css: a, page: tow, merge: true}}", "records: {fields: {b: h1}}"),
     "2:86: pages.one.records.follow.page", "no kind of page 'tow'; did you mean 'two'?"),
    (kinds("records: {fields: {a: h1}, follow: {css: a, page: two, merge: true}}", "follow: {css: a}"),
     "2:98: pages.one.records.follow.merge", "'two' gives any number"),
    (kinds("records: {fields: {a: h1}}, follow: {css: a, page: two}", "records: {fields: {a: {css: b, type: int}}}"),
     "3:28: pages.two.records.fields.a", "'a' is int here and str in 'one'"),
    (kinds("records: {fields: {a: h1}}, follow: {css: a, page: two}", "records: {fields: {a: {css: b, many: true}}}"),
     "3:28: pages.two.records.fields.a", "'a' is a list of str here"),
    # the file
    (URLS + RECORDS + "name: a/b", "3:7: name", "becomes a file name"),
    (URLS + RECORDS + "name: ..", "3:7: name", "becomes a file name"),
    (URLS + RECORDS + "name: ''", "3:7: name", "becomes a file name"),
    (URLS + RECORDS + 'name: "a\\0b"', "3:7: name", "becomes a file name"),
    (URLS + RECORDS + "timezone: Asia/Shangai", "3:11: timezone", "did you mean 'Asia/Shanghai'?"),
    (URLS + RECORDS + "timezone: ../../etc/passwd", "3:11: timezone", "unknown time zone"),
    (URLS + RECORDS + "encoding: utf-9", "3:11: encoding", "unknown encoding"),
    (URLS + RECORDS + "parser: sax", "3:9: parser", "expected 'html5', 'lxml', 'soup' or 'xml'"),
    (URLS + RECORDS + "parser: lexbor", "3:9: parser", "no lexbor any more; say html5"),
    (URLS + RECORDS + "request: {method: get}", "3:19: request.method", "expected 'GET' or 'POST'"),
    (URLS + RECORDS + "output: {path: 'o/{nam}.jsonl'}", "3:16: output.path", "unknown name {nam}"),
    (URLS + RECORDS + "output: {path: 'o/../../x.jsonl'}", "3:16: output.path", "leads out of its folder"),
    (URLS + RECORDS + "output: {path: 'o/'}", "3:16: output.path", "expected the path of a file"),
    (URLS + RECORDS + "output: {path: o/x.json}", "3:16: output.path", "ends with .jsonl, .jsonl.gz, .csv, .parquet, .sqlite or .db, or - for"),
    (URLS + RECORDS + "output: {path: 'o/{record}.csv'}", "3:16: output.path", "did you mean 'records'?"),
    (URLS + RECORDS + "output: {path: o/x.parquet, mode: append}", "3:35: output.mode", "nothing can be appended to a .parquet file"),
    (URLS + "records: {fields: {_a: h1}}\noutput: {path: o/x.csv}", "3:16: output.path", "a table needs a column"),
    (URLS + "records: {name: a/b, fields: {a: h1}}\noutput: {path: 'o/{records}.csv'}", "3:16: output.path", "{records} cannot be 'a/b'"),
    (URLS + "records: [{name: r, key: [a], fields: {a: h1}}, {name: s, fields: {b: h1}}]\noutput: {mode: append}", "3:9: output", "give each its own: output/{name}-{records}.jsonl"),
    (URLS + RECORDS + "output: {mode: overwrite}", "3:16: output.mode", "expected 'replace', 'append' or 'update'"),
    (URLS + RECORDS + "expect: {min_records: -1}", "3:23: expect.min_records", "expected at least 0, got -1"),
    (URLS + RECORDS + "settings: {download_timeout: 1.0e+300}", "3:30: settings.download_timeout", "expected at most 31622400, got 1e+300"),
    (URLS + RECORDS + "settings: {concurrent_requests: 10001}", "3:33: settings.concurrent_requests", "expected at most 10000"),
    (URLS + RECORDS + "settings: {proxies: {http: x}}", "3:28: settings.proxies.http", "such as http://host:3128"),
    (URLS + RECORDS + "expect: {max_error_rate: 2}", "3:26: expect.max_error_rate", "expected at most 1, got 2"),
    (URLS + RECORDS + "expect: {field_coverage: {b: 1}}", "3:27: expect.field_coverage.b", "no record has a field 'b'"),
    (URLS + RECORDS + "expect: {field_coverage: {a: 1.5}}", "3:30: expect.field_coverage.a", "expected at most 1"),
    (URLS + RECORDS + "expect: {blocked_if: ['(']}", "3:23: expect.blocked_if[0]", "is no regex"),
    (URLS + RECORDS + "expect: {page_must_match: x}", "3:27: expect.page_must_match", "expected a list"),
    (kinds("records: {fields: {a: h1}}, expect: {min_records: 2}", "start_urls: ['http://a/'], follow: a"),
     "2:73: pages.one.expect.min_records", "it belongs to expect"),
    (URLS + RECORDS + "login: {url: 'http://a/'}", "3:8: login", "one of form, json and actions"),
    (URLS + RECORDS + "login: {url: 'http://a/', form: {}, json: {a: 1}}", "3:8: login", "one of form, json and actions"),
    (URLS + RECORDS + "login: {url: 'http://a/', page: b, json: {a: 1}}", "3:33: login.page", "begins with http"),
    (URLS + RECORDS + "login: {page: 'https://a/', url: 'http://a/', form: {}}", "3:34: login.url", "plain http"),
    (URLS + RECORDS + "login: {url: 'http://a/', form: {}, token: {header: X-T}}", "3:44", "one of meta and cookie"),
    (
        URLS + RECORDS + "login: {url: 'http://a/', form: {}, token: {header: X-T, meta: a, cookie: b}}",
        "3:44: login.token",
        "one of meta and cookie",
    ),
    (URLS + RECORDS + "login: {url: 'http://a/', json: {}, token: {header: X-T, meta: a}}", "3:44", "login.page"),
    (
        URLS + RECORDS + "login: {url: 'http://a/', form: {}, token: {header: 'X T', meta: a}}",
        "3:45: login.token.header",
        "letters, digits",
    ),
    (URLS + RECORDS + "login: {url: /a, form: {}}", "3:14: login.url", "begins with http:// or https://"),
    # settings
    (URLS + RECORDS + "settings: {download_delay: -1}", "3:28: settings.download_delay", "expected at least 0"),
    (URLS + RECORDS + "settings: {download_timeout: 0}", "3:30: settings.download_timeout", "expected more than 0"),
    (URLS + RECORDS + "settings: {robotstxt_obey: no}", "3:28: settings.robotstxt_obey", "true or false, got the text 'no'"),
    (URLS + RECORDS + "settings: {concurrent_requests: 1.5}", "3:33: settings.concurrent_requests", "a whole number"),
    (URLS + RECORDS + "settings: {depth_limit: null}", "3:12: settings.depth_limit", "got nothing (null)"),
    (URLS + RECORDS + "settings: {retry_http_codes: [500, 99]}", "3:36: settings.retry_http_codes[1]", "at least 100"),
    (URLS + RECORDS + 'settings: {headers: {X: "a\\r\\nb"}}', "3:25: settings.headers.X", "no line break"),
    (URLS + RECORDS + "settings: {headers: {'X Y': a}}", "3:22: settings.headers.X Y", "a header's name"),
    (URLS + RECORDS + "settings: {headers: {X: é}}", "3:25: settings.headers.X", "ASCII"),
    (URLS + RECORDS + 'request: {headers: {X: "a\\nb"}}', "3:24: request.headers.X", "no line break"),
    (URLS + RECORDS + "settings: {cookies: {a: 'b; c'}}", "3:25: settings.cookies.a", "no ;"),
    (URLS + RECORDS + "settings: {auth: {user: a}}", "3:18: settings.auth", "'password' is missing"),
    (URLS + RECORDS + "settings: {auth: {user: 'a:b', password: c}}", "3:25: settings.auth.user", "no colon"),
    (URLS + RECORDS + "settings: {proxies: {http: 'socks5://x'}}", "3:28: settings.proxies.http", "the URL of a proxy"),
    (URLS + RECORDS + "settings: {proxies: {ftp: 'http://x'}}", "3:22: settings.proxies.ftp", "expected http, https"),
    (URLS + RECORDS + "settings: {allowed_domains: ['http://a']}", "3:30: settings.allowed_domains[0]", "expected a domain"),
    (URLS + RECORDS + "settings: {pool: {engine: ray}}", "3:27: settings.pool.engine", "'processes', 'threads' or 'dask'"),
    (URLS + RECORDS + "settings: {pool: {engine: dask}}", "3:27: settings.pool.engine", "needs the address of its sch"),
    (URLS + RECORDS + "settings: {pool: {address: 'tcp://a:1'}}", "3:28: settings.pool.address", "is for engine: dask"),
    (URLS + RECORDS + "settings: {pool: {engine: dask, address: 'http://a:1'}}", "3:42: settings.pool.address", "tcp://"),
    (URLS + RECORDS + "settings: {pool: {engine: dask, address: 'tcp://a'}}", "3:42: settings.pool.address", "tcp://"),
    (URLS + RECORDS + "settings: {pool: {engine: dask, address: 'tcp://a:1/b'}}", "3:42: settings.pool.address", "tcp://"),
    (URLS + RECORDS + "settings: {pool: {engine: dask, address: 'tcp://[a:1'}}", "3:42: settings.pool.address", "tcp://"),
    (URLS + RECORDS + "settings: {pool: 4}", "3:18: settings.pool", "expected a mapping, got the number 4"),
    (URLS + RECORDS + "settings: {fetcher: httpx}", "3:21: settings.fetcher", "expected 'requests', 'curl' or 'browser'"),
    # expectations
    (URLS + RECORDS + "expect: {records_per_page: ten}", "3:28: expect.records_per_page", "a whole number, or {min, max}, got"),
    (URLS + RECORDS + "expect: {records_per_page: {min: 5, max: 2}}", "3:28: expect.records_per_page", "at least 5 and at most 2"),
    (URLS + RECORDS + "expect: {records_per_page: {}}", "3:28: expect.records_per_page", "expected a number, or min or max"),
    (URLS + RECORDS + "expect: {records_per_page: -1}", "3:28: expect.records_per_page", "expected at least 0, got -1"),
    (URLS + RECORDS + "expect: {max_records: 0}", "3:23: expect.max_records", "expected at least min_records, 1, got 0"),
    (URLS + RECORDS + "expect: {compare_to_last: 50}", "3:27: expect.compare_to_last", "expected at most 1, got 50"),
    (URLS + RECORDS + "expect: {consecutive: 0}", "3:23: expect.consecutive", "expected at least 1, got 0"),
    # the operator's command
    (URLS + RECORDS + "on_failure: 'mail \"x'", "3:13: on_failure", "this is no command line: No closing quotation"),
    (URLS + RECORDS + "on_failure: mail x | cat", "3:13: on_failure", "no shell runs this, so | is an argument like any"),
    (URLS + RECORDS + "on_failure: []", "3:13: on_failure", "expected at least one, got none"),
    (URLS + RECORDS + "on_failure: ['', x]", "3:14: on_failure[0]", "expected the name or the path of a program"),
    (URLS + RECORDS + "on_failure: [1]", "3:14: on_failure[0]", "expected text, got the number 1; quote it"),
    (URLS + RECORDS + "expect: {on_failure: x}", "3:10: expect.on_failure", "it belongs to the top level of the file"),
    # the whole
    ("", "1:1", "an empty file"),
    ("- a", "1:1", "expected a mapping"),
    (URLS + "pages: {a: {start_urls: ['http://a/'], records: {fields: {a: h1}}}}", "1:13: start_urls", "in one of its kinds"),
    ("pages: {}", "1:8: pages", "expected at least one, got none"),
    ("pages: 5", "1:8: pages", "expected a mapping, got the number 5"),
    ("records: 5", "1:10: records", "expected a mapping, got the number 5"),
    ("a: [x", "1:6", "this is not YAML"),
]  # fmt: skip


def test_merges_in_a_circle_are_told_at_each(mistakes):
    merging = "records: {{fields: {{{}: h1}}, follow: {{css: a, page: {}, merge: true}}}}".format
    told = mistakes(kinds(merging("a", "two"), merging("b", "one")))
    assert [(mistake.split(": ")[1], "merges this record in turn" in mistake) for mistake in told] == [
        ("pages.one.records.follow.merge", True),
        ("pages.two.records.follow.merge", True),
    ]


@pytest.mark.parametrize(("text", "place", "fragment"), WRONG, ids=range(len(WRONG)))
def test_a_mistake_is_told_once_at_its_place(mistakes, tmp_path, text, place, fragment):
    (tmp_path / "ids.txt").write_text("7\n", encoding="utf-8")
    (tmp_path / "ids.csv").write_text("no\n7\n", encoding="utf-8")
    (tmp_path / "latin.csv").write_bytes(b"\xe9\n")
    (mistake,) = mistakes(text)
    assert mistake.startswith(f"x.yaml:{place}: ")
    assert fragment in mistake
    assert "Input should" not in mistake


def test_fifty_mistakes_are_told_in_fifty_lines_in_order(mistakes):
    fields = "".join(
        f"    f{n}: {wrong}\n"
        for n, wrong in enumerate(
            [
                "{css: 'a['}", "{regex: '('}", "{json: 'a['}", "{xpath: './/a['}", "{css: 'a::text'}",
                "{css: a, typo: 1}", "{css: a, type: number}", "5", "[a]", "#id", "{css: 7}", "{group: x}",
                "{css: a, many: 1}", "{css: a, many: true, join: x}", "{css: a, steps: [trim]}", "{value: '{nope}'}",
                "{css: a, default: 1}", "{css: a, type: int, default: x}", "{css: a, format: '%Y'}",
                "{regex: x, css: a}", "{css: a, get: words}", "{css: a, attr: x, get: html}", "{first_of: []}",
                "{first_of: [a, {csss: b}]}", "{css: a, na_values: [1]}", "{css: a, decimal: ','}", "{css: a, from: here}",
                "{value: '${NOT_SET}'}", "{css: a, steps: [{slice: x}]}",
            ]
        )
    )  # fmt: skip
    text = (
        "nam: x\ntimezone: Nowhere\nencoding: nope\nparser: sax\n"
        "start_urls: [ftp://a/, 'http://a/{nope}', 5]\nparams: {a: [], b: 3, c: {first: 1}, d: {file: gone}}\n"
        "follow: [{page: nowhere}, {css: a, from: page}]\n"
        f"records:\n  key: [nope]\n  fields:\n{fields}    f0: again\n"
        "output: {path: '{nope}.jsonl'}\n"
        "settings: {download_delay: -1, nope: 1, pool: {engine: x}}\n"
        "expect: {max_error_rate: 7}\n"
    )
    lines = mistakes(text)
    assert len(lines) == len(set(lines)) == 50
    places = [tuple(map(int, line.split(":")[1:3])) for line in lines]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "text",
    [
        "start_url: ['http://a/']\n" + RECORDS,
        URLS + "record: {fields: {a: h1}}",
        "pages: {a: {start_url: ['http://a/'], records: {fields: {b: h1}}}}",
        BASE + "  fields: {a: {css: [x], attr: href, regex: y}}",
        BASE + "  each: {regex: 5}\n  fields: {a: {group: x}}",
        BASE + "  fields: {a: 5}\n  key: [a]\nexpect: {field_coverage: {a: 1}}",
        BASE + "  fields: {a: {value: '${NOT_SET}'}}",
        "start_urls: ['${NOT_SET}/x']\n" + RECORDS,
    ],
)
def test_what_follows_from_a_mistake_is_not_told(mistakes, text):
    assert len(mistakes(text)) == 1


def test_what_variables_hold_is_never_told(mistakes, monkeypatch):
    monkeypatch.setenv("KEY", "s3cret\n:\\")
    text = """
name: "${KEY}/"
timezone: "${KEY}"
encoding: "${KEY}"
start_urls: ["${KEY}", "http://${KEY}@a/"]
params: {n: {file: "${KEY}"}}
request: {headers: {X: "${KEY}"}}
records: {fields: {a: {css: b, type: int, default: "${KEY}"}, c: {css: d, type: datetime, timezone: "${KEY}"}}}
output: {path: "../${KEY}"}
login: {url: "${KEY}", form: {a: "${KEY}"}}
settings:
  headers: {A: "${KEY}"}
  cookies: {A: "${KEY}"}
  user_agent: "${KEY}"
  auth: {user: "${KEY}", password: "${KEY}"}
  proxies: {http: "${KEY}"}
  allowed_domains: ["${KEY}"]
"""
    lines = mistakes(text)
    assert len(lines) == 17
    assert "s3cret" not in "\n".join(lines)


@pytest.mark.parametrize(
    ("data", "fragment"),
    [(None, "cannot read this file: No such file"), (b"name: \xe9\n", "is not written in UTF-8 (byte 7)")],
)
def test_a_file_that_cannot_be_read_is_told(tmp_path, data, fragment):
    path = tmp_path / "x.yaml"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(ConfigError, match=re.escape(fragment)) as caught:
        config.load_config(path)
    assert str(caught.value).startswith(str(path))
    with pytest.raises(ConfigError, match="Is a directory"):
        config.load_config(tmp_path)


def test_what_the_file_says_for_all_kinds_is_wrong_once_and_there(mistakes):
    text = (
        "encoding: nope\nexpect: {blocked_if: ['(']}\nrequest: {headers: {A: é, B: '{n}'}}\n"
        "pages:\n"
        "  one: {start_urls: ['http://a/'], records: {fields: {a: h1}}}\n"
        "  two: {start_urls: ['http://b/'], records: {fields: {a: h1}}, expect: {page_must_match: [')']}}\n"
    )
    assert [line.rpartition(": ")[0] for line in mistakes(text)] == [
        "x.yaml:1:11: encoding",
        "x.yaml:2:23: expect.blocked_if[0]: '(' is no regex",
        "x.yaml:3:24: request.headers.A",
        "x.yaml:3:30: request.headers.B",
        "x.yaml:6:91: pages.two.expect.page_must_match[0]: ')' is no regex",
    ]


# --------------------------------------------------------------------------- anything at all

SCALARS = st.none() | st.booleans() | st.integers(-3, 600) | st.floats(allow_nan=False, allow_infinity=False)
WORDS = st.sampled_from(
    """
    pages records fields follow params each css xpath regex json group value first_of from attr get many join steps
    type default settings pool engine expect output path page merge key name start_urls first last step file request
    headers method login url form h1 http://a/ {n} {+n} ${HOME} ${NOPE} ( [ // a::text x page int date
    """.split()
)
TEXTS = WORDS | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=5)
ANYTHING = st.recursive(
    SCALARS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=15,
)
RULES = st.fixed_dictionaries(
    {}, optional={"each": ANYTHING, "fields": st.dictionaries(TEXTS, ANYTHING), "key": ANYTHING}
)
KINDS = st.fixed_dictionaries(
    {}, optional={"start_urls": st.lists(TEXTS), "params": ANYTHING, "records": RULES | ANYTHING, "follow": ANYTHING}
)
FILES = st.fixed_dictionaries(
    {}, optional={"pages": st.dictionaries(TEXTS, KINDS | ANYTHING), "settings": ANYTHING, "expect": ANYTHING}
)


@given(ANYTHING | KINDS | FILES)
def test_no_data_raises_anything_but_config_errors(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(yamldoc.dump(data), encoding="utf-8")
    try:
        job = config.load_config(path)
    except ConfigError as error:
        places = [(problem.line, problem.column) for problem in error.problems]
        assert places == sorted(places)
    else:
        assert job.kinds


# --------------------------------------------------------------------------- one truth


@pytest.mark.parametrize(
    ("spec", "model", "elsewhere"),
    [
        (SettingsSpec, jobs.Settings, ()),
        (PoolSpec, jobs.PoolSettings, ()),
        (ExpectSpec, checks.Expect, ("page_must_match", "blocked_if", "allow_empty", "records_per_page")),
    ],
)
def test_every_setting_is_in_the_model_and_has_its_default(load, spec, model, elsewhere):
    assert {*spec.model_fields} - {*elsewhere} == {*model.__struct_fields__}
    job = load(URLS + RECORDS)
    assert (job.settings, job.expect) == (jobs.Settings(), checks.Expect())


def test_the_schema_file_is_made_from_the_model():
    path = Path(config.__file__).with_name("schema.json")
    assert json.loads(path.read_text(encoding="utf-8")) == json_schema()


def test_the_schema_knows_the_short_forms_and_no_null():
    schema = json_schema()
    assert '"null"' not in json.dumps(schema)
    definitions = schema["$defs"]
    kinds = {key: definitions["KindSpec"]["properties"][key] for key in ("records", "follow")}
    assert kinds["records"]["anyOf"][1]["type"] == "array"
    field, *_ = definitions["FieldSpec"]["anyOf"]
    assert field["type"] == "string"
    assert set(definitions["FieldSpec"]["anyOf"][1]["properties"]) >= {"css", "json", "from", "first_of", "default"}
    assert definitions["FieldSpec"]["anyOf"][1]["additionalProperties"] is False


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("3.10", "written 3.1; quote 3.10"), ("01", "written 1; quote 01"), ("007", "written 7; quote 007"),
        ("1e3", "written 1000.0; quote 1e3"), ("0x10", "written 16; quote 0x10"), ("+5", "written 5; quote +5"),
        ("123456789012345678901", "a number of 64 bits"), ("{id: 007}", "written 7; quote 007"), ("7", ""), ("3.5", ""),
        ("'007'", ""), ("-3", ""), ("18446744073709551615", ""),
    ],
)  # fmt: skip
def test_a_number_of_a_param_stands_in_the_url_as_it_stands_in_the_file(mistake, value, told):
    name = "v.id" if "id" in value else "v"
    yaml = f"start_urls: ['http://a/{{{name}}}']\nparams: {{v: [{value}]}}\nrecords: {{fields: {{t: h1}}}}\n"
    if told:
        assert told in mistake(yaml)
    else:
        with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
            mistake(yaml)
