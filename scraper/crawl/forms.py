"""What a form of a page sends, as a browser that fills it in (WHATWG HTML, "constructing the entry list").

It is sent as by the Enter key: with the name of its first button, and where and how that one says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct

from scraper.parse.encodings import labels
from scraper.parse.encodings.writers import writer_of
from scraper.parse.trees import form_owners
from scraper.parse.trees.parsers import engine_of

Node = Any
"""An element of the tree, of which only attributes and text are asked."""
Pairs = list[tuple[str, str]]

MULTIPART, PLAIN, URLENCODED = "multipart/form-data", "text/plain", "application/x-www-form-urlencoded"
BOUNDARY = "----------------------------8f2c0d1b7a4e"
"""Between the parts of a form: longer while it stands in one of them."""
LABEL = "Submit"
"""What stands on a button that says nothing, in an English browser."""
_options, _closed = map(engine_of("html5").css, ("option", "optgroup[disabled] option"))
_BUTTONS = frozenset({"submit", "image"})
_FILLED_IN = frozenset({"hidden", "checkbox", "radio"})
_NEVER_SENT = frozenset({"submit", "image", "button", "reset"})
_NOT_TYPED = _FILLED_IN | _NEVER_SENT | {"file", "select", "textarea"}


class Filled(Struct, frozen=True):
    """A form as it is sent: a GET has its pairs in the query and no body."""

    action: str
    """As it stands on the page, "" for the page itself."""
    is_post: bool
    content_type: str
    data: bytes


class Form:
    """One form, with the controls that are its own wherever they stand on the page, but for those disabled."""

    def __init__(self, node: Node, controls: Sequence[Node]) -> None:
        self._node, self._controls = node, controls
        self._button = next(filter(_submits, controls), None)
        radios = (control for control in controls if _kind(control) == "radio" and control.attr("checked") is not None)
        self._checked = {str(control.attr("name") or ""): control for control in radios}

    @staticmethod
    def bare(filled: Mapping[str, str]) -> Filled:
        """Return what is posted where there is no form."""
        return Filled("", True, URLENCODED, urlencode(filled, encoding="utf-8").encode("ascii"))

    @property
    def names(self) -> set[str]:
        """Return the names of the controls."""
        return {str(control.attr("name")) for control in self._controls if control.attr("name")}

    @property
    def has_password(self) -> bool:
        return any(_kind(control) == "password" for control in self._controls)

    @property
    def is_dialog(self) -> bool:
        """Return whether the form closes the dialog that it stands in, and nothing is sent."""
        return self._said("method").lower() == "dialog"

    @property
    def rank(self) -> tuple[bool, int]:
        """Return what is least for a login among forms: it has one password, and not much else to fill in."""
        kinds = [_kind(control) for control in self._controls]
        return kinds.count("password") != 1, sum(kind not in _NEVER_SENT | _FILLED_IN for kind in kinds)

    def fill(self, filled: Mapping[str, str], encoding: str) -> Filled:
        """Return what is sent: what was filled in, and what stands there already; `encoding`: that of the page."""
        codec = self._codec(encoding)
        pairs = list(self._pairs(filled, codec.removeprefix("page-")))
        is_post, kind = self._said("method").lower() == "post", self._said("enctype").lower()
        if is_post and kind == MULTIPART:
            return Filled(self._said("action"), is_post, *_multipart(pairs, self._files, codec))
        if is_post and kind == PLAIN:
            text = "".join(f"{name}={value}\r\n" for name, value in pairs)
            return Filled(self._said("action"), is_post, PLAIN, text.encode(codec, "xmlcharrefreplace"))
        query = urlencode(pairs, encoding=codec, errors="xmlcharrefreplace")
        return Filled(self._said("action"), is_post, URLENCODED, query.encode("ascii"))

    def _said(self, name: str) -> str:
        """Return an attribute of the form, such as `action` or `method`; its first button may say otherwise."""
        own = self._button.attr(f"form{name}") if self._button is not None else None
        return str(own or self._node.attr(name) or "").strip()

    def _codec(self, encoding: str) -> str:
        """Return what writes the form: the first encoding that it accepts, or that of the page."""
        accepted = str(self._node.attr("accept-charset") or "").split()
        return writer_of(next(filter(labels.encoding_of, accepted), encoding))

    @property
    def _files(self) -> set[str]:
        return {str(control.attr("name")) for control in self._controls if _kind(control) == "file"}

    def _pairs(self, filled: Mapping[str, str], encoding: str) -> Iterator[tuple[str, str]]:
        targets = {name: self._target(name, value) for name, value in filled.items()}
        for control in self._controls:
            name, kind = str(control.attr("name") or ""), _kind(control)
            if name in filled and control is targets[name]:
                yield name, _breaks(filled[name])
            elif kind == "radio" and (name in filled or control is not self._checked.get(name)):
                pass
            elif name == "_charset_" and kind == "hidden":
                yield name, encoding
            elif control is self._button or (name and kind not in _NEVER_SENT):
                values = _values(control)
                yield from zip((name + at for at in _parts(name, kind, values)), map(_breaks, values), strict=False)
        yield from ((name, filled[name]) for name, target in targets.items() if target is None)

    def _target(self, name: str, value: str) -> Node | None:
        """Return what a person would fill in: no hidden input if there is another, of several that of the value."""
        named = [control for control in self._controls if control.attr("name") == name]
        return min(named, key=lambda one: (_kind(one) == "hidden", one.attr("value") != value), default=None)


def forms(markup: str) -> list[Form]:
    """Return the forms of a page that send something. Raises TooDeep and TooManyAttributes."""
    found = [Form(node, controls) for node, controls in form_owners.forms(markup)]
    return [form for form in found if not form.is_dialog]


def _multipart(pairs: Pairs, files: set[str], codec: str) -> tuple[str, bytes]:
    """Return Content-Type and body; of a file nobody chooses one (RFC 7578 as browsers write it)."""
    boundary = BOUNDARY
    while any(boundary in text for pair in pairs for text in pair):
        boundary += "-"
    parts = []
    for name, value in pairs:
        quoted = name.replace("\r\n", "\n").replace("\n", "%0D%0A").replace('"', "%22")
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{quoted}"'
        if name in files and not value:
            head += '; filename=""\r\nContent-Type: application/octet-stream'
        parts.append(f"{head}\r\n\r\n{value}\r\n")
    body = "".join([*parts, f"--{boundary}--\r\n"])
    return f"{MULTIPART}; boundary={boundary}", body.encode(codec, "xmlcharrefreplace")


def _kind(control: Node) -> str:
    if control.tag == "button":
        return str(control.attr("type") or "submit").lower()
    return str(control.attr("type") or "text").lower() if control.tag == "input" else str(control.tag)


def _submits(control: Node) -> bool:
    return control.tag in ("input", "button") and _kind(control) in _BUTTONS


def _parts(name: str, kind: str, values: Sequence[str]) -> list[str]:
    """Return what is put behind a control's name, once for each of its values."""
    if kind == "image":
        return [".x", ".y"] if name else ["x", "y"]
    return [""] * len(values) if name else []


def _values(control: Node) -> list[str]:
    """Return the values that a control has as the page came."""
    kind, value = _kind(control), control.attr("value")
    if kind == "select":
        return _selected(control)
    if kind == "textarea":
        return [str(control.text)]
    if kind in ("checkbox", "radio"):
        return [] if control.attr("checked") is None else [str("on" if value is None else value)]
    if kind == "image":
        return ["0", "0"]
    if kind == "submit" and control.tag == "input" and value is None:
        return [LABEL]
    text = str(value or "") if kind != "file" else ""
    return [text if kind in _NOT_TYPED else text.replace("\r", "").replace("\n", "")]


def _selected(select: Node) -> list[str]:
    """Return the values of the options that are selected; of a menu that has none, the first's."""
    closed = set(_closed.find(select))
    options = _options.find(select)
    can_be_sent = [one for one in options if one.attr("disabled") is None and one not in closed]
    chosen = [one for one in options if one.attr("selected") is not None]
    if select.attr("multiple") is None:
        is_menu = str(select.attr("size") or "1").strip() in ("0", "1")
        chosen = chosen[-1:] or can_be_sent[: int(is_menu)]
    sent = [one for one in chosen if one in can_be_sent]
    return [" ".join(one.text.split()) if (value := one.attr("value")) is None else str(value) for one in sent]


def _breaks(text: str) -> str:
    """Return a text with each of its line breaks as forms send them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
