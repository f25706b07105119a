"""The sites of the worked configs: for each the exchanges of a run, and the records it must give.

A module is a site, called as its config: `exchanges()` yields its pages, `records()` the facts in the order that they
must be published in. Neither asks the program.
"""

from __future__ import annotations

from datetime import UTC, datetime
from types import ModuleType

from tests.pages.worked import (
    gbk_novels,
    javascript,
    json_api,
    json_in_page,
    login,
    regex_only,
    sitemap,
    table,
    xpath_only,
)

FETCHED_AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
"""When all these pages were fetched: the ages that they tell are counted from here."""
SITES: dict[str, ModuleType] = {
    module.__name__.rpartition(".")[2].replace("_", "-"): module
    for module in (gbk_novels, javascript, json_api, json_in_page, login, regex_only, sitemap, table, xpath_only)
}
"""By the name of their config."""
