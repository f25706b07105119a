"""What may read a field: values of other records, attributes, units, elements that only some rows have."""

BOOKS = [
    ("Emma", "Jane Austen", "a1b2c3d4e5f60718", 12), ("Ulysses", "James Joyce", "9c4e77d01aa2b3f4", 3),
    ("Beowulf", None, "0f1e2d3c4b5a6978", 40), ("Persuasion", "Jane Austen", "77aa01bc29de43f0", 8),
]  # fmt: skip
OTHERS = [
    ("Dubliners", "James Joyce", "c0ffee12ab34cd56", 5), ("Mansfield Park", "Jane Austen", "1b2d3f4a5c6e7f80", 21),
    ("Kalevala", None, "d41d8cd98f00b204", 2), ("Lady Susan", "Jane Austen", "e9800998ecf8427e", 11),
]  # fmt: skip
CONFIG = """
records:
  each: li
  fields:
    title: {css: h3, required: true}
    author: {css: .author}
    code: {css: .code}
    left: {css: .left, regex: '(\\d+) copies', type: int}
"""
OLD = (
    "<li><h3>{title}</h3>{author}<span class='due'>due <time>2026-12-{left:02}</time></span>"
    "<i class='code'>{code}</i><p class='left'>{left} copies in Oslo</p></li>"
)
BARE = "<span>{}</span>"


def page(row, books, author="<span class='author'>{}</span>"):
    rows = (
        row.format(title=title, author=author.format(name) if name else "", code=code, left=left)
        for title, name, code, left in books
    )
    return f"<ul>{''.join(rows)}</ul>"


def mended(mend_pages, row, books=OTHERS, author="<span class='author'>{}</span>"):
    """Return the findings by field, and the selector, attribute and values of each."""
    found = mend_pages(CONFIG, page(OLD, BOOKS), page(row, books, author)).proposal.findings
    new = {one.name.removeprefix("shop."): one for one in found}
    return {
        name: (one.verdict, *((one.selection.sources[0].pattern, one.selection.attr) if one.new else ()))
        for name, one in new.items()
    }


def test_what_only_some_rows_have_is_told_from_what_stands_in_its_place(mend_pages):
    row = OLD.replace(" class='due'", "")
    found = mended(mend_pages, row, BOOKS, BARE)
    assert found == {"author": ("sure", "span:not(:has(> time))", None)}


def test_values_that_were_never_seen_are_found_in_an_attribute_by_what_they_look_like(mend_pages):
    row = OLD.replace(">{code}<", " data-key='{code}'><")
    assert mended(mend_pages, row)["code"][1:] == (".code", "data-key")


def test_words_that_a_regex_asks_for_name_what_has_no_element_of_its_own(mend_pages):
    row = OLD.replace("<p class='left'>", "- ").replace("</p>", "")
    (finding,) = mend_pages(CONFIG, page(OLD, BOOKS), page(row, OTHERS)).proposal.findings
    assert (finding.verdict, finding.after.examples) == ("likely", (5, 21, 2))


def test_what_says_the_same_in_every_row_is_not_what_said_something_else_in_each(mend_pages):
    row = OLD.replace("<i class='code'>{code}</i>", "<i class='note'>0badc0de0badc0de</i>")
    assert mended(mend_pages, row) == {"code": ("gone",)}


def test_rows_that_lack_most_values_count_where_there_were_such_rows(mend_pages):
    adverts = "".join(f"<li><h3>Buy {what}</h3><a><b>soon</b></a></li>" for what in ("tea", "ink"))
    before, now = (
        page(OLD, BOOKS, f"<a{name}>{{}}</a>").replace("</ul>", f"{adverts}</ul>") for name in (" class='author'", "")
    )
    (finding,) = mend_pages(CONFIG, before, now).proposal.findings
    assert finding.selection.sources[0].pattern == "a:not(:has(> b))"
    assert finding.after.filled == 3
