"""Each encoding says what the Encoding Standard's index says, all of it; a headless Chromium is asked too."""

import hashlib
import itertools
import random

import pytest

from scraper.parse.encodings.encoding import text_in
from scraper.parse.encodings.labels import LABELS, encoding_of
from tests.conftest import NO_CHROMIUM
from tests.support.oracle import oracle

ONE = [bytes([byte]) for byte in range(256)]
TWO = [bytes(pair) for pair in itertools.product(range(256), repeat=2)]
PLAIN = ["gbk", "gb18030", "big5", "euc-jp", "shift_jis", "euc-kr"]
SINGLE = sorted(set(LABELS.values()) - {*PLAIN, "iso-2022-jp", "utf-8", "utf-16be", "utf-16le", "replacement"})
ESCAPES = [b"\x1b$B", b"\x1b(I"]
FOUR = [
    bytes(four)
    for four in itertools.product(range(0x81, 0x85), range(0x30, 0x3A), range(0x81, 0xFF), range(0x30, 0x3A))
]
FOUR += [
    bytes(four)
    for four in itertools.product(
        range(0x90, 0xE4, 3), range(0x30, 0x3A, 3), range(0x81, 0xFF, 25), range(0x30, 0x3A, 3)
    )
]
PIECES = {
    **dict.fromkeys(SINGLE, (ONE,)),
    **dict.fromkeys(PLAIN, (TWO,)),
    **dict.fromkeys(("utf-8", "utf-16be", "utf-16le"), (TWO,)),
    "gb18030": [TWO, FOUR],
    "gbk": [TWO, FOUR],
    "euc-jp": [TWO, [b"\x8f" + pair for pair in TWO]],
    "iso-2022-jp": [TWO, *([escape + pair for pair in TWO] for escape in ESCAPES)],
}
"""Of each encoding all that its index has, and what it has not: pieces of one length that are decoded one by one."""

OF_CHROMIUM = {
    "big5": {b"\x88\x62", b"\x88\x64", b"\x88\xa3", b"\x88\xa5"},
    "iso-2022-jp": {escape + cut for escape in ESCAPES for cut in (b"\x1b$", b"\x1b(")},
}
"""What Chromium 156 reads otherwise than the standard: the four pointers of Big5 that mean two characters, and an
escape that ends with the page."""


def test_the_standard_has_228_labels_of_40_encodings():
    assert (len(LABELS), len(set(LABELS.values()))) == (228, 40)
    assert all(encoding_of(encoding) == encoding for encoding in LABELS.values())


@pytest.mark.parametrize(
    ("label", "encoding"),
    [
        ("iso-8859-8-i", "iso-8859-8-i"), ("windows-949", "euc-kr"), ("x-euc-jp", "euc-jp"), ("x-gbk", "gbk"),
        ("koi8-ru", "koi8-u"), ("x-cp1251", "windows-1251"), ("gb2312", "gbk"), ("Latin1", "windows-1252"),
        ("unicode", "utf-16le"), ("visual", "iso-8859-8"), ("x-x-big5", "big5"), ("iso-2022-cn-ext", "replacement"),
        ("utf-7", None), ("cesu-8", None), ("utf-32", None), ("utf8mb4", None), ("", None), ("windows_1252", None),
    ],
)  # fmt: skip
def test_a_label_means_what_browsers_take_it_for(label, encoding):
    assert encoding_of(label) == encoding


DIGESTS = {
    "big5": "ec621ceb1094a9b1", "euc-jp": "fbf4f5c3a2b80e37", "euc-kr": "27488a4d4668752a",
    "gb18030": "5e965f7595bfd4a1", "gbk": "5e965f7595bfd4a1", "ibm866": "e4d6ff5ca5ada13a",
    "iso-2022-jp": "659969ebf802389e", "iso-8859-10": "4f9e6ea68a80234a", "iso-8859-13": "e0dc2e83c4600e7f",
    "iso-8859-14": "cc0467a122c68308", "iso-8859-15": "02da73e6cb687359", "iso-8859-16": "1695e6848a2fa540",
    "iso-8859-2": "f06000761c8bcf26", "iso-8859-3": "202a1b363622d2ae", "iso-8859-4": "f7076eceae60e496",
    "iso-8859-5": "93b826201406f5c1", "iso-8859-6": "7bd8ab9b93da30d5", "iso-8859-7": "6990b4f2c0f41585",
    "iso-8859-8": "3fece254a648dccd", "iso-8859-8-i": "3fece254a648dccd", "koi8-r": "4864274e118185ef",
    "koi8-u": "0fdfdda8e9261a58", "macintosh": "07da6af6067c9558", "shift_jis": "14721cbbc643d1d8",
    "utf-16be": "f855a45c9a7be3e7", "utf-16le": "27fa745c55b8dbe8", "utf-8": "394b70e59f19227c",
    "windows-1250": "01dd09bae2d209f4", "windows-1251": "64bc96a197c74f59", "windows-1252": "d486335e5257b059",
    "windows-1253": "9e4c70ccbbd0778f", "windows-1254": "390edd6fb0372487", "windows-1255": "eb0725777360879e",
    "windows-1256": "5526d72d1fce45fa", "windows-1257": "6df262bb978fac4d", "windows-1258": "4744ca2fc1f4eb72",
    "windows-874": "17408160a539642a", "x-mac-cyrillic": "ce302a812a98d7f3", "x-user-defined": "eeb486ac8bd5c248",
}  # fmt: skip
"""Of the texts of all pieces, as they were on the day on which Chromium and the standard said the same."""


@pytest.mark.parametrize("encoding", sorted(PIECES))
def test_an_encoding_says_the_whole_of_its_index(encoding):
    assert digest(encoding) == DIGESTS[encoding]


def digest(encoding):
    """Return the digest of the texts of all pieces of an encoding."""
    texts = (text_in(encoding, piece) for pieces in PIECES[encoding] for piece in pieces)
    return hashlib.sha256("\n".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


@pytest.mark.live
@pytest.mark.slow
@pytest.mark.skipif(NO_CHROMIUM, reason="no Chromium here")
def test_chromium_says_the_same_of_every_index():
    wrong = {}
    with oracle() as chromium:
        for encoding, every in PIECES.items():
            for pieces in every:
                got = chromium.decoded(encoding, pieces)
                differ = {piece for piece, text in zip(pieces, got, strict=True) if text_in(encoding, piece) != text}
                wrong[encoding] = wrong.get(encoding, set()) | differ
    assert {encoding: pieces for encoding, pieces in wrong.items() if pieces} == OF_CHROMIUM


@pytest.mark.live
@pytest.mark.slow
@pytest.mark.skipif(NO_CHROMIUM, reason="no Chromium here")
def test_chromium_counts_the_same_wrong_bytes():
    seed = random.Random(7)
    odd = b"\x1b\x24\x28\x42\x49\x30\x39\x81\x84\xff\x80\xa0\x8e\xa1\xdf\x41\x20\xfe\xe3\xf0\x9f\xed\xc2\xd8\xdc"
    pieces = [bytes(seed.choices(odd, k=9)) for _ in range(20_000)]
    with oracle() as chromium:
        for encoding in (*PLAIN, "utf-8", "utf-16le", "utf-16be", "x-user-defined"):
            mine = [text_in(encoding, piece) for piece in pieces]
            assert chromium.decoded(encoding, pieces) == mine, encoding
