"""A config, a page before and a page now: what mends it."""

import pytest

from scraper.authoring.mend import config_mend
from scraper.authoring.mend.whole_job import Pages
from scraper.config.load import load_config
from scraper.report.kept_pages import KeptPage


@pytest.fixture
def mend_pages(tmp_path):
    """Return what mends the text of a config, of pages given as their bodies."""

    def mend_pages(text, before, now):
        path = tmp_path / "shop.yaml"
        path.write_text(f"start_urls: [http://shop.example/]\n{text}")
        some, others = ([bodies] if isinstance(bodies, str) else bodies for bodies in (before, now))
        good, broken = (
            [KeptPage("shop", "http://shop.example/", 0.0, one) for one in pages] for pages in (some, others)
        )
        return config_mend.mend(load_config(path), Pages(good, broken))

    return mend_pages
