"""An old Chinese site of novels: GBK that is called ISO-8859-1, upper-case tags, list items that are not closed."""

from __future__ import annotations

from collections.abc import Iterator
from string import Template
from urllib.parse import quote

from tests.support.fixture import Exchange, Fact

SITE = "https://novels.example"
WRONG = "text/html; charset=ISO-8859-1"
"""What a web server says of all pages where nobody has told it better."""
SORTS: dict[str, list[list[Fact]]] = {
    "神魔": [
        [
            {
                "id": 3,
                "title": "西游记",
                "author": "吴承恩",
                "chapters": 100,
                "words": ("86万", 860_000),
                "updated": ("今天 08:12", "2026-11-20"),
            },
            {
                "id": 21,
                "title": "封神演义",
                "author": "许仲琳",
                "chapters": 100,
                "words": ("70.5万", 705_000),
                "updated": ("昨天 21:40", "2026-11-19"),
            },
            {
                "id": 34,
                "title": "镜花缘",
                "author": "李汝珍",
                "chapters": 100,
                "words": ("48.7万", 487_000),
                "updated": ("3天前", "2026-11-17"),
            },
        ],
        [
            {
                "id": 77,
                "title": "韩湘子全传",
                "author": "雉衡山人",
                "chapters": 30,
                "words": ("18.2万", 182_000),
                "updated": ("11-02", "2026-11-02"),
            },
            {
                "id": 91,
                "title": "喆记镕炉",
                "author": "陶喆",
                "chapters": None,
                "words": ("9800", 9_800),
                "updated": ("12-28", "2026-12-28"),
                "is_complete": False,
            },
        ],
    ],
    "世情": [
        [
            {
                "id": 1,
                "title": "红楼梦",
                "author": "曹雪芹",
                "chapters": 120,
                "words": ("73.1万", 731_000),
                "updated": ("5分钟前", "2026-11-20"),
            },
            {
                "id": 8,
                "title": "儒林外史",
                "author": "吴敬梓",
                "chapters": 56,
                "words": ("33万", 330_000),
                "updated": ("10-31", "2026-10-31"),
            },
            {
                "id": 34,
                "title": "镜花缘",
                "author": "李汝珍",
                "chapters": 100,
                "words": ("48.7万", 487_000),
                "updated": ("3天前", "2026-11-17"),
            },
            {
                "id": 15,
                "title": "老残游记",
                "author": "刘鹗",
                "chapters": 20,
                "words": ("13.6万", 136_000),
                "updated": ("3小时前", "2026-11-20"),
            },
        ],
    ],
}
"""The pages of each sort. 喆 and 镕 are in GBK and not in GB2312; 镜花缘 is of both sorts."""
PAGE = Template("""<HTML>
<HEAD><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=gb2312">
<TITLE>$sort小说_第${page}页_书香阁</TITLE></HEAD>
<BODY BGCOLOR=#FFFFF0>
<CENTER><FONT COLOR=red>书香阁</FONT>&nbsp;&nbsp;<A HREF="/">首页</A></CENTER>
<UL CLASS=novels>
$novels<LI><FONT COLOR=gray>广告位招租</FONT>
</UL>
<P ALIGN=center>第 $page 页</P>
</BODY></HTML>
""")


def exchanges() -> Iterator[Exchange]:
    """Yield the lists; behind the last one of a sort stands an empty one, or none at all."""
    for number, (sort, pages) in enumerate(SORTS.items()):
        for page, novels in enumerate(pages, 1):
            yield _list(f"sort-{number}-page-{page}", sort, page, novels)
        yield _list(f"sort-{number}-page-{len(pages) + 1}", sort, len(pages) + 1, [], status=404 if number else 200)


def _list(slug: str, sort: str, page: int, novels: list[Fact], status: int = 200) -> Exchange:
    text = PAGE.substitute(sort=sort, page=page, novels="".join(map(_novel, novels))).replace("\n", "\r\n")
    url = f"{SITE}/list.php?sort={quote(sort, encoding='gb18030')}&page={page}"
    return Exchange(slug, url, text.encode("gbk"), content_type=WRONG, status=status)


def _novel(novel: Fact) -> str:
    chapters = f"{novel['chapters']}回&nbsp;" if novel["chapters"] else ""
    end = "完本" if novel.get("is_complete", True) else "连载"
    return (
        f'<LI><A HREF="/book/{novel["id"]}/" TARGET=_blank>{novel["title"]}</A>&nbsp;/{novel["author"]}\n'
        f"  <SPAN CLASS=info>{chapters}{novel['words'][0]}字&nbsp;{end}</SPAN> <EM>{novel['updated'][0]}</EM>\n"
    )


def records() -> list[Fact]:
    """Return each novel once, of the sort that comes first."""
    found: dict[str, Fact] = {}
    for sort, pages in SORTS.items():
        for novel in (novel for page in pages for novel in page):
            url = f"{SITE}/book/{novel['id']}/"
            record = {"title": novel["title"], "author": novel["author"], "url": url, "sort": sort}
            record |= {"chapters": novel["chapters"], "words": novel["words"][1]}
            record |= {"is_complete": novel.get("is_complete", True), "updated": novel["updated"][1]}
            found.setdefault(url, record)
    return list(found.values())
