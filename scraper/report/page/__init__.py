"""`report.html`: one page for all jobs of an output folder, which needs no network.

write   the jobs of a folder → page.html
views   what is shown of a job's history
charts  where the marks of a chart stand
words   how values are written
"""

__all__ = ["write"]
