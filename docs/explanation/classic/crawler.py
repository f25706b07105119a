"""The classic exercise: python crawler.py BASE-URL writes result.txt."""

import json
import re
import sys
from multiprocessing import Pool

import requests

PATTERN = re.compile(
    r'<dd>.*?board-index.*?>(\d+)</i>.*?title="(.*?)".*?class="star">(.*?)</p>.*?releasetime">(.*?)</p>'
    r'.*?integer">(.*?)</i>.*?fraction">(.*?)</i>.*?</dd>',
    re.S,
)


def get_page(url):
    response = requests.get(url)
    if response.status_code == 200:
        return response.text
    return None


def parse_page(html):
    for index, title, actor, time, integer, fraction in PATTERN.findall(html):
        film = {"index": index, "title": title, "actor": actor, "time": time, "score": integer + fraction}
        with open("result.txt", "a", encoding="utf-8") as file:
            file.write(json.dumps(film, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    pool = Pool(4)
    for offset in range(0, 100, 10):
        pool.apply_async(get_page, (f"{sys.argv[1]}/board/4?offset={offset}",), callback=parse_page)
    pool.close()
    pool.join()
