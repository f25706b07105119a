"""Fill ${ENV} into the texts of a config file. What a variable holds is never a template, and never told."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, overload

from scraper.config.find_secrets import is_public
from scraper.job.late import late_re
from scraper.job.templates import Template
from scraper.job.yamldoc import Complaint, KeyPath

_ENV = re.compile(r"\$\{([^{}]*)\}")
_BRACED = late_re(r"\{(\+?[^\W\d]\w*(?:\.\w+)?)\}")
_is_variable = late_re(r"[A-Za-z_][A-Za-z0-9_]*")
READ_AT_ONCE = 1 << 20
ENGINE = ("settings", "pool")
"""Where the file says who works, which makes no difference to what comes out."""


class Texts:
    """Fills texts and remembers what was wrong, what they depend on and what of it is secret."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.complaints: list[Complaint] = []
        self.variables: dict[str, str] = {}
        """The variables that were read, with their values."""
        self.secrets: dict[str, str] = {}
        """Those of them that stand where a secret may."""
        self.files: dict[str, str] = {}
        """The hashes of the files that the config names, by where it does."""

    def complain(self, path: KeyPath, message: str) -> None:
        """Note a mistake."""
        self.complaints.append(Complaint(path, message))

    @overload
    def text(self, raw: str, path: KeyPath) -> str: ...
    @overload
    def text(self, raw: None, path: KeyPath) -> None: ...
    def text(self, raw: str | None, path: KeyPath) -> str | None:
        """Return a text with its variables."""
        if raw is None:
            return None
        return _ENV.sub(lambda match: self._variable(match[1], path), raw)

    def template(self, raw: str, path: KeyPath) -> Template:
        """Return a template with its variables, whose braces are text."""
        pieces = _ENV.split(raw)
        literal = [self._variable(name, path) for name in pieces[1::2]]
        pieces[1::2] = [_BRACED.sub(r"{{\1}}", text) for text in literal]
        template = Template("".join(pieces))
        if template.placeholders != tuple(each for text in pieces[::2] for each in Template(text).placeholders):
            self.complain(path, "a brace beside ${…} makes a placeholder of what the variable holds; move it away")
        return template

    def templates(self, value: Any, path: KeyPath) -> Any:
        """Return plain data whose texts are templates, with the variables in them."""
        if isinstance(value, str):
            return self.template(value, path)
        if isinstance(value, list):
            return [self.templates(item, (*path, n)) for n, item in enumerate(value)]
        if isinstance(value, dict):
            return {key: self.templates(item, (*path, key)) for key, item in value.items()}
        return value

    def data(self, value: Any, path: KeyPath) -> Any:
        """Return plain data with the variables in its texts."""
        if isinstance(value, str):
            return self.text(value, path)
        if isinstance(value, list):
            return [self.data(item, (*path, n)) for n, item in enumerate(value)]
        if isinstance(value, dict):
            return {key: self.data(item, (*path, key)) for key, item in value.items()}
        return value

    def note_file(self, path: Path, raw: str, place: KeyPath) -> None:
        """Note the hash of a UTF-8 file that the config names, or that it cannot be read; `raw` is its name there."""
        digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
        try:
            if path.exists() and not path.is_file():
                self.complain(place, f"{raw} is no file")
                return
            with path.open("rb") as file:
                while data := file.read(READ_AT_ONCE):
                    digest.update(data)
                    decoder.decode(data)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            self.complain(place, f"{raw} is not written in UTF-8")
        except (OSError, ValueError) as error:
            cause = error.strerror if isinstance(error, OSError) else "this is no name of a file"
            self.complain(place, f"cannot read {raw} (looked for beside the config): {cause}")
        self.files[str(place)] = digest.hexdigest()

    def _variable(self, name: str, path: KeyPath) -> str:
        if not _is_variable.fullmatch(name):
            self.complain(path, f"${{{name}}}: expected the name of an environment variable, such as ${{SITE_USER}}")
        elif name not in self._environment:
            self.complain(path, f"the environment variable {name} is not set")
        else:
            if path[:2] != ENGINE:
                self.variables[name] = self._environment[name]
            if not is_public(path):
                self.secrets[name] = self._environment[name]
            return self._environment[name]
        return ""
