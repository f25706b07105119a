"""Programs in which the libraries have other names for their private parts, as their next version may.

To be copied to a folder of PYTHONPATH as sitecustomize.py, so that every process of a program begins with it. In each
module of a library that a rule names, `old` (a regex) is replaced in the source before it is compiled: the library
works as before, and nobody else knows its names.

RENAMED=[[library, old, new], …] in JSON; MARKS=folder, where each rule that found something leaves a file.
"""

import json
import os
import re
import sys
from importlib import machinery
from pathlib import Path

RULES = json.loads(os.environ.get("RENAMED", "[]"))


class Loader(machinery.SourceFileLoader):
    """Loads modules, some of them with other words."""

    def get_code(self, fullname):
        rules = [(n, *rule) for n, (of, *rule) in enumerate(RULES) if f"{fullname}.".startswith(f"{of}.")]
        source = before = self.get_source(fullname) if rules else ""
        for number, old, new in rules:
            source, count = re.subn(old, new, source)
            if count:
                (Path(os.environ["MARKS"]) / str(number)).touch()
        return super().get_code(fullname) if source == before else compile(source, self.get_filename(fullname), "exec")


if RULES:
    sys.path_hooks.insert(
        0,
        machinery.FileFinder.path_hook(
            (machinery.ExtensionFileLoader, machinery.EXTENSION_SUFFIXES),
            (Loader, machinery.SOURCE_SUFFIXES),
            (machinery.SourcelessFileLoader, machinery.BYTECODE_SUFFIXES),
        ),
    )
    sys.path_importer_cache.clear()
