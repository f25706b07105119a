"""Write the figures of a run for Prometheus: a textfile that node_exporter's collector reads."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from scraper.report.accounts import Report

log = logging.getLogger("scraper")


def write_metrics(path: Path, report: Report) -> None:
    """Put the file in the place of the last one, whole. No run fails for it: what hinders is logged."""
    registry = CollectorRegistry()

    def gauge(name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"scraper_{name}", text, ("job_name", *labels), registry=registry)

    name = report.name
    ended = datetime.fromisoformat(report.started).timestamp() + report.seconds
    gauge("last_run_timestamp_seconds", "When the last run ended.").labels(name).set(ended)
    gauge("last_run_exit_code", "How it ended; 0 is all well.").labels(name).set(report.exit_code)
    gauge("last_run_published", "Whether its records were published.").labels(name).set(report.is_published)
    gauge("last_run_duration_seconds", "How long it took.").labels(name).set(report.seconds)
    gauge("last_run_records", "Records that it found.").labels(name).set(report.records)
    gauge("last_run_alarms", "Expectations that it broke.").labels(name).set(len(report.alarms))
    changed = gauge("last_run_changes", "Records that were new, changed or gone.", "change")
    for change, count in report.changes.items():
        changed.labels(name, change).set(count)
    accounts = report.accounts
    pages = gauge("last_run_pages", "Pages by what became of them.", "state")
    for state, count in (
        ("fetched", accounts.fetched),
        ("failed", accounts.failures),
        ("skipped", sum(accounts.skipped.values())),
        ("unfinished", accounts.unfinished),
    ):
        pages.labels(name, state).set(count)
    cached = gauge("last_run_httpcache_pages", "Pages read from the HTTP cache: unchanged, or not asked for.", "state")
    cached.labels(name, "unchanged").set(report.unchanged)
    cached.labels(name, "unasked").set(report.unasked)
    failed = gauge("last_run_failed_pages", "Pages that failed, by reason.", "reason")
    for reason, count in accounts.failed.items():
        failed.labels(name, str(reason)).set(count)
    lost = gauge("last_run_lost", "What did not come, by kind of page or rule, and why.", "subject", "reason")
    for loss in report.losses:
        lost.labels(name, loss.subject, loss.name).set(loss.count)
    filled = gauge("last_run_field_filled_ratio", "Share of the records in which a field is filled.", "rule", "field")
    for field in report.fields:
        filled.labels(name, field.rule, field.name).set(field.coverage)
    try:
        write_to_textfile(str(path), registry)
    except OSError as error:
        log.error("%s: cannot write the metrics: %s", path, error.strerror or error)  # noqa: TRY400 - no trace
