"""A board of films and shops on one page: its configs, its markup, what was written of it."""

import gzip
import json
from pathlib import Path

SHOP = """
start_urls: [http://shop.example/]
timezone: Asia/Shanghai
records:
  - name: films
    each: dd
    {key}
    fields:
      title: {{css: b, required: true}}
      score: {{css: i, type: float}}
      seen: {{css: time, type: datetime}}
  - name: shops
    each: li
    {key}
    fields: {{title: b, tags: {{css: i, many: true}}}}
output: {{path: "{path}", mode: {mode}}}
expect: {{min_records: 2}}
settings: {{pool: {{engine: threads}}, robotstxt_obey: false}}
"""
ONE = """
start_urls: [http://shop.example/]
records:
  each: dd
  {key}
  fields: {{title: b, score: {{css: i, type: float}}}}
output: {{path: "{path}", mode: {mode}}}
settings: {{pool: {{engine: threads}}, robotstxt_obey: false}}
"""
TITLES = "key: [title]"


def film(title, score="9.5", seen="2026-01-02 20:00"):
    return f"<dd><b>{title}</b><i>{score}</i><time>{seen}</time></dd>"


def shop(title, *tags):
    return f"<li><b>{title}</b>{''.join(f'<i>{tag}</i>' for tag in tags)}</li>"


FILMS = film("=1+1", "-3") + film("茶", "x")
SHOPS = shop("a", "x, y", "z")


class Crash(BaseException):
    """What ends a run as if it were killed, as far as its files go."""


def lines(path):
    data = Path(path).read_bytes()
    return [json.loads(line) for line in (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).splitlines()]


def titles(path):
    return [line["title"] for line in lines(path)]


def report(name="board"):
    return json.loads(Path(f"output/.scraper/{name}/last-run.json").read_bytes())
