"""What a run must not forget, in SQLite, and the state folder around it.

journal      pages to fetch, ended pages with their records, who led to whom
schema       its tables and longer statements
rows         what its rows are made of
cookie_rows  what sites have set, for a run that is gone on with
holders      whose a page is that a redirect led to
database     the file: transactions, and errors with its path
fates        what became of pages that earlier runs have read
figures      by kind: what came, where it led, what did not come
missing      what the last good run had and this one has not, and who should have led to it
past_files   what the last good run has of a file
walk         its pages in plan order
mending      what of it is damaged is to be fetched again
workspace    `.scraper/NAME/`: where things lie, who owns them, who holds them
retention    the newest ten of what would pile up
"""

__all__ = ["database", "fates", "figures", "journal", "missing", "past_files", "retention", "walk", "workspace"]
