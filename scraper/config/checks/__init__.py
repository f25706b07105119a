"""What the parts of a job mean beyond their form, so that it fails before anything is fetched.

check        all of them, in order
values       names, paths, URLs, headers, zones, encodings
selections   patterns compile, sources can read what comes before them
where        conditions are about fields that are there
kinds        what leads where, what joins what
templates    the names in templates are given by somebody
files        where files go, and which fields may name them
outputs      the path, its suffix, and what its format takes
tables       the columns of a file can hold what the config makes
books        what is compared with earlier runs has keys and one place
parsers      a parser is there and reads the languages that are asked of it
fetchers     the fetcher is there, a browser with it, and can what is asked of it
pool         an engine has what it needs
extras       the library that any of these needs is installed
"""

__all__ = ["check"]
