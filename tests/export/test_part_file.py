"""The part file and what an analyst finds at the end of the path."""

import csv
import errno
import gzip
import io
import json
import os
from pathlib import Path

import pytest

from scraper.errors import OutputError
from scraper.export.columns import Column, Layout, Table
from scraper.export.formats import CSV, FORMATS, GZIPPED_LINES, LINES
from scraper.export.keys import Keys
from scraper.export.part_file import behind_link, open_part, part_path, print_out, replace

A = (Column("a", "int"), Column("b", "str"))


def write(path, *lines, form=LINES, columns=A, before=None, size=None):
    """Write a part file and return it, finished."""
    with open_part(path, form, Layout(columns, (Table("x", columns),) * form.has_tables), before, size) as part:
        part.write("x", lines)
        part.finish()
    return part


def test_a_reader_sees_the_old_file_or_the_new_one(tmp_path):
    target = tmp_path / "out.jsonl"
    target.write_bytes(b"old\n")
    part = part_path(target)
    write(part, b"1\n", b"2\n")
    assert target.read_bytes() == b"old\n"
    assert list(tmp_path.glob("*.jsonl")) == [target]
    replace(part, target)
    assert target.read_bytes() == b"1\n2\n"
    assert os.listdir(tmp_path) == ["out.jsonl"]  # noqa: PTH208


@pytest.mark.parametrize(
    ("old", "kept", "torn"),
    [
        (b'{"a":1}\n{"a":2}\n', b'{"a":1}\n{"a":2}\n', 0),
        (b'{"a":1}\n{"a":', b'{"a":1}\n', 5),
        (b'{"a":1}\n{"a":2}', b'{"a":1}\n{"a":2}\n', 0),
        (b"", b"", 0),
        (b"{", b"", 1),
    ],
)
def test_append_keeps_the_old_lines_and_cuts_a_torn_tail(tmp_path, old, kept, torn):
    target = tmp_path / "out.jsonl"
    target.write_bytes(old)
    part = write(part_path(target), b"new\n", before=target)
    assert (part.kept, part.torn, part.size) == (len(kept), torn, len(kept) + 4)
    assert part_path(target).read_bytes() == kept + b"new\n"


def test_append_to_nothing_is_a_new_file(tmp_path):
    target = tmp_path / "out.jsonl"
    assert write(part_path(target), b"new\n", before=target).kept == 0
    assert part_path(target).read_bytes() == b"new\n"


def test_only_the_first_bytes_are_kept_if_the_rest_is_written_anew(tmp_path):
    target = tmp_path / "out.jsonl"
    target.write_bytes(b'{"a":1}\n{"mine":1}\n')
    part = write(part_path(target), b'{"mine":2}\n', before=target, size=8)
    assert part_path(target).read_bytes() == b'{"a":1}\n{"mine":2}\n'
    assert (part.kept, part.torn) == (8, 0)


def test_lines_longer_than_a_block_are_appended_whole(tmp_path):
    target = tmp_path / "out.jsonl"
    old = b"x" * 3_000_000 + b"\n" + b"y" * 10 + b"\n"
    target.write_bytes(old)
    write(part_path(target), before=target)
    assert part_path(target).read_bytes() == old


def test_a_file_that_cannot_be_written_is_named_with_the_cause(tmp_path, monkeypatch):
    with pytest.raises(OutputError, match=r"missing.*No such file"):
        write(tmp_path / "missing" / "x.part")
    with pytest.raises(OutputError, match=r"/dev/full.*File exists"):
        write(Path("/dev/full"))
    monkeypatch.setattr("scraper.export.part_file._create", lambda _: Path("/dev/full").open("wb", 1 << 20))  # noqa: SIM115
    for form in [form for form in FORMATS.values() if not form.has_tables]:
        with pytest.raises(OutputError, match=r"x\.part.*No space left"):
            write(tmp_path / "x.part", *[b'{"a":1,"b":"%s"}\n' % os.urandom(50_000).hex().encode()] * 50, form=form)


# --------------------------------------------------------------------------- gzip


def test_gzip_holds_neither_name_nor_time(tmp_path):
    names = [tmp_path / "one.jsonl.gz", tmp_path / "two.jsonl.gz"]
    for path in names:
        write(path, b'{"a":1}\n', form=GZIPPED_LINES)
    assert names[0].read_bytes() == names[1].read_bytes()
    assert names[0].read_bytes()[:8] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00"
    assert gzip.decompress(names[0].read_bytes()) == b'{"a":1}\n'


def test_gzip_without_records_is_a_whole_file(tmp_path):
    write(tmp_path / "x.gz", form=GZIPPED_LINES)
    data = (tmp_path / "x.gz").read_bytes()
    assert (data[:2], gzip.decompress(data)) == (b"\x1f\x8b", b"")


def test_a_member_is_added_to_a_gzip_file_and_none_for_no_records(tmp_path):
    old, new = tmp_path / "old.gz", tmp_path / "new.gz"
    write(old, b"1\n", form=GZIPPED_LINES)
    write(new, b"2\n", form=GZIPPED_LINES, before=old)
    assert new.read_bytes().startswith(old.read_bytes())
    assert gzip.decompress(new.read_bytes()) == b"1\n2\n"
    write(new, form=GZIPPED_LINES, before=old)
    assert new.read_bytes() == old.read_bytes()


@pytest.mark.parametrize("damage", [lambda data: data[:-3], lambda data: b"no gzip", lambda _: gzip.compress(b'{"a":')])
def test_nothing_is_added_behind_a_torn_gzip_file(tmp_path, damage):
    old = tmp_path / "old.gz"
    write(old, b'{"a":1}\n', form=GZIPPED_LINES)
    old.write_bytes(damage(old.read_bytes()))
    with pytest.raises(OutputError, match=r"old\.gz.*mend it"):
        write(tmp_path / "new.gz", b"2\n", form=GZIPPED_LINES, before=old)


# --------------------------------------------------------------------------- CSV


def test_csv_is_that_of_rfc_4180(tmp_path):
    line = '{"a":null,"b":"say \\"x\\", 茶\\nor y"}\n'.encode()
    write(tmp_path / "x.csv", b'{"a":1,"b":"plain"}\n', line, form=CSV)
    assert (tmp_path / "x.csv").read_bytes() == 'a,b\r\n1,plain\r\n,"say ""x"", 茶\nor y"\r\n'.encode()


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_a_text_is_no_formula_in_csv(tmp_path, first):
    import csv

    import orjson

    write(tmp_path / "x.csv", orjson.dumps({"a": -1, "b": f"{first}cmd|' /C calc'!A0"}) + b"\n", form=CSV)
    with (tmp_path / "x.csv").open(newline="", encoding="utf-8") as file:
        assert list(csv.reader(file))[1] == ["-1", f"'{first}cmd|' /C calc'!A0"]


def test_lists_and_objects_are_json_in_csv_and_what_is_not_there_is_empty(tmp_path):
    write(tmp_path / "x.csv", b'{"a":["x",1],"c":9}\n', b'{"b":{"k":null},"a":true}\n', form=CSV)
    assert (tmp_path / "x.csv").read_text() == 'a,b\n"[""x"",1]",\ntrue,"{""k"":null}"\n'


def test_a_csv_file_has_one_header(tmp_path):
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    write(old, form=CSV)
    write(new, b'{"a":1,"b":"x"}\n', form=CSV, before=old)
    assert new.read_bytes() == b"a,b\r\n1,x\r\n"


@pytest.mark.parametrize("torn", [b"a,b\r\n1,x\r\n2", b'a,b\r\n1,"x\r\n'])
def test_nothing_is_added_behind_a_torn_row(tmp_path, torn):
    (tmp_path / "old.csv").write_bytes(torn)
    with pytest.raises(OutputError, match=r"old\.csv.*torn"):
        write(tmp_path / "new.csv", form=CSV, before=tmp_path / "old.csv")


# --------------------------------------------------------------------------- what is there already


@pytest.mark.parametrize("form", [LINES, GZIPPED_LINES, CSV])
def test_the_keys_of_a_file_are_read_as_they_were_written(tmp_path, form):
    path = tmp_path / "x"
    lines = [b'{"a":-5,"b":"=1,\\n2"}\n', b'{"a":null,"b":"x"}\n']
    write(path, *lines, form=form)
    kept = path.stat().st_size
    with path.open("ab") as file:
        file.write(gzip.compress(b'{"a":9,"b":"later"}\n') if form == GZIPPED_LINES else b'{"a":9,"b":"later"}\n')
    assert list(form.appending.keys(path, kept, Table("x", A, ("b", "a")))) == [("'=1,\n2", "-5"), ("x", "")]
    assert list(form.appending.keys(path, kept, Table("x", A, ("b", "c")))) == []


def test_the_keys_of_a_large_file_take_no_memory(tmp_path):
    import tracemalloc

    path = tmp_path / "x.jsonl"
    with path.open("w") as file:
        file.writelines(f'{{"a":{number},"b":"{"x" * 500}"}}\n' for number in range(20_000))
    with Keys() as keys:
        tracemalloc.start()
        keys.learn("/".join(key).encode() for key in LINES.appending.keys(path, None, Table("x", A, ("a",))))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert keys.knows(b"19999")
    assert peak < path.stat().st_size / 2


def test_what_goes_to_stdout_is_deleted_and_a_reader_may_leave(tmp_path, capfd):
    write(tmp_path / "part", b"1\n")
    print_out(tmp_path / "part")
    assert capfd.readouterr().out == "1\n"
    assert not (tmp_path / "part").exists()


def test_a_name_that_no_file_may_have_is_told(tmp_path):
    with pytest.raises(OutputError, match="File name too long"):
        behind_link(tmp_path / ("x" * 300))


def test_a_link_at_the_name_of_a_part_file_is_not_followed(tmp_path, monkeypatch):
    others, target = tmp_path / "others", tmp_path / "out.jsonl"
    others.write_bytes(b"not mine")
    part_path(target).symlink_to(others)
    write(part_path(target), b"1\n")
    replace(part_path(target), target)
    assert (target.read_bytes(), others.read_bytes()) == (b"1\n", b"not mine")
    write(tmp_path / "elsewhere.part", b"2\n")
    part_path(target).symlink_to(others)
    with monkeypatch.context() as patch:
        real = Path.replace
        patch.setattr(Path, "replace", lambda path, to: across(path, to, real))
        replace(tmp_path / "elsewhere.part", target)
    assert (target.read_bytes(), others.read_bytes()) == (b"2\n", b"not mine")


def across(path, target, replace):
    """Rename as if one folder were on another file system."""
    if path.name == "elsewhere.part":
        raise OSError(errno.EXDEV, "cross-device link")
    return replace(path, target)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("sign", [*"=+-@", "＝", "＠"])
def test_no_cell_begins_with_a_formula_whatever_separates(tmp_path, separator, sign):
    values = [f"{before}{sign}1+1{after}" for before in INNER for after in ("", ";x", '"')]
    rows = [json.dumps({"a": 1, "b": value}).encode() + b"\n" for value in values]
    rows += [json.dumps({"a": 1, "b": [value]}).encode() + b"\n" for value in values]
    write(tmp_path / "out.csv", *rows, form=CSV)
    text = (tmp_path / "out.csv").read_bytes().decode()
    cells = [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) for cell in row]
    assert not [cell for cell in cells if cell.startswith(sign)]
    if separator == ",":
        assert len(list(csv.reader(io.StringIO(text, newline="")))) == 1 + 2 * len(values)


INNER = ("", "a;", 'a;"', "a;''", "a\t", "a|", "a\n", "a\r", "a\r\n", 'a;""')


def test_a_lone_carriage_return_is_in_its_cell(tmp_path):
    write(tmp_path / "out.csv", b'{"a":1,"b":"x\\ry"}\n', form=CSV)
    assert (tmp_path / "out.csv").read_bytes() == b'a,b\r\n1,"x\ry"\r\n'
