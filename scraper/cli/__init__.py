"""The command line: what a person or cron types, and what they see.

main         argv → a verb → the exit code
console      what goes to stderr: lines, log records, the traceback of a bug, all without secrets
terminal     the progress bar, the summary on a terminal, the last runs
"""

__all__ = ["main"]
