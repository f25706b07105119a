"""Random small sites with random faults, and what a run must make of them: the model is `Model`, a page of code."""

from __future__ import annotations

import json
import random
from collections import Counter

from scraper.errors import Reason
from tests.support.shop import HEAD, HOST, Shelf

CONFIG = f"""{HEAD}
pages:
  list:
    start_urls: ["{HOST}/list/1", "{HOST}/list/2"]
    records: {{name: item, each: li, key: [id], fields: {{id: a}}, follow: {{css: a, page: detail}}}}
    follow: {{css: .next, page: list}}
  detail:
    records: {{fields: {{title: h1, text: p}}}}
"""
MERGED = CONFIG.replace("page: detail}", "page: detail, merge: true}")
STARTS = ("/list/1", "/list/2")
LOGIN = "Please log in"
ANSWERS = {"gone": (404, {}, ""), "error": (500, {}, ""), "empty": (200, {}, " "), "noise": (200, {}, "<i>Hm?</i>")}
REASONS = {"gone": "http 404", "error": "http 500", "empty": "empty"}


class Site:
    """Up to four lists of up to four items; a page may have a fault: one of ANSWERS, `home`, `login`, `cookie`."""

    def __init__(self, chance: random.Random) -> None:
        self.lists = {f"/list/{n}": [chance.randrange(9) for _ in range(chance.randrange(5))] for n in range(1, 5)}
        self.next = {path: chance.choice([None, *self.lists]) for path in self.lists}
        rate = chance.random()
        details = [f"/p/{n}" for n in range(9)]
        self.faults = {
            path: chance.choice([*ANSWERS, *(() if path in STARTS else ("home", "login", "cookie"))])
            for path in (*self.lists, *details)
            if chance.random() < rate
        }
        homes = [path for path in STARTS if self.lists[path] and path not in self.faults]
        self.home = chance.choice(homes) if homes else "/login"

    def shelf(self) -> Shelf:
        """Return what answers for it."""
        pages: dict = {"/login": f"<h1>{LOGIN}</h1>"}
        for path, items in self.lists.items():
            following = f"<b><a class=next href={self.next[path]}>on</a></b>" if self.next[path] else ""
            pages[path] = "<h1>list</h1>" + "".join(f"<li><a href=/p/{n}>{n}</a></li>" for n in items) + following
        pages |= {f"/p/{n}": f"<h1>n{n}</h1><p>t" for n in range(9)}
        to = {"home": (self.home, {}), "login": ("/login", {}), "cookie": ("/login", {"Set-Cookie": "a=1"})}
        for path, fault in self.faults.items():
            location, headers = to.get(fault, ("", {}))
            pages[path] = (302, {"Location": location, **headers}, "") if location else ANSWERS[fault]
        return Shelf(pages)


class Model:
    """What a run makes of a site: `ends` of each page, `links` planned, the `output`, what was `lost`."""

    def __init__(self, site: Site, *, is_merging: bool) -> None:
        self.site, self.is_merging = site, is_merging
        self.ends: dict[str, str] = {}
        self.holder: dict[str, str] = {}
        """Of a page that has given way, the one of its kind that it has given way to."""
        self.records: dict[str, dict] = {}
        """Of each detail that came."""
        self.links, self.lost, self.output = len(STARTS), Counter(), []
        todo = list(STARTS)
        while todo:
            path = todo.pop(0)
            if path not in self.ends:
                self.ends[path] = self._end(path)
                todo += self._links(path)
        self.links += sum(len(self._links(path)) for path in self.ends)
        self._walk()

    def _links(self, path: str) -> list[str]:
        if self.ends.get(path) != "fetched" or path not in self.site.lists:
            return []
        following = self.site.next[path]
        return [f"/p/{n}" for n in self.site.lists[path]] + ([following] if following else [])

    def _end(self, path: str) -> str:
        """Return what becomes of a page that is asked for."""
        fault, is_list = self.site.faults.get(path), path in self.site.lists
        if fault == "home" and self.site.home != "/login":
            if is_list:
                self.holder[path] = self.site.home
            return Reason.REDIRECTED
        if fault in ("home", "login", "cookie") and is_list:
            return "no records"  # the login has no items
        if fault in ("home", "login"):
            first = next((p for p, r in self.records.items() if r["title"] == LOGIN and p not in self._apart()), None)
            if first:
                self.holder[path] = first
                return Reason.REDIRECTED
        if fault in REASONS:
            return REASONS[fault]
        if fault == "noise" or (is_list and not self.site.lists[path]):
            return "no records" if is_list else "no value in any field"
        if not is_list:
            self.lost["marked"] += fault == "cookie" and any(self.site.faults.get(p) == "cookie" for p in self.records)
            is_login = fault in ("home", "login", "cookie")
            self.records[path] = {"title": LOGIN, "text": None} if is_login else {"title": f"n{path[3:]}", "text": "t"}
        return "fetched"

    def _apart(self) -> list[str]:
        return [path for path, fault in self.site.faults.items() if fault == "cookie"]

    def _walk(self) -> None:
        """Make the output: depth first, each page and each key once."""
        seen, keys, stack = set[str](), set[int](), [*STARTS][::-1]
        while stack:
            path = stack.pop()
            path = self.holder.get(path, path)
            if path in seen or self.ends[path] != "fetched":
                continue
            seen.add(path)
            if path not in self.site.lists:
                self.output.append(self.records[path])
                continue
            for n in self.site.lists[path]:
                detail = self.records.get(self.holder.get(f"/p/{n}", f"/p/{n}"))
                self.lost["unmerged"] += self.is_merging and detail is None
                if n in keys:
                    self.lost["by key"] += 1
                    continue
                keys.add(n)
                more = (detail or {"title": None, "text": None}) if self.is_merging else {}
                self.output.append({"id": str(n), **more})
            details = [] if self.is_merging else [f"/p/{n}" for n in self.site.lists[path]]
            stack += [*details, *([self.site.next[path]] if self.site.next[path] else [])][::-1]

    def is_skipped(self, path: str) -> bool:
        """Return whether a page that did not come was not asked for first."""
        return path not in STARTS and self.ends[path] in ("http 404", Reason.REDIRECTED)

    @property
    def accounts(self) -> tuple:
        """Return what is planned, fetched, failed and skipped."""
        skipped = Counter(end for path, end in self.ends.items() if self.is_skipped(path))
        failed = Counter(e for path, e in self.ends.items() if e != "fetched" and not self.is_skipped(path))
        skipped["duplicate"] = self.links - len(self.ends)
        fetched = sum(end == "fetched" for end in self.ends.values())
        return self.links, fetched, dict(failed), dict(+skipped)

    @property
    def alarms(self) -> set[str]:
        """Return the names of the expectations that are broken."""
        found, (_, fetched, failed, _) = set(), self.accounts
        failures = sum(failed.values())
        found |= {"min_records"} if not self.output else set()
        found |= {"max_error_rate"} if failures > fetched else set()
        for is_list in (True, False):
            ends = {path: end for path, end in self.ends.items() if (path in self.site.lists) == is_list}
            marked = 0 if is_list else self.lost["marked"]
            of = max(len(ends) + marked, 1)
            broken = sum(e != "fetched" and not self.is_skipped(path) for path, e in ends.items())
            gone = sum(end == "http 404" and self.is_skipped(path) for path, end in ends.items())
            redirected = sum(end == Reason.REDIRECTED for end in ends.values()) + marked
            found |= {"max_error_rate"} if of >= 4 and broken / of > 0.5 else set()
            found |= {"max_gone_rate"} if gone > 2 and gone / of > 0.5 else set()
            found |= {"max_redirected_rate"} if redirected > 2 and redirected / of > 0.3 else set()
        items = sum("id" in record for record in self.output)
        by_key, unmerged = self.lost["by key"], self.lost["unmerged"]
        found |= {"max_duplicate_rate"} if by_key > 2 and by_key > 0.9 * (items + by_key) else set()
        found |= {"max_unmerged_rate"} if unmerged > 2 and unmerged > 0.5 * (items + by_key) else set()
        return found

    @property
    def lines(self) -> list[str]:
        """Return the output as text, to be compared."""
        return [json.dumps(record) for record in self.output]
