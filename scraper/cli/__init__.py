"""The command line: what a person or cron types, and what they see.

main         argv → a run or a verb → the exit code
program      the run's command with the verbs below it: the first word says which is meant
run          `scraper CONFIG`
jobs         `scraper CONFIG CONFIG`: a process for each, which share what they ask of a host
looks        what each of several configs is, before the first is run
outcomes     an error → its line and the exit code
verbs        `scraper check CONFIG` and the like, a function each
options      what several of them take
signals      SIGINT and SIGTERM while a run goes on
console      what goes to stderr: lines, log records, the traceback of a bug, all without secrets
terminal     the progress bar, the summary on a terminal, lines for stdout
"""

VERBS = ("init", "preview", "check", "mend", "accept", "history", "report", "schema")
"""In the order of a config's life. None of them crawls; a config of such a name is reached as `./check`."""

__all__ = ["VERBS", "main"]
