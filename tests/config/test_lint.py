"""What is legal but likely not meant is told, at its place, and says what to write instead."""

# ruff: noqa: E501 - a config a line

import pytest

from scraper.config.load import load_config

START = "start_urls: ['http://a.example/{n}']\nparams: {n: [1]}\n"


@pytest.fixture
def warn(tmp_path):
    """A function that returns the warnings for a config, without the file's name."""

    def warn(text):
        path = tmp_path / "x.yaml"
        path.write_text(START + text, encoding="utf-8")
        return [str(warning).removeprefix(f"{path}:") for warning in load_config(path).warnings]

    return warn


ARTICLE = r"'<dd>.*?board-index.*?>(?P<index>\d+)<.*?title=\"(?P<title>.*?)\".*?</dd>'".replace('\\"', '"')


@pytest.mark.parametrize(
    ("text", "place", "instead"),
    [
        ("records: {fields: {a: {regex: 'x.*?(a).*?(b).*?c'}}}", "3:31: records.fields.a.regex", "a pattern of its own"),
        ("records: {fields: {a: {regex: 'x.*?y.*?z'}}}", "3:31: records.fields.a.regex", "a pattern of its own"),
        (r"records: {fields: {a: {regex: 'x[\s\S]*?y.+?z'}}}", "3:31: records.fields.a.regex", "cut the page into items"),
        ("records: {each: div, fields: {a: {regex: 'x.*?(a).*?(b)', join: ''}}}", "3:42: records.fields.a.regex", "own"),
        ("records: {each: div, fields: {a: {first_of: [h1, {from: page, regex: 'x.*?y.*?z'}]}}}",
         "3:70: records.fields.a.first_of[1].regex", "of its own"),
        (f"records: {{each: {{regex: {ARTICLE}}}, fields: {{a: {{group: index}}}}}}", "3:25: records.each.regex",
         "give every field its own regex"),
        ("records: {fields: {a: h1}}\nfollow: [{params: {cursor: .next}}]", "4:19: follow[0].params", "uses {cursor}"),
        ("parser: lxml\nrecords: {each: 'dd ~ dd', fields: {a: h1}}", "4:17: records.each", ":nth-child()"),
        (r'records: {fields: {a: {css: p, regex: "\bfoo\b"}}}', "3:39: records.fields.a.regex", "single quotes"),
        (r"records: {fields: {a: {css: p, steps: [{sub: ['(a)(b)', '$1/$2']}]}}}", "3:57: records.fields.a.steps[0].sub[1]", r"written \1"),
        ("records: {fields: {a: {css: a, attr: '@href'}}}", "3:38: records.fields.a.attr", "attr: href"),
        ("records: {fields: {a: {css: p, type: datetime, format: '%Y-%m-%d %H:%M %p'}}}", "3:56: records.fields.a.format", "is %I"),
        ("records: {fields: {a: {css: p, type: datetime, format: '%Y-%m-%d %I:%M'}}}", "3:56: records.fields.a.format", "is %H"),
        ("records: {fields: {a: {css: p, type: date, format: '%Y-%M-%d'}}}", "3:52: records.fields.a.format", "is %m"),
        ("records: {fields: {a: {css: p, type: date, format: [unix, '%d. %Y']}}}", "3:59: records.fields.a.format[1]", "January"),
        ("records: {fields: {a: {css: p, type: date, format: '%U %Y'}}}", "3:52: records.fields.a.format", "no day"),
        ("records: {fields: {a: {css: p, type: datetime, format: '%Y-%M-%d %H:%m'}}}", "3:56: records.fields.a.format", "are %M"),
        (r"records: {fields: {a: {css: p, steps: [{replace: ['\d+', '']}]}}}", "3:51: records.fields.a.steps[0].replace[0]", "`sub`"),
        ("records: {fields: {a: {css: p, steps: [{sub: [a, '$&']}]}}}", "3:50: records.fields.a.steps[0].sub[1]", r"\g<0>"),
        ("records: {fields: {a: {xpath: './/a/@href', attr: href}}}", "3:51: records.fields.a.attr", "leave attr out"),
        ("records: {fields: {a: {css: p, regex: 'page{e}'}}}", "3:39: records.fields.a.regex", "approximate"),
        ("records: {fields: {a: {css: p, regex: '(foo){e<=1}'}}}", "3:39: records.fields.a.regex", "approximate"),
        ("records: {fields: {a: {css: p, regex: 'page{e:[a-z]}'}}}", "3:39: records.fields.a.regex", "approximate"),
        (r"records: {fields: {a: {css: p, regex: 'page\\{e}'}}}", "3:39: records.fields.a.regex", "approximate"),
        ("records: {fields: {a: h1}, where: {a: {not: {regex: 'page{e}'}}}}", "3:53: records.where.a.not.regex", "approximate"),
        ("records: {fields: {a: h1}}\nexpect: {blocked_if: [x, 'page{s}']}", "4:26: expect.blocked_if[1]", "approximate"),
        ("records: {fields: {a: h1}}\nexpect: {page_must_match: [\"\\bpage\"]}", "4:28: expect.page_must_match[0]", "single quotes"),
        ("records: {fields: {a: 'li\u00a0b'}}", "3:23: records.fields.a", "holds U+00A0"),
        ("parser: soup\nrecords: {fields: {a: 'dt + dd'}}", "4:23: records.fields.a", "sibling combinators"),
        ("records: {fields: {a: 'dt:contains(x) ~ dd'}}", "3:23: records.fields.a", "sibling combinators"),
        ("records: {fields: {a: {xpath: '//dd/following::dd'}}}", "3:31: records.fields.a.xpath", "only the nearest"),
        ("records: {fields: {a: {xpath: '//dd/preceding-sibling::dd/a'}}}", "3:31: records.fields.a.xpath", "nearest"),
        ("records: {each: dd, fields: {a: {xpath: './..//a'}}}", "3:41: records.fields.a.xpath", "name the parent"),
        ("records: {fields: {a: h1}}\nfollow: {css: a, params: {q: {css: 'i:contains(x) ~ b'}}}", "4:36: follow.params.q.css", "square"),
        ("records: {fields: {a: h1}}\nsettings: {robotstxt_obey: false}", "4:28: settings.robotstxt_obey", "contact"),
        ("records: {fields: {a: h1}}\nsettings: {robotstxt_obey: false, user_agent: Mozilla}", "4:28", "contact"),
    ],
)  # fmt: skip
def test_a_doubtful_config_is_warned_of(warn, text, place, instead):
    (warning,) = warn(text)
    assert warning.startswith(place)
    assert instead in warning


def test_a_param_that_no_url_uses_is_told(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("start_urls: ['http://a/']\nparams: {n: [1, 2]}\nrecords: {fields: {a: h1}}\n", encoding="utf-8")
    (warning,) = load_config(path).warnings
    assert (warning.line, warning.column, warning.path) == (2, 10, "params.n")
    assert "never taken" in warning.message


@pytest.mark.parametrize(
    "text",
    [
        "records: {each: {regex: '<dd>.*?</dd>'}, fields: {a: {regex: 'index.*?>(a)<'}, b: {regex: 'title=\"(.*?)\"'}}}",
        "records: {each: dd, fields: {a: {regex: 'integer\">(.*?)</i>.*?fraction\">(.*?)</i>', join: ''}}}",
        "records: {each: dd, fields: {a: {css: p, regex: 'x.*?(a).*?(b)'}, b: 'p:contains(a\u00a0b)', c: '[a=\"\u00a0\"]'}}",
        r"records: {each: dd, fields: {a: {css: p, regex: '[{e}]\[[^]{e}]]{2}(?#{s})\\\{e}'}}}",
        "records: {each: dd, fields: {a: {regex: 'x.*?y.*?z'}}}",
        "records: {each: 'dd ~ dd', fields: {a: 'dt + dd', b: ':is(i ~ b)'}}",
        "records: {fields: {a: {css: 'a[href~=\"x\"]'}, b: 'li:nth-child(2n+1)', c: {css: 'a[title=\"a + b\"]'}}}",
        "records: {each: dd, fields: {a: {xpath: './following-sibling::dd[1]/a'}, b: {xpath: 'ancestor::dl/@id'}}}",
        "records: {each: {xpath: '//dd[following-sibling::dt]'}, fields: {a: h1}}",
        "records: {fields: {a: h1}}\nsettings: {robotstxt_obey: false, contact: me@a.example}",
        "records: {fields: {a: h1}}\nsettings: {robotstxt_obey: false, user_agent: 'bot (+https://a.example/bot)'}",
        r"records: {fields: {a: {css: p, regex: '\bfoo\{e\}\d{2,3}x{4}', steps: [{sub: ['(a)', '\1 $']}]}}}",
        "records: {fields: {a: {css: p, attr: data-at, type: datetime, format: ['%I:%M %p', '%H:%M', unix]}}}",
        "records: {fields: {a: {css: p, type: datetime}}}\noutput: {path: o.jsonl}",
        "records: {fields: {a: {css: p, type: date, format: ['%Y %j', '%d %b %Y', '%M:%S %d %B %Y', '%Y-%m-%d %H:%M', '%H %d']}}}",
        r"records: {fields: {a: {xpath: './/a[@href]', attr: href, steps: [{replace: ['a\\b', '$1']}]}, b: {xpath: '@id'}}}",
    ],
)
def test_what_is_usual_is_not_warned_of(warn, text):
    assert warn(text) == []


def test_a_parquet_file_of_date_times_without_a_zone_is_warned_of(warn):
    pytest.importorskip("pyarrow")
    text = "records: {fields: {a: {css: p, type: datetime%s}}}\noutput: {path: o.parquet}"
    assert ["say `timezone`" in warning for warning in warn(text % ", format: '%d.%m.%Y'")] == [True]
    assert warn(text % ", timezone: Europe/Paris") == warn(text % ", format: '%d %Z'") == []
