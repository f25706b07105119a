#!/usr/bin/env bash
# Scrapy 2.19.0: "scrapy crawl -O items.xml" writes a file that no XML parser reads, for a field "@type" or a text with a form feed.
#
# Surprise:  field names go into the tags as they stand: <@type>, <price eur>, <1st>. Characters that XML does not have (U+000C
#            and U+000B come from PDFs and Word texts in pages) are written, too. One item makes the whole file unreadable;
#            the crawl ends with "finished" and the item count. The JSON exporter writes the same item well.
# Expected:  XML 1.0, 2.3 (a Name does not begin with @ or a digit, and has no blank) and 2.2 (Char leaves out most of
#            U+0000 to U+001F): an error for the item, or another way to write it. "@type" is what each JSON-LD item has.
# Seen:      no error, no log line; lxml 6.1.3: "StartTag: invalid element name", "PCDATA invalid Char value 12".
# Package:   Scrapy 2.19.0 (scrapy.exporters.XmlItemExporter), lxml 6.1.3.
# Why it matters: the loss is seen by who reads the file, after the crawl.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'scrapy==2.19.0' 'lxml==6.1.3'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import io, json
import scrapy
from lxml import etree
from scrapy.exporters import JsonItemExporter, XmlItemExporter
print("scrapy", scrapy.__version__, "| lxml", ".".join(map(str, etree.LXML_VERSION)))
def export(exporter, item):
    file = io.BytesIO()
    writer = exporter(file)
    writer.start_exporting()
    writer.export_item({"name": "Lamp"})
    writer.export_item(item)
    writer.finish_exporting()
    return file.getvalue()
for item in ({"@type": "Product"}, {"price eur": 5}, {"sizes": {"1st": 5}}, {"text": "page one\fpage two"}):
    xml = export(XmlItemExporter, item)
    assert json.loads(export(JsonItemExporter, item)) == [{"name": "Lamp"}, item]
    try:
        etree.fromstring(xml)
        raise SystemExit(f"{item}: the file is XML")
    except etree.XMLSyntaxError as error:
        print(item, "->", xml[85:140], "|", error)
assert len(etree.fromstring(export(XmlItemExporter, {"type": "Product"}))) == 2
PYTHON_END
echo "SEEN AGAIN: scrapy_xml_export_is_no_xml"
