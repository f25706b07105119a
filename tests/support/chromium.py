"""A headless Chromium that says which tree it makes of markup, and what its selectors find there."""

# ruff: noqa: E501 - a line of JavaScript

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page, sync_playwright

from scraper.fetch import chromium

_TREE = """
pages => pages.map(text => {
  const names = {"http://www.w3.org/1999/xhtml": "", "http://www.w3.org/2000/svg": "svg ",
                 "http://www.w3.org/1998/Math/MathML": "math "};
  const lines = [];
  const add = (node, depth) => {
    const indent = "| " + "  ".repeat(depth);
    if (node.nodeType == 3) lines.push(indent + JSON.stringify(node.data));
    else if (node.nodeType == 8) lines.push(indent + "<!-- " + node.data + " -->");
    else if (node.nodeType == 1) {
      lines.push(indent + "<" + names[node.namespaceURI] + node.localName + ">");
      const found = [...node.attributes].map(a => "  " + a.name + "=" + JSON.stringify(a.value)).sort();
      for (const one of found) lines.push(indent + one);
      if (node.localName == "template" && node.content) { lines.push(indent + "  content"); node.content.childNodes.forEach(c => add(c, depth + 2)); }
      node.childNodes.forEach(child => add(child, depth + 1));
    }
  };
  add(new DOMParser().parseFromString(text, "text/html").documentElement, 0);
  return lines.join("\\n");
})
"""
_FOUND = """
([text, selectors]) => {
  const page = new DOMParser().parseFromString(text, "text/html");
  const every = [...page.querySelectorAll("*")];
  return selectors.map(one => {
    try { return [...page.querySelectorAll(one)].map(node => every.indexOf(node)); } catch (error) { return null; }
  });
}
"""


class Browser:
    """An open page of a Chromium."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def trees(self, texts: Sequence[str]) -> list[str]:
        """Return the trees of some pages, a node a line, without scripting."""
        found: list[str] = self._page.evaluate(_TREE, list(texts))
        return found

    def find(self, text: str, selectors: Sequence[str]) -> list[list[int] | None]:
        """Return for each selector the numbers of the elements that it finds, None for one that is none."""
        found: list[list[int] | None] = self._page.evaluate(_FOUND, [text, list(selectors)])
        return found

    def evaluate(self, script: str, argument: Any) -> Any:
        """Return what a function of JavaScript gives."""
        return self._page.evaluate(script, argument)


@contextmanager
def browser() -> Iterator[Browser]:
    """Open a Chromium, and close it afterwards."""
    with sync_playwright() as playwright:
        program = chromium.find_program(None)
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            yield Browser(started.new_page())
        finally:
            started.close()
