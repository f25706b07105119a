"""What a config wants done on a page in the browser before it is read: clicks, scrolling, forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scraper.job import Action

HEIGHT = "document.documentElement.scrollHeight"


class Performer:
    """Does one action after the other on one page; raises what Playwright raises."""

    def __init__(self, page: Any, left_ms: Callable[[], float], settle: Callable[[Any], None]) -> None:
        """`left_ms` gives the time that is left; `settle` returns when what an action has set off is there."""
        self._page, self._left_ms, self._settle = page, left_ms, settle
        self.trouble = ""
        """What to say of the action if it does not come to an end."""

    def do(self, action: Action, params: Mapping[str, Any]) -> None:
        """Do it; `params` are those of the page."""
        match action.verb:
            case "click":
                self._click(action)
            case "fill":
                self._fill(action, params)
            case "press":
                self._page.keyboard.press(action.key)
                self._settle(self._page)
            case "scroll":
                self._scroll(action)
            case _:
                self._wait(action)

    def _click(self, action: Action) -> None:
        # what is shown and enabled; a button that is neither is as good as gone
        found = self._page.locator(f"css=:is({action.css}):not(:disabled) >> visible=true").first
        done = 0
        while action.times is None or done < action.times:
            may_be_gone = action.is_optional or (action.times is None and done > 0)
            if may_be_gone and not found.count():
                return
            after = f" after {done} clicks" if done else ""
            self.trouble = f"found nothing to click{after}"
            found.wait_for(state="visible", timeout=self._left_ms())
            self.trouble = f"what it found could not be clicked{after}: it moves, or lies under something else"
            found.click(timeout=self._left_ms())
            done += 1
            self.trouble = f"not at its end after {done} clicks"
            self._settle(self._page)

    def _fill(self, action: Action, params: Mapping[str, Any]) -> None:
        value = action.value.fill(params) if action.value is not None else None
        text = "" if value is None else str(value)
        self.trouble = "found nothing to fill in"
        found = self._page.locator(f"css={action.css} >> visible=true").first
        found.wait_for(state="visible", timeout=self._left_ms())
        if found.evaluate("element => element.localName") == "select":
            self.trouble = "what it found has no such option"
            found.select_option(text, timeout=self._left_ms())
        else:
            self.trouble = "what it found could not be filled in"
            found.fill(text, timeout=self._left_ms())
        self._settle(self._page)

    def _scroll(self, action: Action) -> None:
        done = 0
        while action.times is None or done < action.times:
            before = self._page.evaluate(HEIGHT)
            self._page.evaluate(f"scrollTo(0, {HEIGHT})")
            done += 1
            self.trouble = f"not at its end after {done} times"
            self._settle(self._page)
            if action.times is None and self._page.evaluate(HEIGHT) <= before:
                return

    def _wait(self, action: Action) -> None:
        if action.css is not None:
            self.trouble = "did not appear"
            self._page.wait_for_selector(f"css={action.css}", state="attached", timeout=self._left_ms())
            return
        self.trouble = "longer than the page has"
        self._page.wait_for_timeout(min(action.seconds * 1000, self._left_ms()))
