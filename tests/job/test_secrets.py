"""Secrets: found in whatever spelling, masked for people, hidden so that they come back, and no more than they are."""

import base64
import html
import json
import pickle
from urllib.parse import quote, quote_plus, unquote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scraper.config.find_secrets import is_public
from scraper.config.load import load_config
from scraper.errors import ConfigError, OutputError, Problem
from scraper.job.secrets import MASK, Secrets

TEA = "p/w+ 'tea' & \"cups\"\\%25=茶"
SPELLINGS = {
    "plain": str,
    "quoted": lambda text: quote(text, safe=""),
    "quoted but for slashes": quote,
    "as a form": quote_plus,
    "in lower case": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "in a page of gbk": lambda text: quote(text, encoding="gb18030"),
    "in a URL in a URL": lambda text: quote(quote(quote(quote_plus(text)))),
    "in JSON": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "in Python": lambda text: repr(text)[1:-1],
    "in HTML": html.escape,
    "in a header line": lambda text: text.encode().decode("latin-1"),
    "in a header line that is told": lambda text: repr(text.encode().decode("latin-1"))[1:-1],
    "in ASCII": lambda text: ascii(text)[1:-1],
    "in base64": lambda text: base64.b64encode(text.encode()).decode(),
    "in base64 of URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_secret_is_found_however_it_is_spelt(spelling):
    secrets, spelt = Secrets({"KEY": TEA}), SPELLINGS[spelling](TEA)
    text = f"https://shop.example/{spelt}?key={spelt}&n=1"
    assert secrets.masked(text).rstrip("=") == f"https://shop.example/{MASK}?key={MASK}&n=1" or "base64" in spelling
    assert TEA not in unquote(unquote(secrets.masked(text)))
    assert spelt.rstrip("=") not in secrets.masked(text)
    assert spelt.rstrip("=") not in secrets.hidden(text)
    assert secrets.revealed(secrets.hidden(text)) == text


words = st.text(st.characters(blacklist_categories=["Cs"]), max_size=12)
values = st.text(st.sampled_from("ab/+ %&=$?{}'\"\\茶é25"), min_size=8, max_size=12)


@given(values, values, st.lists(st.sampled_from(sorted(SPELLINGS))), words, words)
def test_what_is_hidden_comes_back_and_holds_no_secret(one, other, spellings, before, after):
    secrets = Secrets({"ONE": one, "OTHER": other})
    text = before + "$".join(SPELLINGS[name](one) + other for name in spellings) + after
    hidden = secrets.hidden(text)
    assert secrets.revealed(hidden) == text
    assert Secrets({"ONE": one, "OTHER": other}).revealed(hidden) == text
    assume(one not in "${ONE}${OTHER}" + other and other not in one)
    assert one not in secrets.masked(text)
    assert one not in hidden.replace("$$", "$")


def test_a_site_cannot_forge_a_reference():
    secrets = Secrets({"KEY": "hush-hush"})
    for text in ("/?x=${KEY}", "$${KEY}", "$$", "${KEY:0}", "$${}", "/?x=%24%7BKEY%7D"):
        assert "hush" not in secrets.hidden(text)
        assert secrets.revealed(secrets.hidden(text)) == text
    assert secrets.revealed("${OTHER} ${KEY:00}") == "${OTHER} hush-hush", "what does not fit is spelt as in URLs"


def test_a_secret_that_is_percent_encoded_itself_is_one_decoded_too():
    assert (
        Secrets({"KEY": "hush%2Fhush+hush"}).masked("hush%2Fhush+hush hush/hush+hush hush/hush hush") == "*** *** ***"
    )


def test_short_secrets_do_not_mask_half_of_the_log():
    secrets = Secrets({"A": "1", "B": "abc", "C": "test"})
    line = "1 of 10 pages, the latest at test.example: abc"
    assert secrets.masked(line) == "1 of 10 pages, the latest at ***.example: abc"
    assert secrets.masked("/?q=x%3Dtest%26") == "/?q=x%3D***%26"
    assert Secrets({"EMPTY": "", "BLANK": "  "}).masked(line) == line


def test_users_of_urls_are_masked_and_other_signs_of_the_kind_are_not():
    said = "cannot connect to http://me:se@cret@proxy.example:3128/a@b, //x@y, mail@a.example, http://me:se/cret@h/ http://h:80/@b"
    told = "cannot connect to http://***@proxy.example:3128/a@b, //***@y, mail@a.example, http://***@h/ http://h:80/@b"
    assert Secrets().masked(said) == told


@pytest.mark.parametrize(
    "path",
    [
        '//tr[@class="athing"]',
        ".//a/@href",
        '//*[contains(@class, "x")]//b[not(@id)]',
        "//td[@a and @b]",
        "//ancestor::div/@id",
        "//li[@n>3]",
    ],
)
def test_an_xpath_is_no_user_of_a_url(path):
    assert Secrets().masked(f"xpath '{path}' fails at http://me:hush@h/") == f"xpath '{path}' fails at http://***@h/"


@pytest.mark.parametrize("user", ["me:[(@@", "ancestor:pw", "me::pw", "me:pw(", "me:pw[", "[", "child"])
def test_a_user_of_a_url_may_look_like_an_xpath(user):
    assert Secrets().masked(f"at http://{user}@proxy.example:3128/ and //{user}@h") == (
        "at http://***@proxy.example:3128/ and //***@h"
    )


def test_of_a_text_that_is_cut_the_beginning_of_a_secret_goes_too():
    secrets = Secrets({"KEY": "hush-hush-hush"})
    assert secrets.masked("the key is hush-hu", is_cut=True) == "the key is ***"
    assert secrets.masked("the key is hush-hu and more", is_cut=True) == "the key is hush-hu and more"


def test_the_longer_of_two_secrets_is_masked_whole():
    assert Secrets({"USER": "operator", "PAIR": "operator:hush-hush"}).masked("operator:hush-hush!") == "***!"


def test_names_of_references_are_plain_and_each_its_own():
    secrets = Secrets({"login.用户}": "hush-hush-1", "login.密码}": "hush-hush-2", "twice": "hush-hush-2"})
    text = "hush-hush-1 and hush-hush-2"
    assert secrets.hidden(text).isascii()
    assert secrets.revealed(secrets.hidden(text)) == text


def test_secrets_are_shown_by_name_only_and_go_through_a_pipe():
    secrets = Secrets({"KEY": "hush-hush"})
    secrets.masked("x hush-hush")
    assert repr(secrets) == "Secrets(KEY, KEY.base64)"
    assert pickle.loads(pickle.dumps(secrets)).hidden("hush-hush") == "${KEY}"


def test_an_error_that_leaves_tells_no_secret():
    secrets = Secrets({"KEY": "hush-hush"})
    with pytest.raises(OutputError, match=r"^cannot write \*\*\*$"), secrets.kept_by_errors():
        raise OutputError("cannot write hush-hush")
    with pytest.raises(ConfigError) as error, secrets.kept_by_errors():
        raise ConfigError([Problem("x.yaml", 1, 1, "name", "hush-hush")])
    assert str(error.value) == "x.yaml:1:1: name: ***"


def test_a_thousand_secrets_take_no_time():
    secrets = Secrets({f"T{n}": f"token-{n:06d}-{n * 7919:x}" for n in range(1000)})
    text = "https://shop.example/list?page=%201&sort=up"
    assert [secrets.hidden(text) for _ in range(200)] == [text] * 200
    assert secrets.masked(text + f"&t=token-000500-{500 * 7919:x}") == text + "&t=***"


@pytest.mark.parametrize(
    ("path", "is_told"),
    [
        (("name",), True),
        (("output", "path"), True),
        (("timezone",), True),
        (("pages", "list", "encoding"), True),
        (("pages", "list", "params", "ids", "file"), True),
        (("settings", "allowed_domains", 0), True),
        (("records", 0, "fields", "source", "value"), True),
        (("pages", "list", "records", 0, "fields", "source", "default"), True),
        (("records", 0, "fields", "_url", "value"), False),
        (("records", 0, "follow", 0, "value"), False),
        (("start_urls", 0), False),
        (("pages", "name", "start_urls", 0), False),
        (("pages", "records", "params", "fields", 0, "file"), False),
        (("params", "x", 0, "file"), False),
        (("settings", "headers", "encoding"), False),
        (("settings", "auth", "password"), False),
        (("login", "form", "name"), False),
    ],
)
def test_what_is_published_or_names_a_place_is_no_secret(path, is_told):
    assert is_public(path) is is_told


# --------------------------------------------------------------------------- what a config holds

CONFIG = """
pages:
  list:
    start_urls: ["https://${HOST}/list?key=${KEY}", "${FEED}&page={page}", "http://127.0.0.1:${PORT}/"]
    params: {page: [1, 2], account: {file: accounts.csv}, shop: [{id: shop-hush}]}
    request:
      headers: {X-Session: "Is {account.token}", X-Shop: "{shop.id}", Referer: "https://public.example/start"}
    records: {fields: {source: {value: "${SOURCE}"}}}
login: {url: "https://${HOST}/login", form: {user: user-hush, password: "${PASSWORD}"}}
output: {path: "${FOLDER}/{name}.jsonl"}
settings:
  headers: {Authorization: "Basic YmFzaWM6YmFzaWMtaHVzaA==", Accept-Language: language-x, X-Own: own-hush}
  cookies: {sid: cookie-hush}
  auth: {user: auth-hush, password: "${PASSWORD}"}
  proxies: {https: ["http://proxy-hush:p%40ss-hush@proxy.example:3128"]}
"""
VARIABLES = {
    "HOST": "shop.public.example",
    "PORT": "8080",
    "KEY": "key-hush",
    "FEED": "https://public.example/private-hush/list?token=query-hush",
    "SOURCE": "public source",
    "PASSWORD": "password-hush",
    "FOLDER": "public folder",
}


@pytest.fixture
def job(config, folder, monkeypatch):
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    (folder / "accounts.csv").write_text("token\ntoken-hush-1\ntoken-hush-2\n")
    return load_config(config(CONFIG))


def test_what_a_config_holds_as_secret_is_known(job):
    text = (
        "key-hush private-hush/list?token=query-hush query-hush token-hush-1 token-hush-2 user-hush password-hush"
        " cookie-hush auth-hush auth-hush:password-hush proxy-hush p@ss-hush p%40ss-hush own-hush basic-hush"
        " YmFzaWM6YmFzaWMtaHVzaA=="
    )
    assert set(job.secrets.masked(text).replace("==", "").split()) == {MASK}


def test_addresses_and_what_is_published_are_no_secrets(job):
    text = "https://shop.public.example:8080 public.example 8080 public source public folder language-x shop-hush"
    assert job.secrets.masked(text) == text
    assert job.secrets.masked("https://public.example/start") == "https://public.example/start"


def test_a_user_in_the_url_of_a_variable_is_a_secret(config, folder, monkeypatch):
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value.replace("https://", "https://feed-hush:x@"))
    (folder / "accounts.csv").write_text("token\nx\n")
    with pytest.raises(ConfigError, match="holds no user and password") as error:
        load_config(config(CONFIG))
    assert "hush" not in str(error.value)


def test_a_job_shows_its_name_and_no_more(job):
    assert repr(job) == f"Job('board', path={str(job.path)!r}, kinds=['list'])"
    assert "hush" not in f"{job!r} {job.secrets!r}"


def test_what_sounds_secret_in_a_body_is_masked(tmp_path):
    path = tmp_path / "x.yaml"
    body = "form: {password: hush-hush-1, api_token: '{t}', q: fine-words}"
    path.write_text(
        "start_urls: [https://a.example/]\nrecords: {each: dd, fields: {title: a}}\nparams: {t: [hush-hush-2]}\n"
        f"request: {{method: POST, {body}}}\n",
        encoding="utf-8",
    )
    masked = load_config(path).secrets.masked("hush-hush-1 hush-hush-2 fine-words")
    assert masked == "*** *** fine-words"
