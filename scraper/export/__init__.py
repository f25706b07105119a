"""Records → files: publication, and the formats.

publication → target → part_file → exporters → fsync → rename

publication  what the output holds: the walk's records, joined, each key once
tally        what it holds and what was lost on the way, counted
spread       some of its lines, from everywhere
keys         the keys of records, on disk
target       the files of a run: where they lie, who holds them
partitions   the files of all runs
part_file    part file → fsync → rename
earlier      what earlier runs wrote, in front of the new
formats      the formats that there are, by their suffixes, and what each can
exporters    records as lines, gzip or CSV
parquet      records as Parquet
columns      which columns there are, by the config alone
cells        a value as a table's cell
"""

__all__ = ["columns", "formats", "keys", "partitions", "publication", "tally", "target"]
