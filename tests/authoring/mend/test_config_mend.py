"""A config whose pages have changed: what is mended, what is left alone, what is called gone, and how it is written."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from scraper.authoring.mend import config_mend
from scraper.authoring.mend.whole_job import Pages
from scraper.cli.run import program
from scraper.config.load import load_config
from scraper.errors import ReplayError
from scraper.report.kept_pages import KeptPage

FILMS = [
    ("Ikiru", "1952-10-09", 8.3, "Takashi Shimura"),
    ("Ran", "1985-06-01", 8.2, "Tatsuya Nakadai"),
    ("Tokyo Story", "1953-11-03", 8.1, "Chishu Ryu"),
    ("Harakiri", "1962-09-16", 8.6, "Rentaro Mishima"),
    ("Late Spring", "1949-09-19", 8.2, "Setsuko Hara"),
]
ROW = """
<li class="film"><h2><a href="/film/{n}">{title}</a></h2>
<time>{day}</time><b class="score">{score}</b><p class="cast">Cast: {cast}</p></li>"""
RENAMED = ROW.replace('class="score"', 'class="rating"')
CONFIG = """
# the films of the shop
start_urls: [http://films.example/]
records:
  each: li.film              # one for each
  fields:
    title: {css: h2 a, required: true}
    day: {css: time, type: date}
    score: {css: "b.score", type: float}    # out of ten
    cast: {css: p.cast, steps: [{remove_prefix: "Cast:"}]}
follow: [{css: a.next}]
"""
MENU = "<ul class='menu'>" + "".join(f"<li><a href='/{n}'>Menu {n}</a></li>" for n in range(9)) + "</ul>"


def page(row=ROW, films=FILMS, foot='<a class="next" href="/2">Next</a>', name="films"):
    rows = "".join(row.format(n=n, title=t, day=d, score=s, cast=c) for n, (t, d, s, c) in enumerate(films))
    return KeptPage(name, "http://films.example/", 0.0, f"<body>{MENU}<ol>{rows}</ol>{foot}</body>")


@pytest.fixture
def mend(tmp_path):
    def mend(*now, text=CONFIG, before=None):
        path = tmp_path / "films.yaml"
        path.write_text(text)
        return config_mend.mend(load_config(path), Pages([before or page()], list(now)))

    return mend


def verdicts(mended):
    return {one.name.removeprefix("films").strip(".: "): one.verdict for one in mended.proposal.findings}


def changed(mended):
    """Return the lines of the config that are others."""
    return [new for old, new in zip(mended.old.splitlines(), mended.new.splitlines(), strict=True) if old != new]


def test_nothing_is_proposed_where_all_is_read_as_before(mend):
    mended = mend(page())
    assert (mended.proposal.findings, mended.new, mended.exit_code) == ((), mended.old, 0)
    assert list(mended.lines()) == ["nothing is broken on these pages: all 6 selections read what they used to"]


def test_a_class_that_is_another_is_found_by_the_values_and_the_rest_of_the_file_stays(mend):
    mended = mend(page(RENAMED))
    assert verdicts(mended) == {"score": "sure"}
    assert changed(mended) == ['    score: {css: "b.rating", type: float}    # out of ten']
    assert (mended.records, mended.exit_code) == ((5, 5), 0)


def test_other_films_are_read_by_what_the_values_look_like_and_where_they_stand(mend):
    others = [("Sansho", "1954-03-31", 8.4, "Kinuyo Tanaka"), ("Kwaidan", "1965-01-06", 7.9, "Rentaro Mikuni")] * 2
    mended = mend(page(RENAMED.replace("h2", "h3"), others))
    assert set(verdicts(mended)) == {"title", "score"}
    assert {"sure", "likely"} >= set(verdicts(mended).values())
    assert '    score: {css: "b.rating", type: float}    # out of ten' in changed(mended)
    assert [one["title"] for one in read(mended)] == ["Sansho", "Kwaidan"] * 2


def test_rows_are_found_again_by_what_they_tell(mend):
    cards = """<div class="card"><h2><a href="/film/{n}">{title}</a></h2><time>{day}</time><b class="score">{score}</b>
    <p class="cast">Cast: {cast}</p></div>"""
    mended = mend(page(cards))
    assert verdicts(mended) == {"each": "sure"}
    assert changed(mended) == ["  each: div.card              # one for each"]
    assert mended.records == (0, 5)


def test_a_field_that_is_no_more_is_called_gone_and_not_invented(mend):
    mended = mend(page(ROW.replace('<b class="score">{score}</b>', "")))
    assert verdicts(mended) == {"score": "gone"}
    assert (mended.new, mended.exit_code) == (mended.old, 4)
    mended = mend(page(ROW.replace('<b class="score">{score}</b>', "").replace("<time>{day}</time>", "<i>{day}</i>")))
    assert verdicts(mended) == {"day": "sure", "score": "gone"}
    assert mended.exit_code == 3


def test_another_thing_than_before_is_noticed(mend):
    symbol = ROW.replace("<h2>", '<h2><a class="code" href="/film/{n}">F{n}</a>')
    mended = mend(page(symbol))
    assert verdicts(mended)["title"] in ("sure", "likely")
    (title,) = (line for line in changed(mended) if "title" in line)
    assert [one["title"] for one in read(mended)] == [film[0] for film in FILMS], title


def read(mended):
    """Return the records of the page by the mended config."""
    import orjson

    from scraper.models import Request
    from scraper.parse.parser import Parser

    job = config_mend.config.parse_config(mended.new, mended.job.path)
    kind = next(iter(job.kinds.values()))
    parsed = Parser(kind).parse(Request("http://films.example/", kind.name), mended.pages[0].page())
    return [orjson.loads(line) for line in parsed.lines[0]]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('<b class="score">{score}</b>', '<b class="score" data-score="{score}"></b>',
         '    score: {css: "b.score", attr: data-score, type: float}    # out of ten'),
        ('<a class="next" href="/2">Next</a>', '<a rel="next" href="/2">Next</a>',
         "follow: [{css: 'a[rel=\"next\"]'}]"),
    ],
)  # fmt: skip
def test_a_value_that_moved_into_an_attribute_and_a_link_are_followed(mend, old, new, line):
    foot = '<a class="next" href="/2">Next</a>'
    mended = mend(page(ROW.replace(old, new), foot=foot.replace(old, new)))
    assert changed(mended) == [line]


@pytest.mark.parametrize(
    ("written", "mended_to"),
    [
        ("{xpath: './/b[@class=\"score\"]', type: float}", "{xpath: './/b[has-class(''rating'')]', type: float}"),
        ("{css: b.score, regex: '[\\d.]+', type: float}", "{css: b.rating, regex: '[\\d.]+', type: float}"),
    ],
)
def test_the_language_of_the_old_selector_stays(mend, written, mended_to):
    text = CONFIG.replace('{css: "b.score", type: float}', written)
    mended = mend(page(RENAMED), text=text)
    assert changed(mended) == [f"    score: {mended_to}    # out of ten"]


def test_a_regex_of_the_source_stays_one(mend):
    text = """
start_urls: [http://films.example/]
records:
  each: {regex: '<li class="film">.*?</li>'}
  fields:
    title: {regex: '<a href="[^"]*">(.*?)</a>', required: true}
    score: {regex: 'class="score">(.*?)</b>', type: float}
"""
    mended = mend(page(RENAMED), text=text)
    assert changed(mended) == ["""    score: {regex: 'class="rating">(.*?)</b>', type: float}"""]


def test_columns_are_found_by_what_stands_in_them(mend):
    def table(head):
        rows = "".join(f"<tr><td>{title}<td>{score}" for title, _, score, _ in FILMS)
        return KeptPage("films", "http://films.example/", 0.0, f"<table><tr><th>Film<th>{head}{rows}</table>")

    text = """
start_urls: [http://films.example/]
records:
  each: {table: table}
  fields: {title: {column: Film}, score: {column: Score, type: float}}
"""
    mended = mend(table("Rating"), text=text, before=table("Score"))
    assert changed(mended) == ["  fields: {title: {column: Film}, score: {column: Rating, type: float}}"]


def test_names_that_a_tool_made_are_no_names(mend):
    hashed = ROW.replace('"score"', '"css-1x9k2z"').replace("<h2>", '<h2 class="mt-2">').replace("h2 ", "h4 ")
    hashed = hashed.replace('<p class="cast">Cast: ', '<p class="Film_cast__x7Gh2">')
    mended = mend(page(hashed))
    lines = "\n".join(changed(mended))
    assert "1x9k2z" not in lines
    assert "x7Gh2" not in lines
    assert "mt-2" not in lines
    assert "cast: {css: 'p[class*=\"Film_cast\"]'" in lines


def test_the_answer_is_the_same_every_time(mend):
    now = page(RENAMED.replace("film", "entry"))
    assert list(mend(now).lines()) == list(mend(now).lines())


# --------------------------------------------------------------------------- the command


@pytest.fixture
def command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "films.yaml").write_text(CONFIG)
    (tmp_path / "before.html").write_text(page().text)
    (tmp_path / "now.html").write_text(page(RENAMED).text)

    def command(*words):
        from scraper.cli import main  # noqa: F401 - the verbs

        words = list(map(str, words))
        return CliRunner().invoke(program.commands["mend"], words, obj=_console(), **program.context_settings)

    return command


def _console():
    from scraper.cli.console import Console

    return Console()


def test_it_writes_in_place_with_the_old_one_beside_it_or_another_file(command, tmp_path):
    done = command("films.yaml", "now.html", "--before", "before.html", "--output", "new.yaml")
    assert '+    score: {css: "b.rating", type: float}    # out of ten' in done.output
    assert (tmp_path / "films.yaml").read_text() == CONFIG
    assert "b.rating" in (tmp_path / "new.yaml").read_text()
    for beside in ("films.yaml.old", "films.yaml.old2"):
        (tmp_path / "films.yaml").write_text(CONFIG)
        done = command("films.yaml", "now.html", "--before", "before.html", "--write")
        assert f"wrote films.yaml; the old one is {beside}" in done.output
        assert (tmp_path / beside).read_text() == CONFIG
    assert (tmp_path / "films.yaml").read_text() == (tmp_path / "new.yaml").read_text()


def test_what_could_not_be_run_does_not_take_the_place_of_a_config(command, tmp_path, monkeypatch):
    monkeypatch.setattr(config_mend, "mended_text", lambda text, *_: text.replace("b.score", "b ["))
    done = command("films.yaml", "now.html", "--before", "before.html", "--write")
    assert "put right by hand: films.yaml:9" in done.output
    assert "films.yaml is left as it is" in done.output
    assert (tmp_path / "films.yaml").read_text() == CONFIG
    pages = config_mend.pages_of(load_config(Path("films.yaml")), ["now.html"], ["before.html"])
    assert config_mend.mend(load_config(Path("films.yaml")), pages).exit_code == 3


def test_without_pages_to_go_by_it_says_which_are_wanted(command):
    with pytest.raises(ReplayError, match=r"no good page is kept.*--before PAGE"):
        raise command("films.yaml", "now.html").exception
    with pytest.raises(ReplayError, match="no page is kept that broke a run; name one"):
        raise command("films.yaml", "--before", "before.html").exception


CRUMBS = """
start_urls: [http://books.example/]
records: {fields: {title: h1, category: ul.path li.last a}}
"""


@pytest.mark.parametrize(
    ("third", "verdict"), [('<li><a href="/c/{n}">{category}</a></li>', "sure"), ("", "gone")], ids=["there", "gone"]
)
def test_what_stood_beside_a_field_before_is_not_what_it_read(tmp_path, third, verdict):
    def book(n, category, third):
        crumbs = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in ("Home", "Books"))
        path = f'<ul class="path">{crumbs}{third.format(n=n, category=category)}</ul>'
        return KeptPage(
            "books", f"http://books.example/{n}", 0.0, f"{path}<h1>The book of number {n}</h1><p>Text {n}</p>"
        )

    config = tmp_path / "books.yaml"
    config.write_text(CRUMBS)
    old = '<li class="last"><a href="/c/{n}">{category}</a></li>'
    before = [book(n, name, old) for n, name in enumerate(("Travel", "Poetry", "Cooking"))]
    now = [book(n + 9, name, third) for n, name in enumerate(("History", "Music", "Garden"))]
    mended = config_mend.mend(load_config(config), Pages(before, now))
    (finding,) = mended.proposal.findings
    assert finding.verdict == verdict, finding
    assert finding.after is None or finding.after.examples == ("History", "Music", "Garden")
