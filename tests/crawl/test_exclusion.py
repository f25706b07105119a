"""What a robots.txt says to a robot: the facts of RFC 9309 and of the test cases of Google's own parser."""

import os
import random

import pytest

from scraper.crawl.exclusion import read_rules
from tests.support.fuzzing import bounded, little_memory

STRESS = int(os.environ.get("STRESS", "1"))
FISH = ["/fish", "/fish.html", "/fish/salmon.html", "/fishheads", "/fishheads/yummy.html", "/fish.html?id=anything"]
NO_FISH = ["/bar", "/Fish.asp", "/catfish", "/?id=fish"]


def lines(*said):
    return "\n".join(said).encode()


def allows(text, path, agent="foobot"):
    return read_rules(text if isinstance(text, bytes) else text.encode(), agent).allows(path)


# --------------------------------------------------------------------------- lines and groups


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n", "\r\n\n"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b"\xef\xbb", b"\xef"])
def test_lines_end_as_they_like_and_the_first_may_begin_with_a_mark_or_a_part_of_one(start, end):
    text = start + end.join(["User-Agent: FooBot", "Allow: /x/", "Disallow: /"]).encode()
    assert (allows(text, "/x/y"), allows(text, "/z")) == (True, False)


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf\xef\xbb\xbf", b"\xef\x11\xbf", b"x"])
def test_what_is_no_mark_spoils_the_first_line(start):
    assert allows(start + b"user-agent: foobot\ndisallow: /", "/")


@pytest.mark.parametrize(
    ("agent", "rule"),
    [
        ("user-agent: FooBot", "disallow: /"),
        ("USER-AGENT: FOOBOT", "DISALLOW: /"),
        ("uSeR-aGeNt: fooBot", "dIsAlLoW: /"),
        ("user-agent FooBot", "disallow /"),
        ("user-agent\tFooBot", "disallow \t /"),
        (" user-agent : FooBot # he", "\tdisallow:/#all"),
        ("useragent: foobot", "dissallow: /"),
        ("user agent: foobot", "disalow: /"),
        ("user-agents: foobot", "diasllow: /"),
        ("user-agent: foobot/2.1", "disallaw: /"),
        ("user-agent: foobot Images", "dissalow: /"),
        ("user-agent: foobot*", "disallow: /*"),
        ("user-agent: *", "disallow: /"),
        ("user-agent: * all of you", "disallow: *"),
    ],
)
def test_a_rule_is_found_behind_its_name(agent, rule):
    assert not allows(lines(agent, rule), "/x/y")


@pytest.mark.parametrize(
    ("agent", "rule"),
    [
        ("foo: FooBot", "bar: /"),
        ("user agent foobot", "disallow: /"),
        ("user-agent: foobot", "disallow / or not"),
        ("user-agent: foobot", "disallow"),
        ("user-agent: foobot", "disallow:"),
        ("user-agent: foobot", ": /"),
        ("user-agent: foobot", "no disallow: /"),
        ("user-agent: foobot", "# disallow: /"),
        ("user-agent: foo", "disallow: /"),
        ("user-agent: bot", "disallow: /"),
        ("user-agent: foobot-news", "disallow: /"),
        ("user-agent: foobot_2", "disallow: /"),
        ("user-agent: *bot", "disallow: /"),
        ("user-agent:", "disallow: /"),
        ("user-agent: Foo Bot", "disallow: /"),
    ],
)
def test_what_is_said_to_nobody_or_to_others_is_not_obeyed(agent, rule):
    assert allows(lines(agent, rule), "/x/y")


def test_a_robot_whose_name_holds_a_digit_is_found_by_it():
    text = lines("user-agent: bot2/1.0", "disallow: /")
    assert (allows(text, "/", "bot2"), allows(text, "/", "bot")) == (False, False), "Google reads letters only"
    assert allows(text, "/", "bot3")


@pytest.mark.parametrize(
    "between",
    [
        "",
        "Crawl-delay: 0",
        "Noindex: /q",
        "Content-Signal: search=yes",
        "Sitemap: http://a/s.xml",
        "Host: a",
        "# x",
        "a",
    ],
)
def test_what_is_no_rule_ends_no_group(between):
    text = lines("User-agent: a", between, "User-agent: *", "Disallow: /")
    assert [allows(text, "/", agent) for agent in ("a", "b")] == [False, False]


def test_a_group_ends_at_the_name_behind_a_rule_and_groups_of_one_name_are_one():
    text = lines(
        "allow: /foo/bar/", "", "user-agent: FooBot", "disallow: /", "allow: /x/", "user-agent: BarBot", "disallow: /",
        "allow: /y/", "", "", "allow: /w/", "user-agent: BazBot", "", "user-agent: FooBot", "allow: /z/", "disallow: /",
    )  # fmt: skip
    assert [path for path in "wxyz" if allows(text, f"/{path}/a")] == ["x", "z"]
    assert [path for path in "wxyz" if allows(text, f"/{path}/a", "barbot")] == ["w", "y"]
    assert [path for path in "wxyz" if allows(text, f"/{path}/a", "bazbot")] == ["z"]
    assert not any(allows(text, "/foo/bar/", agent) for agent in ("foobot", "barbot", "bazbot")), "said to nobody"


def test_the_own_group_counts_alone_wherever_it_stands():
    for_all, own = ("user-agent: *", "disallow: /x/"), ("user-agent: foobot", "disallow: /y/")
    for text in (lines(*for_all, *own), lines(*own, *for_all)):
        assert [allows(text, path) for path in ("/x/", "/y/", "/z/")] == [True, False, True]
        assert [allows(text, path, "other") for path in ("/x/", "/y/", "/z/")] == [False, True, True]
    assert allows(lines("user-agent: *", "disallow: /", "user-agent: foobot"), "/x"), "one without a rule, too"
    assert allows(lines("user-agent: *", "disallow: /", "user-agent: foobot", "disallow:"), "/x")


@pytest.mark.parametrize(
    ("text", "delay_s"),
    [
        (("user-agent: *", "crawl-delay: 2.5"), 2.5),
        (("user-agent: *", "crawl-delay: 1", "disallow: /x", "crawl-delay: 3", "crawl-delay: 2"), 3),
        (("user-agent: *", "crawl-delay: 5", "user-agent: foobot", "disallow: /x"), 5),
        (("user-agent: *", "crawl-delay: 5", "disallow: /", "user-agent: foobot", "disallow: /x"), 0),
        (("user-agent: x", "user-agent: foobot", "crawl-delay: 5"), 5),
        (("user-agent: x", "crawl-delay: 5"), 0),
        (("crawl-delay: 5", "user-agent: foobot"), 0),
        (("user-agent: *", "crawldelay: 10 seconds"), 10),
        (("user-agent: *", "crawl-delay: .5"), 0.5),
        (("user-agent: *", "crawl-delay: -3"), 0),
        (("user-agent: *", "crawl-delay: soon"), 0),
        (("user-agent: *", "crawl-delay: inf"), 0),
        (("user-agent: *", "crawl-delay: " + "9" * 400), 999_999_999),
    ],
)
def test_the_longest_crawl_delay_of_the_group_is_asked_for(text, delay_s):
    assert read_rules(lines(*text), "foobot").crawl_delay_s == delay_s


# --------------------------------------------------------------------------- patterns


@pytest.mark.parametrize(
    ("rules", "allowed", "denied"),
    [
        (("disallow: /x/page.html", "allow: /x/"), ["/x/", "/y"], ["/x/page.html"]),
        (("allow: /x/page.html", "disallow: /x/"), ["/x/page.html"], ["/x/"]),
        (("disallow:", "allow:"), ["/x"], []),
        (("disallow: /", "allow: /"), ["/x"], []),
        (("disallow: /x", "allow: /x/"), ["/x/"], ["/x"]),
        (("disallow: /x/page.html", "allow: /x/page.html"), ["/x/page.html"], []),
        (("allow: /page", "disallow: /*.html"), ["/page"], ["/page.html"]),
        (("allow: /x/page.", "disallow: /*.html"), ["/x/page.html"], ["/x/y.html"]),
        (("allow: /page", "disallow: /*.htm"), [], ["/page.htm"]),
        (("allow: /$", "disallow: /"), ["/"], ["/page.html"]),
        (("allow: /p", "disallow: /"), ["/page"], ["/x"]),
        (("disallow: /x/",), ["/X/y"], ["/x/y"]),
        (("disallow: x", "disallow: y/"), ["/x", "/y/"], []),
        (("disallow: /", "allow: /fish"), FISH, NO_FISH),
        (("disallow: /", "allow: /fish*"), FISH, NO_FISH),
        (("disallow: /", "allow: /fish/"), ["/fish/", "/fish/?id=x"], ["/fish", "/fish.html", "/Fish/"]),
        (
            ("disallow: /", "allow: /*.php"),
            ["/a.php", "/b/a.php?x", "//b/a.php.html", "/i?f=a.php/"],
            ["/php/", "/a.PHP"],
        ),
        (("disallow: /", "allow: /*.php$"), ["/a.php", "/b/a.php"], ["/a.php?x", "/a.php/", "/a.php5", "/aaaphpaaa"]),
        (("disallow: /", "allow: /fish*.php"), ["/fish.php", "/fishheads/catfish.php?x"], ["/Fish.PHP", "/bar"]),
        (("disallow: /foo/bar/quz", "allow: /foo/*/qux"), ["/foo/quz", "/foo//quz"], ["/foo/bar/quz"]),
        (("disallow: /foo/bar$", "allow: /foo/bar/qux"), ["/foo/bar/qux", "/foo/bar/"], ["/foo/bar"]),
        (("disallow: /foo/quz#qux", "allow: /"), ["/foo/bar"], ["/foo/quz"]),
        (("disallow: /a**b", "disallow: /*c*$"), ["/ba", "/"], ["/ab", "/axb", "/xcx"]),
        (("disallow: /ab*ba$",), ["/aba", "/abab"], ["/abba", "/ab/ba", "/abxbaba"]),
        (("disallow: /a$b", "disallow: /c$$"), ["/a", "/ab", "/c"], ["/a$b", "/a$bc", "/c$"]),
        (("allow: /d/index.html", "disallow: /"), ["/d/", "/d/index.html"], ["/d/index.htm", "/d/x", "/e/"]),
        (("allow: /d/index.htmlx", "disallow: /d/"), ["/e"], ["/d/index.html"]),
    ],
)
def test_the_longest_pattern_decides_and_allow_where_two_are_as_long(rules, allowed, denied):
    for text in (lines("user-agent: foobot", *rules), lines("user-agent: *", *reversed(rules))):
        assert [path for path in allowed + denied if allows(text, path)] == allowed


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/foo/bar/ツ", "/foo/bar/%E3%83%84"),
        ("/foo/bar/%e3%83%84", "/foo/bar/%E3%83%84"),
        ("/foo/bar?qux=taz&baz=http://foo.bar?tar&par", "/foo/bar?qux=taz&baz=http://foo.bar?tar&par"),
        ("/%7ejoe/", "/~joe/"),
        ("/~joe/", "/%7Ejoe/"),
        ("/foo/%62%61%7A", "/foo/baz"),
        ("/a%2Ab", "/a*b"),
        ("/a%24", "/a$"),
        ("/a%2fb", "/a%2Fb"),
        ("/a b|c", "/a%20b%7Cc"),
        ("/100%", "/100%"),
    ],
)
def test_escapes_are_compared_by_what_they_mean(pattern, path):
    """What is not reserved is the same in any spelling, says the RFC; Google's parser compares that by its letters."""
    assert not allows(lines("user-agent: *", f"disallow: {pattern}"), path)


@pytest.mark.parametrize(
    ("pattern", "path"), [("/a%2Fb", "/a/b"), ("/a%3Fb", "/a?b"), ("/a%2Ab", "/axb"), ("/%61$", "/ab")]
)
def test_what_is_reserved_is_not_what_it_escapes(pattern, path):
    assert allows(lines("user-agent: *", f"disallow: {pattern}"), path)


# --------------------------------------------------------------------------- size


def test_a_line_is_read_to_a_length():
    long = "/x/" + "a" * 16_640
    text = lines("user-agent: foobot", f"disallow: {long}aaaaaaaaaaaaa/qux")
    assert allows(text, "/fux")
    assert not allows(text, long + "aaaaaaaaaaaaa")


def test_many_names_and_many_rules_cost_no_more_than_they_are_long():
    names = "".join(f"User-agent: a{n}\n\n# x\nSitemap: y\n" for n in range(5_000))
    with bounded(), little_memory():
        bomb = read_rules((names + "Allow: /b\n" * 20_000 + "Disallow: /c").encode(), "a7")
        stars = read_rules(b"User-agent: *\n" + b"Disallow: /*a*b*c*d*e*f*g$\n" * 15_000, "a7")
    assert (len(bomb), len(stars)) == (2, 1)


def test_wildcards_are_matched_in_time_that_grows_with_the_path():
    rules = read_rules(b"User-agent: *\nDisallow: /" + b"*a" * 40 + b"*b$\n" + b"Disallow: /" + b"*aab" * 4000, "x")
    with bounded():
        assert rules.allows("/" + "a" * 50_000)


# --------------------------------------------------------------------------- a second opinion

KEYS = ["Allow", "Disallow", "disallow", "Allow", "Disallow"]
OTHERS = ["Crawl-delay: 1", "Sitemap: http://a/s", "Noindex: /", "", "# x", "Host: a", "x", "Disallow:", "Allow: "]
AGENTS = ["*", "foobot", "FooBot/1.0", "foo", "foobot-news", "bar", "* x", "foobot bar", "bar2"]
SIGNS = ["/", "/", "a", "b", "ab", "*", "*", "$", ".php", "?x=", "%E3%83%84", "%3A", "ツ", "index.html", "-", "&"]


def some_file(dice):
    for _ in range(dice.randrange(1, 14)):
        kind = dice.random()
        if kind < 0.3:
            yield f"User-agent: {dice.choice(AGENTS)}"
        elif kind < 0.8:
            yield f"{dice.choice(KEYS)}: /{''.join(dice.choices(SIGNS, k=dice.randrange(5)))}"
        else:
            yield dice.choice(OTHERS)


def some_path(dice):
    signs = [sign for sign in SIGNS if sign not in ("*", "$", "ツ")]
    return "/" + "".join(dice.choices(signs, k=dice.randrange(6)))


def test_generated_files_are_read_as_google_reads_them():
    """1,000 files, ten paths each; `STRESS=10` makes 10,000 of them."""
    robotstxt = pytest.importorskip("robotstxt", reason="Google's parser has no wheel for this Python")
    dice, google = random.Random(9309), robotstxt.RobotsMatcher()
    for _ in range(1_000 * STRESS):
        text = "\n".join(some_file(dice))
        for path in [some_path(dice) for _ in range(10)]:
            expected = google.is_allowed(text, "foobot", f"http://a.example{path}")
            assert allows(text, path) == expected, (text, path)
