"""A field whose values are of another kind than in all the good runs before is an alarm; ordinary change is none."""

import random

import pytest

from scraper.report.same_shape import compare_shapes
from scraper.report.shapes import shape_of
from tests.cli.test_run import css
from tests.report.test_alarms import accept, change, output, run

NAMES = ["Anna Berg", "Bo Castellano", "Chandra Dorn", "Emil Fox", "Farida Greene-Hall", "Gus Ito", "Li Wu", "O'Neil"]


def alarms(now, *past, wanted=True):
    shapes = [{"tea.name": shape_of(values)} for values in (now, *past)]
    return [alarm.message for alarm in compare_shapes(shapes[0], shapes[1:], wanted)]


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (["★"] * 8, "no letters (100%), was Latin letters (100%); signs (100%), was words (100%)"),
        ([str(n) for n in range(1990, 1998)], "numbers (100%), was words (100%)"),
        ([f"Tea {n}" for n in range(80, 88)], "words and numbers (100%), was words (100%)"),
        ([f"{name} €" for name in NAMES], "€ (100%), was no sign (100%)"),
        (["Ольга Берг", "Иван"] * 4, "Cyrillic letters (100%), was Latin letters (100%)"),
        (list(range(8)), "numbers (100%), was texts (100%)"),
        ([f"{name} lives in a house by the sea" for name in NAMES], "36 characters long, was 8"),
        (["Log in"] * 8, "8 of 8 are the same, 8 of 8 were different"),
    ],
)
def test_values_of_another_kind_are_an_alarm_that_says_how_they_differ(now, told):
    (message,) = alarms(now, NAMES)
    assert message.startswith("tea.name holds another kind of value: ")
    assert told in message
    assert message.endswith(f"; such as {str(now[0])[:40]!r}, before 'Anna Berg'")
    assert alarms(now, NAMES, now) == []  # one good run had such values
    assert alarms(now, NAMES, wanted=False) == []
    assert len(alarms(now, NAMES, wanted=["name"])) == 1
    assert alarms(now, NAMES, wanted=["other"]) == []


def test_a_language_is_told():
    english, german = "The tea of the morning that was picked", "Der Tee ist nicht mit Milch und Zucker"
    assert "German, was English" in alarms([german] * 5, [english] * 5)[0]


def test_of_few_values_only_signs_tell():
    assert "$ (100%), was € (100%)" in alarms(["$ 9"], ["€ 8"])[0]
    assert alarms(["9"], ["€ 8"]) == alarms(["€ 9"], ["8"]) == alarms(["★"], ["Anna"]) == alarms([], ["Anna"]) == []
    assert alarms(["$ 9", "€ 8"], ["€ 8"]) == []


def test_a_new_field_and_one_that_is_gone_are_none():
    assert list(compare_shapes({"a.b": shape_of(["x"] * 9)}, [{"a.c": shape_of(NAMES)}], True)) == []


def test_chance_is_no_alarm():
    chance = random.Random(1)
    pool = [*NAMES, "8 Trains", "Nr. 5", "42", "$ 9", "Ольга", "a much longer name than any of the others has, really"]
    for _ in range(2000):
        size = chance.randint(1, 30)
        days = [[chance.choice(pool) for _ in range(size)] for _ in range(2)]
        assert alarms(*days) == [], days


def test_euros_that_become_dollars_are_exit_4_until_they_are_accepted(config, folder, boards):
    change(boards, lambda page: page.replace("film", "€ film"))
    path = config(css(boards))
    assert run(path).exit_code == 0
    yesterday = output(folder)
    change(boards, lambda page: page.replace("€ film", "$ film"))
    report = run(path)
    (alarm,) = report.alarms
    assert (report.exit_code, alarm.name, alarm.subject) == (4, "same_shape", "board.title")
    assert "$ (100%), was € (100%)" in alarm.message
    assert "$ film" in (folder / alarm.excerpt).read_text("utf-8")
    assert output(folder) == yesterday
    assert run(path).exit_code == 4
    assert accept(path).exit_code == 0
    assert run(path).exit_code == 0


@pytest.mark.parametrize(("said", "code"), [("false", 0), ("[title]", 4), ("[score]", 0), ("true", 4)])
def test_the_config_says_which_fields_are_held(said, code, config, boards):
    path = config(css(boards, extra=f"expect: {{same_shape: {said}}}\n"))
    assert run(path).exit_code == 0
    change(boards, lambda page: page.replace("film", "фильм"))
    assert run(path).exit_code == code
