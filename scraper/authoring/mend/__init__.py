"""`mend`: a config whose pages have changed, and what reads them again: found by what it read of the last good pages.

config_mend → whole_job → rule_mend → row_judgement → row_search, then for the fields judgement → field_search
config_mend → writing

config_mend     `mend`: which pages, the proposal, its proof, the file
whole_job       each kind's rules and links
rule_mend       one rule
row_judgement   is its `each` broken, and what would do
row_search      what may find its rows
judgement       which of its fields are broken, and what would do
reframe         labels that stand before values now
field_search    what may read a field, weighed by the evidence
evidence        what speaks for one
nominate        the elements that may hold it
markup          regexes that cut it out of the source
json_search     the same in values of JSON
json_paths      paths that lead to these
past            what a field used to read
alignment       which new row tells of the same thing as which old one
likeness        how alike values are
ground          pages as trees, and what a config takes of them
proposal        what is found
writing         it is written into the config's text, and told
at_alarm        after a run that an alarm stopped
search_process  its search, in a process of its own
"""

__all__ = ["at_alarm", "config_mend"]
