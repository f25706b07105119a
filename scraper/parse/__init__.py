"""Page and rules → records and links. Pure, but for the clock that stops patterns; no network, no file.

parser: encoding → document → rule_reader: items → fields → records → follow

parser          the reader of one kind of page
challenges      pages that stand in front of it, by their signs in challenges.toml
encoding        bytes → text, once, by the Encoding Standard
labels          its encodings by all their labels
declared        what a page declares: BOM, header, meta, `<?xml?>`
scan            its scan for a meta
guess           the encoding of a page that declares none
writers         text → bytes, for queries and forms
references      character references by the place where they stand
document        one decoded page, as a tree or as JSON
item            one item of a page
parsers         the parsers that there are: what makes, searches and reads a tree
html5           the tree of the HTML standard, by turbohtml
tree            lxml's tree of HTML, mended
soup            BeautifulSoup's
xml             feeds and sitemaps
attributes      tags of thousands of attributes, refused
template        what templates hold, kept out of a page
serialize       elements of lxml's trees as the standard writes them
select          what finds in a page: regex and JMESPath, and what all selectors share
patterns        a pattern of any language checked
css             what a CSS selector asks for
css_reader      a CSS selector read, or its mistake with its place
css_signs       the signs that it is written in
css_xpath       a CSS selector said in XPath
html_names      names that selectors on HTML treat in a way of their own
xpath           what an XPath may say, and its functions
html5_select    CSS and XPath on turbohtml's tree
lxml_select     CSS and XPath on lxml's trees
finder          what a selection takes: its sources, left to right
source_steps    what a finder is made of
first_values    the first value in many items at once
sibling_groups  `with_siblings`
tables          tables by the names over their columns
linked_data     JSON-LD
loose_json      JSON with what does not belong there
text            the text of an element
rule_reader     one rule's records of a page
records         the items of a page and their fields
fields          one field of one item: selection → steps → type
transforms      the steps that there are, and what each does
own_steps       functions that a config names
types           the types that there are, and what each can
casts           texts → values
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
    "casts", "challenges", "dates", "document", "encoding", "fields", "finder", "follow", "html5", "item", "labels",
    "lxml_select", "parser", "parsers", "patterns", "records", "rule_reader", "select", "source_steps", "text",
    "transforms", "tree", "types", "writers", "xml",
]  # fmt: skip
