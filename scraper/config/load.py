"""Read a config file: a Job, or every mistake at once with file:line:column.

text ─ yamldoc ─> data with places ─ form_reader or model (form) ─> FileSpec ─ build_job ─> Job ─ checks (sense) ─> Job

A file whose form is right is read by a table that is made of the model; any other by the model, which tells all that
is wrong. A mistake of form hides the mistakes behind it from pydantic. So what is wrong is put right in a copy, which
is read on, and what the further stages find in those places is not told.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Iterable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from msgspec.structs import replace

from scraper.config import lint
from scraper.config.build_job import Builder
from scraper.config.checks.check import check_job
from scraper.config.checks.outputs import check_output
from scraper.config.environment import ENGINE, Texts
from scraper.config.find_secrets import find_secrets
from scraper.config.form_reader import read_form
from scraper.errors import ConfigError, Problem
from scraper.job import Job, Kind, yamldoc
from scraper.job.secrets import Secrets
from scraper.job.templates import Template
from scraper.job.yamldoc import Complaint, Document, Sections
from scraper.models import FILES

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from scraper.config.model import FileSpec

MAX_REPAIRS = 8
"""Rounds of putting right what is wrong, each of which may uncover more."""

NEUTRAL = {"string_type": "(", "list_type": [], "dict_type": {}, "model_type": {}, "form": ["("]}
"""What stands in for a value of the wrong form, by pydantic's name of the mistake. The text is wrong as a pattern, URL
or name, so that the checks say nothing new elsewhere."""
NEUTRAL_KEYS = {"first": 0, "last": 0, "file": "(", "url": "(", "form": {}, "user": "(", "password": "("}
"""What stands in for a key that is missing."""


def load_config(path: Path | str, overrides: Mapping[str, str] = {}) -> Job:
    """Return the job that a file describes, its settings changed by dotted NAME → YAML scalar; ConfigError if wrong."""
    return parse_config(read_text(Path(path)), path, overrides)


def parse_config(text: str, path: Path | str, overrides: Mapping[str, str] = {}) -> Job:
    """Return the job that a text describes as if it stood in a file; ConfigError if it is wrong."""
    path = Path(path)
    document = yamldoc.read(text, str(path))
    if not isinstance(document.data, dict):
        raise ConfigError([document.problem(Complaint((), "expected a mapping of keys such as `pages`"))])
    return _Reading(document, overrides).job(path)


def with_output(job: Job, path: Path) -> Job:
    """Return the job with another path for its output, or ConfigError."""
    changed = replace(job, output=replace(job.output, path=Template(str(path))))
    if problems := [Problem("--output", 0, 0, "", complaint.message) for complaint in check_output(changed)]:
        raise ConfigError(problems)
    return changed


def read_text(path: Path) -> str:
    """Return the text of a config file, or raise ConfigError."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = Problem(str(path), 0, 0, "", f"is not written in UTF-8 (byte {error.start + 1})")
        raise ConfigError([problem]) from None
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or error
        raise ConfigError([Problem(str(path), 0, 0, "", f"cannot read this file: {cause}")]) from None


def _scalar(text: str) -> Any:
    """Return the value of NAME=VALUE: what YAML makes of it, or the text itself where that is no plain value."""
    try:
        value = yamldoc.load(text or "null", "-s").data
    except ConfigError:
        return text
    return text if isinstance(value, dict) or (value is None and text.startswith("#")) else value


def _without_engine(data: Any) -> Any:
    """Return what a file says without `settings.pool`: a run may be gone on with by another engine, or elsewhere."""
    settings = data.get("settings")
    if not (isinstance(settings, dict) and ENGINE[1] in settings):
        return data
    rest = {key: value for key, value in settings.items() if key != ENGINE[1]}
    others = {key: value for key, value in data.items() if key != ENGINE[0]}
    return others | ({ENGINE[0]: rest} if rest else {})


class _Reading:
    """One reading of a document, which goes on past the mistakes it finds."""

    def __init__(self, document: Document, overrides: Mapping[str, str]) -> None:
        self._secrets = Secrets()
        self._problems = list(document.problems)
        self._repaired: set[yamldoc.KeyPath] = set()
        self._overridden: set[yamldoc.KeyPath] = set()
        self._document = replace(document, data=deepcopy(document.data)) if overrides else document
        for name, text in overrides.items():
            self._override(name, text)

    def job(self, path: Path) -> Job:
        """Return the job, or raise ConfigError with every mistake."""
        fill = Texts(os.environ)
        spec = self._spec()
        if spec is None:
            raise ConfigError(self._sorted())
        job = Builder(path.parent, fill).build(spec, path)
        self._secrets = secrets = find_secrets(job, fill.secrets)
        paths = {kind: () if spec.pages is None else ("pages", kind) for kind in job.kinds}
        places = Sections(self._document, paths)
        self._tell(fill.complaints)
        self._repaired.update(self._document.resolve(complaint.path) for complaint in fill.complaints)
        self._tell(check_job(job, places))
        if self._problems:
            raise ConfigError(self._sorted())
        warnings = [self._problem(complaint) for complaint in lint.warnings(job, places)]
        read = [_without_engine(self._document.data), fill.variables, fill.files]
        digest = hashlib.sha256(json.dumps(read).encode()).hexdigest()
        if any(rule.files for kind in job.kinds.values() for rule in kind.rules):
            job = replace(job, kinds={**job.kinds, FILES: Kind(FILES, ())})
        return replace(job, warnings=tuple(warnings), digest=digest, secrets=secrets)

    def _spec(self) -> FileSpec | None:
        """Return the file as the model sees it, once all mistakes of form are told and put right in a copy."""
        data = self._document.data
        if (form := read_form(data)) is not None:
            return cast("FileSpec", form)
        # what says what is wrong takes a quarter of a run's start to import, and few runs need it
        from pydantic import ValidationError

        from scraper.config import messages
        from scraper.config.model import FileSpec

        for _ in range(MAX_REPAIRS):
            try:
                return FileSpec.model_validate(data)
            except ValidationError as error:
                errors = error.errors(include_url=False)
            self._tell(map(messages.complaint, errors))
            data = deepcopy(data)
            for each in errors:
                self._repair(data, each)
        return None

    def _repair(self, data: Any, error: ErrorDetails) -> None:
        """Put something harmless where the mistake is: a value of the expected form that nothing relies on, or none."""
        path = self._document.resolve(error["loc"])
        if error["type"] == "missing":
            path = (*path, error["loc"][-1])
        self._repaired.add(path)
        neutral = NEUTRAL_KEYS.get(str(path[-1])) if error["type"] == "missing" else NEUTRAL.get(error["type"])
        if neutral is None:
            while isinstance(path[-1], int):
                path = path[:-1]
        for part in path[:-1]:
            if not yamldoc.holds(data, part):
                return
            data = data[part]
        if neutral is not None:
            data[path[-1]] = deepcopy(neutral)
        else:
            data.pop(path[-1], None)

    def _override(self, name: str, text: str) -> None:
        """Set one setting, or take the file's away if the text is null."""
        path = ("settings", *name.split("."))
        data = self._document.data
        for part in path[:-1]:
            data = data.setdefault(part, {}) if isinstance(data, dict) else data
        if not isinstance(data, dict):
            from scraper.config import messages  # see _spec

            self._problems.append(Problem("-s", 0, 0, name, messages.unknown_setting(name)))
        elif (value := _scalar(text)) is None:
            data.pop(path[-1], None)
        else:
            data[path[-1]] = value
            self._overridden.add(path)

    def _tell(self, complaints: Iterable[Complaint]) -> None:
        """Note the complaints that are no consequence of another mistake."""
        for complaint in list(complaints):
            path = self._document.resolve(complaint.path)
            if not any(path == bad[:-1] or path[: len(bad)] == bad for bad in self._repaired):
                self._problems.append(self._problem(complaint))

    def _problem(self, complaint: Complaint) -> Problem:
        complaint = replace(complaint, message=self._secrets.masked(complaint.message))
        path = self._document.resolve(complaint.path)
        is_new = path not in self._document.places
        if is_new or any(path[: len(changed)] == changed for changed in self._overridden):
            return Problem("-s", 0, 0, yamldoc.dotted(path[1:]), complaint.message)
        return self._document.problem(complaint)

    def _sorted(self) -> list[Problem]:
        return sorted(dict.fromkeys(self._problems), key=lambda problem: (problem.line or math.inf, problem.column))
