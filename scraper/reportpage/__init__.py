"""x"""

from scraper.job import Job


def write(job: Job | None) -> str:
    """x"""
    return ""
