"""A srcset is read as a browser reads it, and one of its images is chosen."""

# ruff: noqa: E501 - a case a line

import pytest

from scraper.errors import Malformed
from scraper.parse.srcset import compile_choice, read_srcset


@pytest.mark.parametrize(
    ("text", "images"),
    [
        ("a.jpg", [("a.jpg", 1, "x")]),
        ("a.jpg 1x, b.jpg 2x", [("a.jpg", 1, "x"), ("b.jpg", 2, "x")]),
        ("a.jpg, b.jpg 1.5x", [("a.jpg", 1, "x"), ("b.jpg", 1.5, "x")]),
        ("a.jpg 320w,b.jpg 640w", [("a.jpg", 320, "w"), ("b.jpg", 640, "w")]),
        ("a.jpg,b.jpg 2x", [("a.jpg,b.jpg", 2, "x")]),
        ("/f_auto,q_80/a.jpg 100w, /f_auto,q_80/b.jpg 200w", [("/f_auto,q_80/a.jpg", 100, "w"), ("/f_auto,q_80/b.jpg", 200, "w")]),
        ("data:image/png;base64,AA== 1x, b.jpg 2x", [("data:image/png;base64,AA==", 1, "x"), ("b.jpg", 2, "x")]),
        (" ,, a.jpg 2x , ,b.jpg 3x,", [("a.jpg", 2, "x"), ("b.jpg", 3, "x")]),
        ("a.jpg\n\t 320w 200h, b.jpg 640w", [("a.jpg", 320, "w"), ("b.jpg", 640, "w")]),
        ("a.jpg 320w 2x, b.jpg 1x", [("b.jpg", 1, "x")]),
        ("a.jpg -1x, b.jpg 0w, c.jpg big, d.jpg .5x", [("d.jpg", 0.5, "x")]),
        ("a.jpg (1x, 2x), b.jpg 2x", [("b.jpg", 2, "x")]),
        ("a.jpg 1x, b.jpg 640w", [("b.jpg", 640, "w")]),
        ("", []),
        (", ,", []),
    ],
)  # fmt: skip
def test_the_images_of_a_srcset(text, images):
    assert read_srcset(text) == images


@pytest.mark.parametrize(
    ("argument", "url"),
    [("largest", "l"), ("smallest", "s"), ("1w", "s"), ("320w", "s"), ("321w", "m"), ("640w", "m"), ("9999w", "l")],
)
def test_one_is_chosen_by_its_size_whatever_the_order(argument, url):
    assert compile_choice(argument)("m 640w, l 1280w, s 320w") == url


@pytest.mark.parametrize(("text", "told"), [("", "names no image"), ("a 2x", "by x and not by w")])
def test_a_choice_that_cannot_be_made_is_malformed(text, told):
    with pytest.raises(Malformed, match=told):
        compile_choice("640w")(text)


def test_a_field_gives_the_whole_url(value):
    page = '<img src="/small.jpg" srcset="/small.jpg 320w, /large.jpg 1280w">'
    assert (
        value("{css: img, attr: srcset, steps: [{srcset: largest}], type: url}", page) == "https://a.example/large.jpg"
    )


def test_a_long_srcset_takes_no_time_of_its_own():
    assert len(read_srcset("a 1x, " * 50_000)) == 50_000
    assert read_srcset("(" * 300_000) != []
    assert read_srcset("a " + "(" * 300_000) == []
