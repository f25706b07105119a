"""Write a proposal into the text of a config, and tell of it in lines."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from scraper.authoring.mend.proposal import Finding, Proposal, Reading
from scraper.job import Field, Selection, Step
from scraper.job.rules import Place
from scraper.job.yamledit import GONE, edited

SHOWN = 60
"""Characters of an example."""


def mended_text(text: str, file: str, proposal: Proposal) -> str:
    """Return the text of a config with all mends in it; ConfigError where one cannot be written in its place."""
    edits: dict[Place, dict[str, Any]] = {}
    for finding in proposal.mended:
        edits.setdefault(finding.place, {}).update(changed_keys(finding))
    return edited(text, file, {place: values for place, values in edits.items() if values})


def changed_keys(finding: Finding) -> dict[str, Any]:
    """Return the keys of a selection that a mend changes."""
    old, new = finding.old, finding.selection
    assert new is not None
    keys = _sources(old, new)
    for name in ("attr", "get"):
        was, now = getattr(old, name), getattr(new, name)
        if was != now:
            keys[name] = GONE if now in (None, "text") else now
    if isinstance(finding.new, Field) and finding.steps is not None:
        keys["steps"] = [_step(step) for step in finding.new.steps] or GONE
    return keys


def _sources(old: Selection, new: Selection) -> dict[str, Any]:
    was = {source.language: source.pattern for source in old.sources}
    now = {source.language: source.pattern for source in new.sources}
    keys: dict[str, Any] = {name: GONE for name in was if name not in now}
    return {name: str(pattern) for name, pattern in now.items() if was.get(name) != pattern} | keys


def _step(step: Step) -> Any:
    if step.argument is None:
        return step.name
    return {step.name: list(step.argument) if isinstance(step.argument, tuple) else step.argument}


# --------------------------------------------------------------------------- telling


def told(proposal: Proposal) -> Iterator[str]:
    """Yield a proposal in lines: what is broken, what was put in its place, and the proof."""
    for finding in proposal.findings:
        yield f"{finding.name}: {finding.why}; {_verdict(finding)}"
        yield f"    was  {shown(finding.old)}: {_read(finding.before)}; now {_read(finding.broken)}"
        if finding.selection is not None and finding.after is not None:
            same = f"; {finding.same} as in the last good run" if finding.same else ""
            yield f"    mend {shown(finding.selection)}: {_read(finding.after)}{same}"
        elif finding.nearest:
            yield f"    nearest {finding.nearest}"
    broken, mended = len(proposal.findings), len(proposal.mended)
    if broken:
        yield f"{mended} of {broken} mended, {proposal.healthy} left as they are"
    else:
        yield f"nothing is broken on these pages: all {proposal.healthy} selections read what they used to"
    yield from proposal.notes


def diff(old: str, new: str, file: str) -> Iterator[str]:
    """Yield what a mend changes in the text of a config."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), file, f"{file}, mended", lineterm="", n=1)
    yield from lines


def shown(selection: Selection) -> str:
    """Return a selection as a person would tell of it."""
    found = " → ".join(f"{source.language} {source.pattern}" for source in selection.sources) or "the item itself"
    return f"{found} [{selection.attr}]" if selection.attr else found


def _verdict(finding: Finding) -> str:
    words = {"sure": "mended, sure", "likely": "mended, likely: look at it", "gone": "the field is gone from the page"}
    return words.get(finding.verdict, "cannot be mended")


def _read(reading: Reading) -> str:
    if reading.is_rows:
        return f"{reading.filled} items on {reading.items} pages"
    examples = ", ".join(map(_example, reading.examples[:2]))
    return f"{reading.filled}/{reading.items}{f', {examples}' if examples else ''}"


def _example(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
