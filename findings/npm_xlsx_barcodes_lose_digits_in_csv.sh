#!/usr/bin/env bash
# npm xlsx 0.18.5 (SheetJS): sheet_to_csv() writes the barcode 4006381333931 as 4.00638E+12, and 0.123456789012 as 0.123456789.
#
# Surprise:  numbers are written as a narrow cell would show them, with six digits from 12 on, though the sheet was made from
#            numbers a line before and has no width and no format. sheet_to_json() gives all digits by default.
# Expected:  the value: RFC 4180 has a text for each field, and nothing in a CSV file is narrow. The same package's own
#            sheet_to_json() and exceljs 4.4.0 (csv.writeBuffer) write 4006381333931.
# Seen:      two barcodes become one text; rawNumbers: true is the way round. No error.
# Package:   npm xlsx 0.18.5 (the newest on npm), exceljs 4.4.0.
# Why it matters: EAN-13 and ISBN-13 have 13 digits, phone numbers and ids have 12 and more: they cannot be had back from the file.
set -euo pipefail
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
cd "$T"
npm install --silent --no-audit --no-fund --prefix "$T" "xlsx@0.18.5" "exceljs@4.4.0"
cat > x.cjs <<'JSEOF'
const assert = require("assert"), XLSX = require("xlsx"), ExcelJS = require("exceljs");
for (const p of ["xlsx", "exceljs"]) console.log("npm", p, JSON.parse(require("fs").readFileSync(`node_modules/${p}/package.json`)).version);
const rows = [["ean"], [4006381333931], [4006381333948], [49891234567], [0.123456789012]];
const sheet = XLSX.utils.aoa_to_sheet(rows);
const csv = XLSX.utils.sheet_to_csv(sheet).trim().split("\n"), raw = XLSX.utils.sheet_to_csv(sheet, { rawNumbers: true }).trim().split("\n");
const json = XLSX.utils.sheet_to_json(sheet).map(row => row.ean);
rows.forEach((row, i) => console.log(String(row[0]).padEnd(16), "sheet_to_csv", csv[i].padEnd(14), "rawNumbers", raw[i]));
assert.deepStrictEqual(csv, ["ean", "4.00638E+12", "4.00638E+12", "49891234567", "0.123456789"]);
assert.deepStrictEqual(raw, rows.map(row => String(row[0])));
assert.deepStrictEqual(json, rows.slice(1).map(row => row[0]));
(async () => {
  const book = new ExcelJS.Workbook(), other = book.addWorksheet("s");
  rows.forEach(row => other.addRow(row));
  const text = (await book.csv.writeBuffer()).toString().trim().split("\n");
  console.log("exceljs", text);
  assert.deepStrictEqual(text, rows.map(row => String(row[0])));
  console.log("SEEN AGAIN: npm_xlsx_barcodes_lose_digits_in_csv");
})();
JSEOF
node x.cjs
