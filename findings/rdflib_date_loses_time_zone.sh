#!/usr/bin/env bash
# rdflib 7.6.0: "2026-03-05+02:00"^^xsd:date is read and written as "2026-03-05"; and JSON-LD's 10.0 is another triple than PyLD's.
#
# Surprise:  a graph that is parsed and serialized loses the time zone of every date, silently; dateTime and time keep theirs. "Normal
#            forms" are expected of a literal (007 becomes 7), and this is another value.
# Expected:  XML Schema 2, 3.2.9 (date): the time zone is part of the value, a date begins at its own midnight; RDF 1.1 Concepts
#            3.3: literals with other lexical forms are other terms. JSON-LD 1.1 API, 8.2 "Object to RDF Conversion": a number
#            without a fraction becomes xsd:integer, so 10.0 and 10 are one, "10"^^xsd:integer.
# Seen:      two dates of two time zones are one triple; one page's {"price": 10.0} is "10.0"^^xsd:double here and
#            "10"^^xsd:integer with PyLD 3.3.0. rdflib.NORMALIZE_LITERALS = False keeps the dates.
# Package:   rdflib 7.6.0, PyLD 3.3.0 (which keeps the date, too).
# Why it matters: events and offers of two zones fall together; a diff of two runs, one by each library, is full of changes.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'rdflib==7.6.0' 'pyld==3.3.0'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import json
from importlib.metadata import version
import rdflib
from pyld import jsonld
print("rdflib", version("rdflib"), "| PyLD", version("pyld"))
def line(name, value, kind):
    return f'<http://x.example/1> <http://schema.org/{name}> "{value}"^^<http://www.w3.org/2001/XMLSchema#{kind}> .'
lines = [line("from", "2026-03-05+02:00", "date"), line("from", "2026-03-05-08:00", "date"), line("at", "10:00:00+02:00", "time"), line("when", "2026-03-05T10:00:00+02:00", "dateTime")]
def round_trip():
    graph = rdflib.Graph()
    graph.parse(data="\n".join(lines) + "\n", format="nt")
    return sorted(graph.serialize(format="nt").split("\n")[:-1])
got = [text for text in round_trip() if text]
print(*lines, "read and written by rdflib:", *got, sep="\n    ")
assert sorted(got) == sorted([line("from", "2026-03-05", "date"), *lines[2:]])
again = jsonld.to_rdf(jsonld.from_rdf("\n".join(lines) + "\n"), {"format": "application/n-quads"})
assert sorted(again.strip().split("\n")) == sorted(lines), again
rdflib.NORMALIZE_LITERALS = False
assert sorted(text for text in round_trip() if text) == sorted(lines)
rdflib.NORMALIZE_LITERALS = True
page = {"@context": {"@vocab": "http://schema.org/"}, "@id": "http://x.example/1", "price": 10.0}
graph = rdflib.Graph()
graph.parse(data=json.dumps(page), format="json-ld")
ours, theirs = graph.serialize(format="nt").strip(), jsonld.to_rdf(page, {"format": "application/n-quads"}).strip()
print(json.dumps(page["price"]), "rdflib:", ours, "| PyLD:", theirs)
assert ours == line("price", "10.0", "double") and theirs == line("price", "10", "integer")
PYTHON_END
echo "SEEN AGAIN: rdflib_date_loses_time_zone"
