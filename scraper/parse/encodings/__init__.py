"""Bytes ⇄ text, by the Encoding Standard, and character references.

encoding    bytes → text, once, by the Encoding Standard
labels      its encodings by all their labels
declared    what a page declares: BOM, header, meta, `<?xml?>`
scan        its scan for a meta
guess       the encoding of a page that declares none
writers     text → bytes, for queries and forms
references  character references by the place where they stand
"""

__all__ = ["encoding", "labels", "references", "writers"]
