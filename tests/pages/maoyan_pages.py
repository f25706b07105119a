"""Pages in Maoyan's markup: the boards of the main job, boards with one thing wrong, and what a bot is answered."""

from __future__ import annotations

import html
import re
import zlib
from collections.abc import Iterator, Sequence
from functools import partial
from urllib.parse import quote

from tests.support.fixture import Fact, Fixture, facts, fill

SITE = "https://www.maoyan.com"
TOP100 = SITE + "/board/4?offset={}"
BOARDS = {7: "热映口碑榜", 6: "最受期待榜", 1: "国内票房榜", 2: "北美票房榜", 4: "TOP100榜"}
HOT = (1, 67, 6, 41, 3, 26, 31, 35, 75, 62)
"""Places in the TOP100 of ten films, by falling score."""
BEYOND_GB2312: list[Fact] = [
    {"index": 1, "title": "镕炉与喆学家", "actor": "陶小喆,李镕,王堃", "time": "2019-02-28", "score": 9.4},
    {"index": 2, "title": "𠮷祥一家", "actor": "𠮷田翔,張國強,沈珺", "time": "2020", "score": 9.0},
    {"index": 3, "title": "英镑£与欧元€", "actor": "Zoë Müller,李昇", "time": "2021-05-01(德国)", "score": 8.7},
]
"""Films that do not exist, for the characters that GB2312 lacks and GB18030 has."""
CHARSET_UNTOLD = {"Content-Type": "text/html"}

Hot = partial(Fixture, config="maoyan", kind="hot")
Top = partial(Fixture, config="maoyan", kind="top100")


def boards() -> Iterator[Fixture]:
    """Yield the pages of configs/maoyan.yaml in plan order: the hot board, then the TOP100."""
    films = facts("films")
    hot = [films[place - 1] | {"index": index} for index, place in enumerate(HOT, 1)]
    yield Hot("board-7", f"{SITE}/board/7", board(hot, number=7), hot)
    for offset in range(0, 100, 10):
        ten = films[offset : offset + 10]
        yield Top(f"board-4-offset-{offset}", TOP100.format(offset), board(ten, offset=offset), ten)


def variants() -> Iterator[Fixture]:
    """Yield boards that differ from the plain ones in one thing each; they share the plain ones' URLs."""
    first, second, third = (facts("films")[at : at + 10] for at in (0, 10, 20))

    one_unscored = [film | {"score": None} if film["index"] == 5 else film for film in first]
    yield Top("one-without-score", TOP100.format(0), board(one_unscored), one_unscored)

    unscored = [film | {"score": None} for film in first]
    yield Top("no-scores", f"{SITE}/board/6", board(unscored, number=6), unscored)

    unclosed = re.sub(r"\s*</dd>", "", board(second, offset=10))
    yield Top("unclosed-dd", TOP100.format(10), unclosed, second, extra={"unreadable_by": ["hot"]})

    renamed = board(third, offset=20).replace('class="releasetime"', 'class="release-date"')
    yield Top("renamed-class", TOP100.format(20), renamed, [film | {"time": None} for film in third])

    entities = board(third, offset=20).replace("·", "&middot;").replace("•", "&bull;").replace("：", "&#xFF1A;")
    yield Top("entities", TOP100.format(20), entities, third)

    beyond = [*BEYOND_GB2312, *first[3:]]
    gb18030 = board(beyond, charset="gb2312").encode("gb18030")
    yield Top("gb18030", TOP100.format(0), gb18030, beyond, headers=CHARSET_UNTOLD)

    utf16 = ("\ufeff" + board(second, offset=10)).encode("utf-16-le")
    yield Top("utf-16", TOP100.format(10), utf16, second, headers=CHARSET_UNTOLD)

    yield Top("no-films", TOP100.format(100), board([], offset=100), None, extra={"failure": "no records"})


def blocked() -> Iterator[Fixture]:
    """Yield a redirect to the captcha, the captcha itself, and the captcha in the place of a board."""
    failure = {"failure": "blocked"}
    code = f"{zlib.crc32(b'a request of our own'):032x}"
    back = f"https://optimus-mtsi.meituan.com/optimus/verifyResult?originUrl={quote(f'{SITE}/board/7', safe='')}"
    verify = (
        "https://verify.meituan.com/v2/web/general_page?action=spiderindefence"
        f"&requestCode={code}&platform=1000&adaptor=auto&succCallbackUrl={quote(back, safe='')}"
    )
    captcha = fill("captcha", request_code=code)
    yield Hot("redirect", f"{SITE}/board/7", b"", None, extra=failure, status=302, headers={"Location": verify})
    yield Hot("redirect-target", verify, captcha, None, extra=failure)
    yield Top("captcha", TOP100.format(0), captcha, None, extra=failure)


def board(films: Sequence[Fact], *, number: int = 4, offset: int = 0, charset: str = "utf-8") -> str:
    """Return a board; the TOP100 (number 4) has a pager."""
    return fill(
        "board",
        board=BOARDS[number],
        board_id=number,
        charset=charset,
        count=len(films),
        films="".join(map(_film, films)).rstrip("\n"),
        pager=_pager(offset) if number == 4 else "",
        subnav="\n".join(_tab(other, is_active=other == number) for other in BOARDS),
        updated="2026-11-20",
    )


def _film(film: Fact) -> str:
    score = film["score"]
    if score is not None:
        integer, _, fraction = f"{score:.1f}".partition(".")
        score = f'<p class="score"><i class="integer">{integer}.</i><i class="fraction">{fraction}</i></p>        '
    return fill(
        "film",
        id=700_000 + zlib.crc32(film["title"].encode()) % 100_000,
        index=film["index"],
        title=html.escape(film["title"]),
        actor=html.escape(film["actor"]),
        time=html.escape(film["time"]),
        score=score or "",
    )


def _tab(number: int, *, is_active: bool) -> str:
    link = 'class="active" href="javascript:void(0);"' if is_active else f'href="/board/{number}"'
    return (
        f'    <li>\n      <a data-act="subnav-click" data-val="{{subnavClick:{number}}}"\n'
        f"          {link}\n      >{BOARDS[number]}</a>\n    </li>"
    )


def _pager(offset: int) -> str:
    current = offset // 10 + 1
    items = [_pager_item(number, str(number), is_active=number == current) for number in range(1, 11)]
    if current < 10:
        items.append(_pager_item(current + 1, "下一页", is_active=False))
    body = "\n".join(items)
    return f'        <div class="pager-main">\n\n  <ul class="list-pager">\n{body}\n  </ul>\n\n        </div>'


def _pager_item(number: int, text: str, *, is_active: bool) -> str:
    if is_active:
        link = f'<a class="page_{number}" href="javascript:void(0);" style="cursor: default">{text}</a>'
        return f'      <li class="active">\n        {link}\n      </li>'
    return f'      <li>\n        <a class="page_{number}" href="?offset={number * 10 - 10}">{text}</a>\n      </li>'
