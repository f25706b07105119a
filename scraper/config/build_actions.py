"""Make what is done on a page in the browser of what the file says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scraper.config.environment import Texts
from scraper.job import Action
from scraper.job.yamldoc import KeyPath

if TYPE_CHECKING:
    from scraper.config.model_pages import ActionSpec

VERBS = ("click", "fill", "press", "scroll", "wait")
OF_A_CLICK = ("until_gone", "times", "optional")


def build_actions(specs: list[ActionSpec], fill: Texts, path: KeyPath) -> tuple[Action, ...]:
    """Return the actions of a kind, in their order; `path` is where the list stands."""
    return tuple(_build(spec, fill, (*path, n)) for n, spec in enumerate(specs))


def _build(spec: ActionSpec, fill: Texts, path: KeyPath) -> Action:
    said = [verb for verb in VERBS if verb in spec.model_fields_set]
    if len(said) != 1:
        fill.complain(path, "an action says one of click, fill, press, scroll and wait")
        return Action("wait")
    (verb,) = said
    for key in OF_A_CLICK:
        if key in spec.model_fields_set and verb != "click":
            fill.complain((*path, key), "this belongs to a click")
    if spec.until_gone and spec.times is not None:
        fill.complain((*path, "times"), "a click ends after so many times or when it has nothing left; say one of them")
    if spec.fill is not None:
        css = fill.text(spec.fill.css, (*path, "fill", "css"))
        return Action("fill", css, value=fill.template(spec.fill.value, (*path, "fill", "value")))
    if spec.press is not None:
        return Action("press", key=spec.press)
    if spec.scroll is not None:
        return Action("scroll", times=spec.scroll if isinstance(spec.scroll, int) else None)
    if spec.click is not None:
        css = fill.text(spec.click, (*path, "click"))
        return Action("click", css, None if spec.until_gone else spec.times or 1, is_optional=spec.optional)
    if isinstance(spec.wait, str):
        return Action("wait", fill.text(spec.wait, (*path, "wait")))
    return Action("wait", seconds=spec.wait or 0.0)
