"""What autoscraper, taught by the old values anew, reads of a page after the change: a JSON object of lists by field.

It gets on standard input {"new": HTML, "values": {name: texts of before}}. Of its two ways to read, "similar" and
"exact", that counts which gives as many values as there were, or nearly.
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
        ways = (learner.get_result_similar, learner.get_result_exact)
        results = [way(html=data["new"], unique=False) or [] for way in ways]
        found[name] = min(results, key=lambda one: abs(len(one) - len(values)))
    print(json.dumps(found))


main()
