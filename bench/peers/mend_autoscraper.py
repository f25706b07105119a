"""What autoscraper, taught by the old values anew, reads of a page after the change: a JSON object of lists by field.

It gets on standard input {"new": HTML, "values": {name: texts of before}}.
"""

import json
import sys

from autoscraper import AutoScraper


def main():
    data = json.load(sys.stdin)
    found = {}
    for name, values in data["values"].items():
        learner = AutoScraper()
        learner.build(html=data["new"], wanted_list=values[:30])
        found[name] = learner.get_result_similar(html=data["new"], unique=False) or []
    print(json.dumps(found))


main()
