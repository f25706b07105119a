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
repeats           elements that repeat: the likely items
regions           where on a page they stand: main part, menu
group_selectors   the shortest selector of a group
candidates        places where values stand in items
field_guesses     fields of these: selector, name
type_guesses      the type of values, and what to cut away
details           what a page says of one thing, by labels
single_record     one record of a page that is about one thing
things            what a page says that it is about
json_records      the records in a page that is JSON
script_lists      the records in the scripts of a page
site_zone         the time zone of a site
next_page         the link to the next page
mend              a room of its own: `mend`
"""

__all__ = ["explain", "init", "mend", "preview", "preview_tables"]
