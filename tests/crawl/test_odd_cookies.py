"""A login whose cookies have an odd attribute each: the member's page is what is published."""

import json

import pytest

ODD = [
    "Max-Age=3600.5", "Max-Age=", 'Max-Age="60"', "Max-Age=session", "Path", "Domain", 'Path="/"', "Domain=", "Port=80",
    "Path=/other; Path=/", "Version=2", "Comment=x", "Expires=soon", "SameSite=Nonsense", "SameSite", "Priority=High",
    "HttpOnly=yes", "=", ";", "Expires=Fri, 31-Dec-2099 23:59:59 GMT", "expires=Fri, 31 Dec 2099 23:59:59",
]  # fmt: skip
CONFIG = """
start_urls: ["{url}/members"]
records: {{each: li, fields: {{name: b}}}}
login: {{url: "{url}/login", form: {{user: me, pw: sesame}}, page_must_match: [Logout]}}
settings: {{fetcher: {fetcher}, robotstxt_obey: false, contact: me@example.org}}
"""
FORM = "<form method=post><input name=user><input type=password name=pw></form>"


@pytest.mark.parametrize(
    ("fetcher", "attribute"), [*(("requests", each) for each in ODD), *(("curl", each) for each in ODD[::4])]
)
def test_a_cookie_with_an_odd_attribute_opens_the_members_page(scraper, config, folder, site, fetcher, attribute):
    def login(handler):
        if handler.command == "GET":
            return FORM
        handler.rfile.read(int(handler.headers["Content-Length"]))
        return 200, {"Set-Cookie": f"sid=1; {attribute}"}, "<a>Logout</a>"

    def members(handler):
        return "<ul><li><b>Ada</b></ul>" if handler.headers["Cookie"] == "sid=1" else FORM

    site.pages |= {"/login": login, "/members": members}
    done = scraper(config(CONFIG.format(url=site.url, fetcher=fetcher)))
    assert done.returncode == 0, done.stderr
    assert [json.loads(line) for line in (folder / "output/board.jsonl").read_text().splitlines()] == [{"name": "Ada"}]
