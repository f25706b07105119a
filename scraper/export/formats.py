"""Say by its suffix in which format an output is written."""

from __future__ import annotations

from enum import StrEnum

from scraper.job import STDOUT


class Format(StrEnum):
    """The formats by the suffixes that ask for them, longest first."""

    GZIP = ".jsonl.gz"
    PARQUET = ".parquet"
    JSONL = ".jsonl"
    CSV = ".csv"

    @property
    def is_table(self) -> bool:
        """Whether all records have the same columns."""
        return self in (Format.CSV, Format.PARQUET)


def format_of(path: str) -> Format | None:
    """Return the format of an output path; None for a suffix that no format has.

    >>> format_of("output/{name}.csv"), format_of("-"), format_of("out.json")
    (<Format.CSV: '.csv'>, <Format.JSONL: '.jsonl'>, None)
    """
    if path == STDOUT:
        return Format.JSONL
    return next((each for each in Format if path.endswith(each)), None)
