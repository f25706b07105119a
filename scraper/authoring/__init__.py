"""What helps a person to write a config: `--preview` shows what a config reads of one page, `--init` drafts one.

    sources   a URL or a saved file ─> Page
    reading   Page + Kind ─> what every selector found      nearest   what a selector that found nothing may mean
    show      the same as tables                            explain   (beside this package) a whole config in words

    groups    a page's tree ─> the items that repeat        slots     items ─> the places where values stand
    guess     places ─> fields with names and types         draft     fields ─> YAML with comments

Ordinary runs import nothing of it.
"""
