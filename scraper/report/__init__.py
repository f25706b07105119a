"""What is said of a run: accounts, alarms, history, and where they are left.

accounts        what became of every URL, and the exit code
expectations    the run held against what was expected of it
losses          what was asked for and did not come, by name
shapes          what the values of a field are like
same_shape      these held against those of the good runs before
comparison      the run held against the good runs before it, by kind of page and rule
open_rows       how long the rows of open params were
after_run       the end of a run: judged, and its report left wherever it is looked for
baseline        the last good report, and what a run is compared with
history         the figures of a job's runs
history_schema  its tables
snapshots       which pages are kept to be shown
kept_pages      which are kept whole, for `mend`
proposed        the mend that was found at an alarm
excerpts        what is shown of them beside an alarm
whereabouts     where that of a run went which the last good one had
summary         all this in lines
jobs_table      how several jobs went, a line each
metrics         for Prometheus
notify          on_failure
page            report.html
"""

__all__ = [
    "accounts",
    "after_run",
    "expectations",
    "history",
    "jobs_table",
    "kept_pages",
    "losses",
    "metrics",
    "open_rows",
    "page",
    "proposed",
    "shapes",
    "snapshots",
    "summary",
    "whereabouts",
]
