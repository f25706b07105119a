"""A loopback site of some 500 pages with everything that makes crawls go wrong, and the config that reads it.

/list/1 … /list/20    each with 20 links to details, one of them on two lists, one in five spellings; "next"
/d/1 … /d/380         details, each linking back to its list (a cycle) and to a page of comments
/c/1 … /c/60          comments, which join the record of their detail (merge)
/members/1 … /members/20   behind a cookie wall: /members/n → /wall?next=… → /members/n
/old/1 … /old/5       redirects to /d/1 … /d/5
/private/…            denied by robots.txt
http://offsite.example/   on every list
"""

LISTS, PER_LIST, DETAILS, COMMENTS, MEMBERS, OLD = 20, 20, 380, 60, 20, 5

CONFIG = """
pages:
  list:
    start_urls: ["{url}/list/1"]
    records:
      each: li
      key: [title, number]
      fields: {{title: a, number: {{type: int, attr: value}}}}
      follow: [{{css: a, page: detail, params: [number]}}]
    follow:
      - a.next
      - {{css: "#members a", page: member}}
      - {{css: "#old a", page: detail, params: {{number: {{css: h1}}}}}}
  detail:
    records:
      fields:
        detail: {{css: h2, type: int}}
        from: {{value: "{{number}}"}}
      follow: [{{css: a.comments, page: comments, merge: true}}]
    follow: [{{css: a.back, page: list}}]
  comments: {{records: {{fields: {{comments: {{css: p, many: true}}}}}}}}
  member: {{records: {{fields: {{member: h2}}}}}}
expect: {{allow_empty: true}}
settings: {{concurrent_requests: 8, concurrent_requests_per_domain: 6, retry_times: 0, contact: t@example.com{more}}}
"""


def fill(site):
    """Put the pages on a conftest.Site."""
    pages = site.pages
    pages["/robots.txt"] = (200, {"Content-Type": "text/plain"}, "User-agent: *\nDisallow: /private/\n")
    for n in range(1, LISTS + 1):
        pages[f"/list/{n}"] = _list(site, n)
    for n in range(1, DETAILS + 1):
        more = f'<a class="comments" href="/c/{n}">c</a>' if n <= COMMENTS else ""
        back = f'<a class="back" href="/list/{(n - 1) // (PER_LIST - 1) + 1}">back</a>'
        pages[f"/d/{n}"] = f"<h2>{n}</h2>{more}{back}"
        pages[f"/private/{n}"] = f"<h2>{n}</h2>"
    for n in range(1, COMMENTS + 1):
        pages[f"/c/{n}"] = f"<p>first of {n}</p><p>second of {n}</p>"
    for n in range(1, MEMBERS + 1):
        pages[f"/members/{n}"] = _members(n)
        pages[f"/wall?next=/members/{n}"] = (302, {"Set-Cookie": "in=1; Path=/", "Location": f"/members/{n}"}, "")
    for n in range(1, OLD + 1):
        pages[f"/old/{n}"] = (301, {"Location": f"/d/{n}"}, "")
    return site


def config(site, more=""):
    return CONFIG.format(url=site.url, more=more)


def allowed():
    """Return the paths that must be asked for exactly once, and those behind the wall."""
    once = {f"/list/{n}" for n in range(1, LISTS + 1)} | {f"/d/{n}" for n in range(1, DETAILS + 1)}
    once |= {f"/c/{n}" for n in range(1, COMMENTS + 1)} | {f"/old/{n}" for n in range(1, OLD + 1)} | {"/robots.txt"}
    walled = {f"/members/{n}" for n in range(1, MEMBERS + 1)} | {
        f"/wall?next=/members/{n}" for n in range(1, MEMBERS + 1)
    }
    return once, walled


def _list(site, n):
    first = (n - 1) * (PER_LIST - 1) + 1
    items = [f'<li value="{n}"><a href="/d/{d}">d{d}</a></li>' for d in range(first, first + PER_LIST - 1)]
    shared = (first + PER_LIST) % DETAILS + 1  # one of the next list's: two lists lead there
    items.insert(3, f'<li value="{n}"><a href="/d/{shared}">shared</a></li>')
    host = site.url.removeprefix("http:")
    spellings = [f"/d/{first}#top", f"{host}/d/{first}", f"/d/x/../{first}", f"/%2E/d/{first}", f"/d/{first}?"]
    items += [f'<li value="{n}"><a href="{href}">again</a></li>' for href in spellings[:4]]
    items.append(f'<li value="{n}"><a href="/private/{n}">private</a></li>')
    items.append(f'<li value="{n}"><a href="http://offsite.example/{n}">offsite</a></li>')
    after = f'<a class="next" href="/list/{n % LISTS + 1}">next</a>'  # the last leads to the first
    members = f'<div id="members"><a href="/members/{n}">m</a></div>'
    old = f'<div id="old"><a href="/old/{n}">o</a></div>' if n <= OLD else ""
    return f"<h1>{n}</h1><ul>{''.join(items)}</ul>{after}{members}{old}"


def _members(n):
    def answer(handler):
        if "in=1" in handler.headers.get("Cookie", ""):
            return f"<h2>member {n}</h2>"
        return 302, {"Location": f"/wall?next=/members/{n}"}, ""

    return answer
