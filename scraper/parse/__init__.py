"""Page and rules → records and links. Pure, but for the clock that stops patterns; no network, no file.

parser: encoding → document → rule_reader: items → fields → records → follow

parser          the reader of one kind of page
encoding        bytes → text, once, by the Encoding Standard
labels          its encodings by all their labels
declared        what a page declares: BOM, header, meta, `<?xml?>`
scan            its scan for a meta
guess           the encoding of a page that declares none
writers         text → bytes, for queries and forms
references      character references by the place where they stand
document        one decoded page, as a tree or as JSON
item            one item of a page
parsers         what makes, searches and reads a tree: one value for each parser
tree            lxml's tree of HTML, mended
soup            BeautifulSoup's
lexbor          lexbor's
lexbor_css      CSS on lexbor's tree
xml             feeds and sitemaps
attributes      tags of thousands of attributes, refused
select          the pattern languages: CSS, XPath, regex, JMESPath
finder          what a selection takes: its sources, left to right
first_values    the first value in many items at once
sibling_groups  `with_siblings`
tables          tables by the names over their columns
linked_data     JSON-LD
loose_json      JSON with what does not belong there
text            the text of an element
rule_reader     one rule's records of a page
records         the items of a page and their fields
fields          one field of one item: selection → steps → type
transforms      the steps
own_steps       functions that a config names
casts           the types
numbers         numbers as they stand on pages
money           what may stand beside them
dates           dates and times
plain_dates     those that need no format
date_formats    those that have one, by its pattern
moments         what a text leaves out of a moment
clock           hours of twelve
zones           offsets and names of zones
relative        "3 hours ago"
ages            the same in other languages
locales         what a language says of dates and numbers
conditions      `where`
plain_values    what JSON lines can hold
follow          the links that lead on
"""

__all__ = [
    "casts", "dates", "document", "encoding", "fields", "finder", "follow", "item", "labels", "lexbor_css", "parser",
    "parsers", "records", "rule_reader", "select", "text", "transforms", "tree", "writers", "xml",
]  # fmt: skip
