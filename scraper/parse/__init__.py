"""Page and rules → records and links. Pure, but for the clock that stops patterns; no network, no file.

parser: encoding → document → rule_reader: items → fields → records → follow

parser          the reader of one kind of page
challenges      pages that stand in front of it, by their signs in challenges.toml
document        one decoded page, as a tree or as JSON
item            one item of a page
finder          what a selection takes: its sources, left to right
source_steps    what a finder is made of
first_values    the first value in many items at once
tables          tables by the names over their columns
linked_data     JSON-LD
loose_json      JSON with what does not belong there
script_objects  objects of JavaScript
rule_reader     one rule's records of a page
records         the items of a page and their fields
fields          one field of one item: selection → steps → type
transforms      the steps that there are, and what each does
srcset          the images of a srcset
own_steps       functions that a config names
conditions      `where`
plain_values    what JSON lines can hold
follow          the links that lead on

encodings      bytes ⇄ text
selectors      what a selection asks for: CSS, XPath, regex, JMESPath
trees          pages as trees: one parser a module
values         texts → numbers, dates and the other types
"""

__all__ = [
    "challenges", "document", "fields", "finder", "follow", "item", "linked_data", "loose_json", "parser", "records",
    "rule_reader", "script_objects", "source_steps", "transforms",
]  # fmt: skip
