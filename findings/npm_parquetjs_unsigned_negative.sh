#!/usr/bin/env bash
# The npm Parquet reader @dsnp/parquetjs shows large unsigned numbers as negative ones.
#
# Expected: UINT_32 4294967295 reads as 4294967295, UINT_64 18446744073709551615 as that.
# Seen:     -1 and -1n; 3000000000 (a size in bytes, a crc32) reads -1294967296. Decimals
#           come as numbers or as raw Buffers by the width the writer chose: the same price
#           is 19.99 from the polars file and 4 bytes from the pyarrow file.
#           hyparquet reads all of them right.
# Package:  npm @dsnp/parquetjs 1.8.8 and hyparquet 1.33.0, on files of pyarrow 25.0.1 and
#           polars 2.1.0.
# Right:    Parquet LogicalTypes, Unsigned integers: the annotation says how the stored
#           bits are to be read; DECIMAL may be stored in int32, int64, fixed or binary.
# Why:      checksums, hashes and sizes over 2 GiB turn negative in a dashboard made in
#           Node, while every Python tool shows them right.
set -euo pipefail
PY="${PYTHON:-python3}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"$PY" -m venv "$work/venv"
"$work/venv/bin/pip" install -q "pyarrow==25.0.1" "polars==2.1.0"
cd "$work"
npm install --silent --no-audit --no-fund --prefix "$work" "@dsnp/parquetjs@1.8.8" "hyparquet@1.33.0"
"$work/venv/bin/python" - <<"PYEOF"
from decimal import Decimal
import polars as pl, pyarrow as pa, pyarrow.parquet as pq
t = pa.table({"crc32": pa.array([4294967295, 7], pa.uint32()), "size": pa.array([3000000000, 7], pa.uint32()), "hash": pa.array([2**64 - 1, 7], pa.uint64()), "price": pa.array([Decimal("19.99"), Decimal("0.10")], pa.decimal128(9, 2))})
pq.write_table(t, "pyarrow.parquet", compression="none")
pl.from_arrow(t).write_parquet("polars.parquet", compression="uncompressed")
print("pyarrow", pa.__version__, "| polars", pl.__version__, pq.read_table("polars.parquet").slice(0, 1).to_pylist())
PYEOF
cat > x.mjs <<"JSEOF"
import assert from "node:assert";
import fs from "node:fs";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import parquetjs from "@dsnp/parquetjs";
for (const p of ["hyparquet", "@dsnp/parquetjs"]) console.log("npm", p, JSON.parse(fs.readFileSync(`node_modules/${p}/package.json`)).version);
const show = r => Object.entries(r).map(([k, v]) => `${k}=${Buffer.isBuffer(v) ? "Buffer<" + v.toString("hex") + ">" : typeof v === "bigint" ? v + "n" : v}`).join(" ");
const d = {}, h = {};
for (const f of ["pyarrow", "polars"]) {
  h[f] = (await parquetReadObjects({ file: await asyncBufferFromFile(f + ".parquet") }))[0];
  const reader = await parquetjs.ParquetReader.openFile(f + ".parquet");
  d[f] = await reader.getCursor().next();
  await reader.close();
  console.log(f.padEnd(7), "hyparquet      ", show(h[f]));
  console.log(f.padEnd(7), "@dsnp/parquetjs", show(d[f]));
  assert.deepEqual([Number(h[f].crc32), Number(h[f].size), h[f].hash, h[f].price], [4294967295, 3000000000, 18446744073709551615n, 19.99]);
  assert.deepEqual([d[f].crc32, d[f].size, d[f].hash], [-1, -1294967296, -1n]);
}
assert.ok(Buffer.isBuffer(d.pyarrow.price) && d.polars.price === 19.99);
console.log("SEEN: unsigned columns are read as signed");
JSEOF
node x.mjs
