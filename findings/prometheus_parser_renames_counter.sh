#!/usr/bin/env bash
# prometheus-client 0.26.0: the parser gives a counter ANOTHER name than the text has: "pages 5" is read as pages_total.
#
# Surprise:  a counter without "_total" is renamed on reading; what is read and exposed again is another metric. In the Prometheus
#            text format a counter may have any name; it was OpenMetrics that made the ending a rule.
# Expected:  the sample that stands in the text, as for a gauge or an untyped metric of the same name.
# Seen:      Sample(name='pages_total'), and generate_latest() writes "pages_total 5.0"; the same line without a TYPE line, and
#            as a gauge, keeps its name.
# Package:   prometheus-client 0.26.0 (prometheus_client.parser, the parser of the text format).
# Why it matters: a check that looks in a crawler's textfile for its own "pages" finds no sample, and a relay that
#            reads and writes metrics splits one series into two.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'prometheus-client==0.26.0'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
from importlib.metadata import version
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
print("prometheus-client", version("prometheus-client"))
def names(text):
    class Relay:
        def collect(self):
            return text_string_to_metric_families(text)
    registry = CollectorRegistry()
    registry.register(Relay())
    got = [s.name for m in text_string_to_metric_families(text) for s in m.samples]
    out = [line for line in generate_latest(registry).decode().splitlines() if not line.startswith("#")]
    print(f"{text!r:44} samples {got} | written again {out}")
    return got, out
assert names("# TYPE pages counter\npages 5\n") == (["pages_total"], ["pages_total 5.0"])
assert names("# TYPE pages gauge\npages 5\n") == (["pages"], ["pages 5.0"])
assert names("pages 5\n") == (["pages"], ["pages 5.0"])
assert names("# TYPE pages_total counter\npages_total 5\n") == (["pages_total"], ["pages_total 5.0"])
PYTHON_END
echo "SEEN AGAIN: prometheus_parser_renames_counter"
