"""The process that looks for a mend at an alarm: `python -m scraper.authoring.mend.search_process CONFIG TARGET`.

It writes the mended config to TARGET and says in a line of JSON how many fields that mends, and of how many.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import orjson

MEMORY_BYTES = 200 << 20
CPU_S = 10


def main() -> None:
    """Search with what the state folder keeps; whatever goes wrong ends the process with a traceback, and 1."""
    _set_limits()
    from scraper.authoring.mend import config_mend
    from scraper.config.load import load_config

    path, target = map(Path, sys.argv[1:])
    mended = config_mend.mend(load_config(path), config_mend.pages_of(load_config(path), (), ()))
    count = len(mended.proposal.mended) if mended.is_config else 0
    if count:
        config_mend.write(mended, target)
    print(orjson.dumps({"fields": count, "of": len(mended.proposal.findings)}).decode())


def _set_limits() -> None:
    """Let this process have so much data and time; where there are no such limits whoever waits for it ends it."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))


if __name__ == "__main__":
    main()
