"""Keep some of many lines, spread evenly over all of them: a sample without chance, of bounded size."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field

MOST = 200
"""Lines that are kept at most; at least half as many, once so many came."""
LONGEST = 20_000
"""Bytes of a line; a longer one is passed over."""


class Spread(Struct):
    """Every line at first, then every second, every fourth …

    >>> spread = Spread()
    >>> spread.add(str(n).encode() for n in range(1000))
    >>> len(spread.lines), spread.lines[:3], spread.lines[-1]
    (125, [b'0', b'8', b'16'], b'992')
    """

    lines: list[bytes] = field(default_factory=list)
    _stride: int = 1
    _came: int = 0

    def add(self, lines: Iterable[bytes]) -> None:
        """Take more lines in."""
        for line in lines:
            if self._came % self._stride == 0 and len(line) <= LONGEST:
                self.lines.append(line)
                if len(self.lines) > MOST:
                    self.lines, self._stride = self.lines[::2], 2 * self._stride
            self._came += 1
