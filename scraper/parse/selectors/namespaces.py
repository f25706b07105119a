"""Say in XPath which namespace an element of XML is in, by the prefix that a config calls it."""

from __future__ import annotations

from collections.abc import Mapping

from scraper.job.late import late_regex

KNOWN = {
    "media": "http://search.yahoo.com/mrss/", "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "dc": "http://purl.org/dc/elements/1.1/", "dcterms": "http://purl.org/dc/terms/",
    "atom": "http://www.w3.org/2005/Atom", "content": "http://purl.org/rss/1.0/modules/content/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rss": "http://purl.org/rss/1.0/",
    "slash": "http://purl.org/rss/1.0/modules/slash/", "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "wfw": "http://wellformedweb.org/CommentAPI/", "g": "http://base.google.com/ns/1.0",
    "sitemap": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "video": "http://www.google.com/schemas/sitemap-video/1.1", "georss": "http://www.georss.org/georss",
    "podcast": "https://podcastindex.org/namespace/1.0", "xhtml": "http://www.w3.org/1999/xhtml",
}  # fmt: skip
"""Prefixes that everybody knows, whatever a document calls them, and their namespaces."""
MARK, OWN = "_namespace", "_own-namespace"
"""The attribute of an element whose namespace is not the document's own, and that of a root: the namespace, a space and
the document's prefix. No markup shows them."""
is_prefix = late_regex(r"[\p{L}_][\w.-]*")
is_uri = late_regex(r"[^\s'\"]+")


class Namespaces:
    """The prefixes of a config: its own, those that everybody knows, and else those of the document."""

    def __init__(self, said: Mapping[str, str] | None = None) -> None:
        self._said = said or {}

    def element(self, prefix: str) -> str:
        """Return what is true of an element in a namespace."""
        own = f"ancestor-or-self::*[@{OWN}][1][{self._test(prefix, OWN)}]"
        return f"({self._test(prefix, MARK)} or not(@{MARK}) and {own})"

    def attribute(self, prefix: str, name: str) -> str:
        """Return the step to an attribute; where no other has its name, it has no namespace in our trees."""
        uri = self._said.get(prefix) or KNOWN.get(prefix)
        exact = f"namespace-uri() = '{uri}'" if uri else f"name() = '{prefix}:{name}'"
        named = f"local-name() = '{name}'"
        return f"*[{named} and ({exact} or namespace-uri() = '' and not(../@*[{named} and {exact}]))]"

    def _test(self, prefix: str, mark: str) -> str:
        if not is_prefix.fullmatch(prefix):
            return "false()"
        if prefix in self._said:
            return f"starts-with(@{mark}, '{self._said[prefix]} ')"
        as_written = f"substring-after(@{mark}, ' ') = '{prefix}'"
        return f"({as_written} or starts-with(@{mark}, '{KNOWN[prefix]} '))" if prefix in KNOWN else as_written
