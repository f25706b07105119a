"""Records → files: publication, and the formats.

publication → target → part_file → exporters → fsync → rename

publication  what the output holds: the walk's records, joined, each key once
tally        what it holds and what was lost on the way, counted
spread       some of its lines, from everywhere
keys         the keys of records, on disk
ledger       what is known of each record by its key, from run to run
changes      a run's records beside the ledger: new, changed, gone
books        the ledger and the file of changes, read and written
target       the files of a run: where they lie, who holds them
renames      several files put in their places as if at once
partitions   the files of all runs
part_file    part file → fsync → rename
appending    how a format adds records to those of earlier runs
earlier      what earlier runs wrote as lines or rows, in front of the new
formats      the formats that there are, by their suffixes, and what each can
exporters    records as lines, gzip or CSV
parquet      records as Parquet
sqlite       records as tables of an SQLite database
schemas      what the records hold, told to the programs that read them
columns      which columns there are, by the config alone
file_values  what is known of a file in the place of its link
cells        a value as a table's cell
"""

__all__ = [
    "books",
    "columns",
    "formats",
    "keys",
    "partitions",
    "publication",
    "renames",
    "schemas",
    "sqlite",
    "tally",
    "target",
]
