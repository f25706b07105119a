"""What a form of a page sends, as a browser that fills it in (WHATWG HTML, "constructing the entry list").

It is sent as by the Enter key: with the name of its first button, and where that one says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scraper.parse.trees.lxml_select import Css, Node

Pairs = list[tuple[str, str]]

_CONTROLS = ("input", "button", "select", "textarea")
_forms, _controls = Css("form", is_page=True), Css(", ".join(_CONTROLS))
_disabled = Css(", ".join(f"fieldset[disabled] {tag}" for tag in _CONTROLS))
_not_disabled = Css(", ".join(f"fieldset[disabled] > legend:first-of-type {tag}" for tag in _CONTROLS))
_options = Css("option")
_BUTTONS = frozenset({"submit", "image"})
_FILLED_IN = frozenset({"hidden", "checkbox", "radio"})
_NEVER_SENT = frozenset({"submit", "image", "button", "reset", "file"})


class Form:
    """One form, with the controls that are its own wherever they stand on the page."""

    def __init__(self, root: Node, node: Node) -> None:
        self.node = node
        inside, name = _controls.find(node), node.get("id")
        off, on = _disabled.find(root), _not_disabled.find(root)
        self._controls = [
            control
            for control in _controls.find(root)
            if ((name and control.get("form") == name) or (control.get("form") is None and control in inside))
            and control.get("disabled") is None
            and (control not in off or control in on)
        ]
        self._button = next(filter(_submits, self._controls), None)

    @property
    def names(self) -> set[str]:
        """Return the names of the controls."""
        return {str(control.get("name")) for control in self._controls if control.get("name")}

    @property
    def has_password(self) -> bool:
        return any(_kind(control) == "password" for control in self._controls)

    @property
    def rank(self) -> tuple[bool, int]:
        """Return what is least for a login among forms: it has one password, and not much else to fill in."""
        kinds = [_kind(control) for control in self._controls]
        return kinds.count("password") != 1, sum(kind not in _NEVER_SENT | _FILLED_IN for kind in kinds)

    def said(self, name: str) -> str:
        """Return an attribute of the form, `action` or `method`; its first button may say otherwise."""
        own = self._button.get(f"form{name}") if self._button is not None else None
        return str(own or self.node.get(name) or "")

    def pairs(self, filled: Mapping[str, str], encoding: str) -> Pairs:
        """Return what is sent, in the order of the page: what was filled in, and what stands there already."""
        left, pairs = dict(filled), Pairs()
        for control in self._controls:
            name = str(control.get("name") or "")
            if name in filled:
                pairs += [(name, left.pop(name))] if name in left else []
            elif control is self._button or (name and _kind(control) not in _NEVER_SENT):
                values = [encoding] if name == "_charset_" and _kind(control) == "hidden" else _values(control)
                pairs += [(name + at, value) for at, value in zip(_parts(name, control), values, strict=False)]
        return [*pairs, *left.items()]


def forms(root: Node) -> Iterator[Form]:
    """Yield the forms of a page."""
    return (Form(root, node) for node in _forms.find(root))


def _kind(control: Node) -> str:
    if control.tag == "button":
        return str(control.get("type") or "submit").lower()
    return str(control.get("type") or "text").lower() if control.tag == "input" else str(control.tag)


def _submits(control: Node) -> bool:
    return control.tag in ("input", "button") and _kind(control) in _BUTTONS


def _parts(name: str, control: Node) -> list[str]:
    """Return what is put behind a control's name, once for each of its values."""
    if _kind(control) == "image":
        return [".x", ".y"] if name else ["x", "y"]
    return [""] * (len(_values(control)) or 1) if name else []


def _values(control: Node) -> list[str]:
    """Return the values that a control has as the page came."""
    kind, value = _kind(control), control.get("value")
    if kind == "select":
        return _selected(control)
    if kind == "textarea":
        text = _text(control).replace("\r\n", "\n").removeprefix("\n")
        return [text.replace("\n", "\r\n")]
    if kind in ("checkbox", "radio"):
        return [] if control.get("checked") is None else [str("on" if value is None else value)]
    return ["0", "0"] if kind == "image" else [str(value or "")]


def _selected(select: Node) -> list[str]:
    """Return the values of the options that are selected; of a menu that has none, the first's."""
    options = [option for option in _options.find(select) if option.get("disabled") is None]
    chosen = [option for option in options if option.get("selected") is not None]
    if select.get("multiple") is None:
        chosen = chosen[-1:] or options[:1]
    return [" ".join(_text(one).split()) if (value := one.get("value")) is None else value for one in chosen]


def _text(node: Node) -> str:
    return "".join(map(str, node.itertext()))
