"""For those who write a config: `init` drafts one of a page, `preview` shows what one reads, `explain` what it will do.

one_page → trace → hints → preview_tables
one_page → details, things, repeats, script_lists → field_guesses, type_guesses, next_page → draft

explain           what a job will do, in lines
one_page          the page to work on: fetched as a run would, or a file
preview           `preview`
trace             a page read with one kind, and what every selector found on the way
hints             the nearest pattern that does find something
pattern_variants  other patterns made of one
preview_tables    all this as tables
init              `init`
draft             a config of one page
field_guesses     fields of these: selector, name
type_guesses      the type of values, and what to cut away
details           what a page says of one thing, by labels
single_record     one record of a page that is about one thing
things            what a page says that it is about
json_records      the records in a page that is JSON
script_lists      the records in the scripts of a page
site_zone         the time zone of a site
next_page         the link to the next page
structure         a room of its own: what repeats, what a slot is, what a good selector is
mend              a room of its own: `mend`
"""

__all__ = ["explain", "init", "mend", "preview", "preview_tables"]
