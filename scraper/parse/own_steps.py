"""Own steps: functions that a config names, `package.module:function`. The one place where code of others is run.

Only a config leads here, never a page. A step takes one value and returns one; what it raises is a malformed value.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Any

from scraper.errors import Interrupted, Malformed, Overstep, PatternError
from scraper.job.late import late_regex
from scraper.job.rules import Call
from scraper.parse.selectors.select import Clock

_reference = late_regex(r"(?P<module>[^\W\d]\w*(?:\.[^\W\d]\w*)*):(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)")
PLAIN = (str, int, float, bool, list, dict, type(None))


def compile_own(call: Call) -> Callable[[Any, Clock], Any]:
    """Return the transform that a function makes. Raises PatternError if there is none of that name."""
    function = load(call)

    def apply(value: Any, clock: Clock) -> Any:
        clock.left()  # what the functions take counts as the patterns' time
        try:
            result = function(value)
        except Overstep as error:
            raise Overstep(f"{call.text} {error}") from error
        except (SystemExit, KeyboardInterrupt) as error:
            if isinstance(error, Interrupted):
                raise
            raise Overstep(f"{call.text} raised {type(error).__name__}, which would end the program") from error
        except Exception as error:
            raise Malformed(f"{call.text} raised {type(error).__name__}: {error}") from error
        if not isinstance(result, PLAIN):
            raise Malformed(f"{call.text} returned a {type(result).__name__}, expected a JSON value or None")
        return result

    return apply


def _print(*values: object, file: Any = None, **options: Any) -> None:
    """Print where it harms nobody: standard output may be where the records go."""
    if file in (None, sys.stdout):
        raise Overstep("printed to standard output, where records may go; print to sys.stderr or log")
    print(*values, file=file, **options)


def load(call: Call) -> Callable[[Any], Any]:
    """Return the function itself: its module is looked for as Python does, and last in the folder of the config."""
    match = _reference.fullmatch(call.text)
    if match is None:
        raise PatternError(f"{call.text!r} names no function; expected package.module:function")
    if call.folder not in sys.path:
        sys.path.append(call.folder)
    try:
        found: Any = importlib.import_module(match["module"])
    except (Exception, SystemExit) as error:
        cause = f"{type(error).__name__}: {error}"
        where = f"it is looked for as Python does, then in {call.folder}"
        raise PatternError(f"cannot import {match['module']!r}: {cause}; {where}") from error
    for part in match["name"].split("."):
        try:
            found = getattr(found, part)
        except AttributeError as error:
            raise PatternError(f"{match['module']} has no {match['name']!r}") from error
    vars(sys.modules[match["module"]]).setdefault("print", _print)
    if not callable(found):
        raise PatternError(f"{call.text} is a {type(found).__name__}, expected a function")
    return found  # type: ignore[no-any-return]
