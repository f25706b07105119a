"""Make of the output of a file whose form is right what the rest of the program knows of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scraper.config.environment import Texts
from scraper.job import PROVENANCE, Output

if TYPE_CHECKING:
    from scraper.config.model import FileSpec


def build_output(file: FileSpec, fill: Texts) -> Output:
    """Return where the records go; what is wrong is noted in `fill.complaints`."""
    spec = file.output
    said = spec.model_fields_set
    if "times" in said and spec.mode != "update":
        fill.complain(("output", "times"), "times are columns of mode: update")
    if "ignore" in said and not (spec.changes or spec.mode == "update"):
        fill.complain(("output", "ignore"), "ignore is for changes: true and mode: update, which compare")
    wanted = spec.provenance if isinstance(spec.provenance, list) else PROVENANCE if spec.provenance else ()
    is_merging = isinstance(spec.provenance, list) or _merges(file)
    return Output(
        path=fill.template(spec.path, ("output", "path")),
        mode=spec.mode,
        provenance=tuple(name for name in PROVENANCE if name in wanted and (is_merging or name != "_merged")),
        has_schema=spec.schema_,
        on_new_fields=spec.on_new_fields,
        times=tuple(dict.fromkeys(spec.times)) if spec.mode == "update" else (),
        changes=spec.changes,
        ignore=frozenset(spec.ignore),
    )


def _merges(file: FileSpec) -> bool:
    """Return whether any page joins a record of another one."""
    kinds = [file, *(file.pages or {}).values()]
    return any(follow.merge for kind in kinds for rule in kind.records or () for follow in rule.follow)
