"""Make the pages of the benchmark: 200 film boards of some 58 kB, always the same, with the records that they hold.

The markup is that of a real board (head with scripts and styles, a menu of cities, ten films, news, footer); every
name, number and path in it is drawn from a seeded generator.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterable, Mapping
from pathlib import Path

PAGES, FILMS = 200, 10
FIELDS = ("rank", "title", "star", "releasetime", "score")
Record = dict[str, str]

HAN = (
    "霸王别姬肖申克的救赎罗马假日这个杀手不太冷泰坦尼克号千与千寻乱世佳人魂断蓝桥天空之城辛德勒名单唐伯虎点秋香喜剧之王"
    "春光乍泄无间道蝴蝶梦搏击俱乐部剪刀手爱德华活着美丽心灵指环王低俗小说教父星际穿越盗梦空间当幸福来敲门"
)
SURNAMES = "张王李赵陈杨黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
CITIES = "北京上海广州深圳成都杭州重庆武汉西安南京天津苏州郑州长沙青岛沈阳宁波东莞无锡佛山大连厦门济南合肥福州昆明"

FRAME = """<!DOCTYPE html>
<!--[if IE 8]><html class="ie8"><![endif]-->
<!--[if gt IE 9]><!--><html><!--<![endif]-->
<head>
  <title>TOP100榜 第{number}页 - 电影榜单</title>
  <meta charset="utf-8">
  <meta name="keywords" content="电影,榜单,热映口碑榜,最受期待榜,国内票房榜,TOP100">
  <meta http-equiv="X-UA-Compatible" content="IE=edge" />
  <style>
{styles}
  </style>
  <script>
{configs}
  </script>
</head>
<body>
<div class="header">
  <div class="city-list" data-val="{{ localcityid: 1 }}">
    <div class="city-list-header">定位城市：<a class="js-geo-city">北京</a></div>
{cities}
  </div>
  <ul class="navbar">
    <li><a href="/" data-act="home-click">首页</a></li>
    <li><a href="/films" data-act="films-click">电影</a></li>
    <li><a href="/board" data-act="board-click" class="active">榜单</a></li>
  </ul>
  <form action="/query" target="_blank" class="search-form">
    <input name="kw" class="search" type="search" maxlength="32" placeholder="找影视剧、影人、影院" autocomplete="off">
    <input class="submit" type="submit" value="">
  </form>
</div>
<div class="container" id="app" class="page-board/index" >
<div class="content">
  <div class="wrapper">
    <div class="main">
      <p class="update-time">2024-05-01<span class="has-fresh-text">已更新</span></p>
      <p class="board-content">榜单规则：按照评分和评分人数从高到低综合排序取前100名，每天上午10点更新。</p>
      <dl class="board-wrapper">
{films}
      </dl>
    </div>
    <div class="pager-main"><ul class="list-pager">
{pager}
    </ul></div>
  </div>
</div>
</div>
<div class="side"><h3>相关资讯</h3>
{news}
</div>
<div class="footer" style="visibility: hidden">
  <p class="friendly-links">友情链接 :
{links}
  </p>
</div>
<script>
{tail}
</script>
</body>
</html>
"""

FILM = """                <dd>
                        <i class="board-index board-index-{rank}">{rank}</i>
    <a href="/films/{id}" title="{title}" class="image-link" data-act="boarditem-click" data-val="{{movieId:{id}}}">
      <img src="//s0.example.net/bs/?f=fe-web-x/canary/i/loading_2.{short}.png" alt="" class="poster-default" />
      <img data-src="https://p0.example.net/movie/{poster}.jpg@160w_220h_1e_1c" alt="{title}" class="board-img" />
    </a>
    <div class="board-item-main">
      <div class="board-item-content">
              <div class="movie-item-info">
        <p class="name"><a href="/films/{id}" title="{title}" data-act="boarditem-click">{title}</a></p>
        <p class="star">
                {star}
        </p>
<p class="releasetime">{releasetime}</p>    </div>
    <div class="movie-item-number score-num">
<p class="score"><i class="integer">{integer}</i><i class="fraction">{fraction}</i></p>
    </div>
      </div>
    </div>
                </dd>"""

STYLE = (
    "    .c-{a}{{display:inline-block;margin:{m}px {n}px;color:#{b};"
    "background:url(//s0.example.net/i/{c}.png) no-repeat}}"
)
CONFIG = (
    '  window.__cfg_{a} = {{"id":{m},"hash":"{b}","abtest":[{n},{m},{n}],"enable":true,'
    '"url":"https://api.example.net/{c}?a={n}&b={m}","tpl":"<div class=\\"x-{a}\\"><span>{text}<\\/span><\\/div>"}};'
)
LOADER = (
    '  (function(w,d){{var a=w.__q||(w.__q=[]);a.push(["{a}",{{k:"{b}",v:{m},t:"{text}"}}]);'
    'if(a.length<{n}&&d.readyState!="complete"){{d.addEventListener("DOMContentLoaded",function(){{a.shift()}})}}}})'
    "(window,document);"
)
NEWS = (
    '  <div class="news-item"><a href="/films/news/{m}" data-act="news-click">'
    '<img class="news-img" data-src="https://p1.example.net/news/{b}.jpg@100w_68h_1e_1c" alt=""/></a>'
    '<div class="news-content"><h4><a href="/films/news/{n}">{text}</a></h4><p>{text}{long}</p>'
    '<span class="news-info">{name} · <em>{n}分钟前</em></span></div></div>'
)
CITY = '      <a class="js-city-name" data-ci="{m}" data-val="{{ choosecityid: {n} }}" data-act="cityClick">{city}</a>'
PAGER = '      <li><a class="page_{page}" href="?offset={offset}">{page}</a></li>'
LINK = '    <a href="http://{b}.example.org" data-query="utm_source=www" target="_blank">{text}</a><span></span>'


class Forger:
    """A source of names and numbers that always gives the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def number(self, first: int, last: int) -> int:
        """Return a number of a range, both ends included."""
        return self._random.randint(first, last)

    def han(self, shortest: int, longest: int) -> str:
        """Return a text of so many Chinese characters."""
        return "".join(self._random.choices(HAN, k=self.number(shortest, longest)))

    def name(self) -> str:
        """Return the name of a person."""
        return self._random.choice(SURNAMES) + self.han(1, 2)

    def digits(self, count: int) -> str:
        """Return so many hexadecimal digits."""
        return "".join(self._random.choices("0123456789abcdef", k=count))

    def lines(self, template: str, count: int) -> str:
        """Return a template filled so many times."""
        return "\n".join(template.format_map(self._values()) for _ in range(count))

    def _values(self) -> dict[str, object]:
        start = self._random.randrange(0, len(CITIES), 2)
        return {
            "a": self.digits(5),
            "b": self.digits(32),
            "c": self.digits(14),
            "m": self.number(100, 99999),
            "n": self.number(1, 59),
            "text": self.han(8, 20),
            "long": self.han(18, 40),
            "name": self.name(),
            "city": CITIES[start : start + 2],
        }


def make_page(forger: Forger, number: int) -> tuple[str, list[Record]]:
    """Return the source of a board and the records that it holds."""
    films = [make_film(forger, number * FILMS + index + 1) for index in range(FILMS)]
    source = FRAME.format(
        number=number,
        styles=forger.lines(STYLE, 30),
        configs=forger.lines(CONFIG, 18),
        cities=forger.lines(CITY, 120),
        films="\n".join(markup for markup, _ in films),
        pager="\n".join(PAGER.format(page=page, offset=page * FILMS - FILMS) for page in range(1, 11)),
        news=forger.lines(NEWS, 24),
        links=forger.lines(LINK, 30),
        tail=forger.lines(LOADER, 16),
    )
    return source, [record for _, record in films]


def make_film(forger: Forger, rank: int) -> tuple[str, Record]:
    """Return the markup of one film and its record."""
    year, month, day = forger.number(1940, 2023), forger.number(1, 12), forger.number(1, 28)
    integer, fraction = f"{forger.number(7, 9)}.", f"{forger.number(0, 9)}"
    record = {
        "rank": str(rank),
        "title": forger.han(2, 9),
        "star": "主演：" + ",".join(forger.name() for _ in range(forger.number(2, 4))),
        "releasetime": f"上映时间：{year}-{month:02}-{day:02}",
        "score": integer + fraction,
    }
    drawn = {"id": forger.number(100, 999999), "short": forger.digits(4), "poster": forger.digits(40)}
    return FILM.format(**record, **drawn, integer=integer, fraction=fraction), record


def write_corpus(folder: Path) -> None:
    """Write the pages and what they hold (`expected.json`) to a folder, if they are not there yet."""
    expected = folder / "expected.json"
    if expected.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    forger = Forger(seed=20240501)
    records = []
    for number in range(PAGES):
        source, held = make_page(forger, number)
        (folder / f"{number}.html").write_text(source, encoding="utf-8")
        records.append(held)
    expected.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")


def read_expected(folder: Path, count: int) -> list[Record]:
    """Return the records of the first `count` addresses; page N is board N modulo 200."""
    boards: list[list[Record]] = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return [record for number in range(count) for record in boards[number % PAGES]]


def digest(records: Iterable[Mapping[str, object]]) -> tuple[int, str]:
    """Return how many records there are and a checksum of their fields, whatever their order."""
    lines = sorted("\x1f".join(str(record[name]).strip() for name in FIELDS) for record in records)
    return len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest()
