"""The same, where each worker parses and writes its own pages: python workers_write.py BASE-URL."""

import json
import sys
from multiprocessing import Pool

import requests
from crawler import PATTERN


def scrape(url):
    html = requests.get(url).text
    with open("result.txt", "a", encoding="utf-8") as file:
        for index, title, actor, time, integer, fraction in PATTERN.findall(html):
            film = {"index": index, "title": title, "actor": actor, "time": time, "score": integer + fraction}
            print(json.dumps(film, ensure_ascii=False), file=file)


if __name__ == "__main__":
    with Pool(4) as pool:
        pool.map(scrape, [f"{sys.argv[1]}/board/4?offset={offset}" for offset in range(0, 100, 10)])
