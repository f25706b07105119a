"""What was expected of a run, by its own figures and by those of the runs before it."""

import pytest

from scraper.errors import Reason
from scraper.export.tally import Tally
from scraper.job.expect import Bounds, Expect
from scraper.models import State, Stored
from scraper.report.accounts import Alarm, FieldReport
from scraper.report.expectations import Past, find_breaches, sort_out
from tests.report.test_accounts import accounts


def tally(records=10):
    tally = Tally()
    tally.records["hot"] = records
    return tally


def breaches(expect=Expect(), accounts_=None, tally_=None, fields=(), past=Past()):
    return find_breaches(expect, accounts_ or accounts(), tally_ or tally(), fields, past)


def names(*arguments, **options):
    return [breach.name for breach in breaches(*arguments, **options)]


def hot(records, filled=None, name="title"):
    return (FieldReport("hot", name, records, records if filled is None else filled),)


def test_a_run_with_records_and_no_failures_breaks_nothing():
    assert names() == []


def test_no_records_at_all_is_never_well_by_default():
    assert names(tally_=tally(0)) == ["min_records"]


def test_min_records_tells_what_was_dropped():
    lost = tally(0)
    lost.dropped["hot", "title"] = 10
    (alarm,) = breaches(tally_=lost)
    assert alarm.message == "expected at least 1 records, got 0; dropped: 10 for want of hot.title"


@pytest.mark.parametrize(("records", "expected"), [(12, []), (13, ["max_records"])])
def test_max_records_may_be_reached_and_not_exceeded(records, expected):
    found = breaches(Expect(max_records=12), tally_=tally(records))
    assert [breach.name for breach in found] == expected
    assert [breach.message for breach in found] == ["expected at most 12 records, got 13"] * len(expected)


@pytest.mark.parametrize(("failed", "expected"), [(10, []), (11, ["max_error_rate"])])
def test_half_of_the_pages_may_fail_by_default_and_no_more(failed, expected):
    assert names(accounts_=accounts(10, http_500=failed)) == expected


def test_one_blocked_page_breaks_the_run():
    assert names(accounts_=accounts(10, **{Reason.BLOCKED: 1})) == ["blocked"]


@pytest.mark.parametrize(("filled", "expected"), [(9, []), (8, ["field_coverage"])])
def test_field_coverage_is_a_share_that_must_be_reached(filled, expected):
    assert names(Expect(field_coverage={"score": 0.9}), fields=hot(10, filled, "score")) == expected


def test_the_alarm_names_the_field_and_its_figures():
    (alarm,) = breaches(Expect(field_coverage={"score": 0.9}), fields=hot(10, 1, "score"))
    assert alarm.message == "hot.score is filled in 1 of 10 records (10%), expected at least 90%"
    assert alarm.key == ("field_coverage", "hot.score")


def test_a_rule_without_records_has_no_coverage_to_miss():
    assert names(Expect(field_coverage={"score": 1.0}), fields=hot(0, 0, "score")) == []


@pytest.mark.parametrize(("before", "expected"), [(10, ["field_gone"]), (0, [])])
def test_a_field_that_the_last_good_run_had_and_this_one_has_not_is_an_alarm(before, expected):
    past = Past(filled={("hot", "score"): before})
    assert names(fields=hot(10, 0, "score"), past=past) == expected


@pytest.mark.parametrize(
    ("filled", "malformed", "past", "expected"),
    [
        (0, 3, Past(), ["field_unread"]),
        (0, 2, Past(), []),
        (1, 9, Past(), []),
        (0, 9, Past(filled={("hot", "score"): 0}), []),
        (0, 9, Past(filled={("hot", "score"): 7}), ["field_gone"]),
        (0, 9, Past(filled={("hot", "title"): 7}), ["field_unread"]),
    ],
    ids=["none is read", "too few to tell", "one is read", "accepted", "read before", "a new field"],
)
def test_a_new_field_of_which_no_value_is_read_is_an_alarm(filled, malformed, past, expected):
    fields = (FieldReport("hot", "score", 10, filled, malformed, "'x': no number"), FieldReport("hot", "rank", 10, 10))
    assert names(fields=fields, past=past) == expected


@pytest.mark.parametrize(
    ("records", "filled", "past", "expected"),
    [
        (3, (0, 0), Past(), ["rule_unread"]),
        (3, (0, 1), Past(), []),
        (0, (0, 0), Past(), []),
        (3, (0, 0), Past(filled={("hot", "title"): 0, ("hot", "score"): 0}), []),
        (3, (0, 0), Past(filled={("hot", "title"): 3, ("hot", "score"): 0}), ["field_gone"]),
    ],
    ids=["nothing is read", "one value", "no records", "accepted", "read before"],
)
def test_records_without_any_value_are_an_alarm(records, filled, past, expected):
    fields = tuple(
        FieldReport("hot", name, records, count) for name, count in zip(("title", "score"), filled, strict=True)
    )
    assert names(fields=(*fields, FieldReport("other", "title", 3, 3)), past=past) == expected


def test_the_alarm_of_records_without_values_names_the_fields():
    (alarm,) = breaches(fields=(FieldReport("hot", "title", 3, 0), FieldReport("hot", "score", 3, 0)))
    assert alarm.message == "3 records of hot, and none has a value: title, score find nothing"
    assert alarm.key == ("rule_unread", "hot")


# --------------------------------------------------------------------------- records a page


def page(count, url="http://a/1"):
    lines = (tuple([b"{}"] * count),)
    return Stored(1, url, "hot", State.FETCHED, None, None, 0.0, None, lines, ((),), (), (), 0)


@pytest.mark.parametrize(
    ("bounds", "odd", "expected"),
    [
        (Bounds(10, 10), [9, 11], "10"),
        (Bounds(min=10), [9], "at least 10"),
        (Bounds(max=10), [11], "at most 10"),
        (Bounds(1, 10), [0, 11], "at least 1 and at most 10"),
    ],
)
def test_a_page_with_too_few_or_too_many_records_is_told_with_its_url(bounds, odd, expected):
    counted = tally()
    for count in (0, 9, 10, 11):
        if count in odd or bounds.hold(count):
            counted.count_yield(page(count, f"http://a/{count}"), bounds)
    (alarm,) = breaches(tally_=counted)
    total = sum(counted.pages.values())
    ratio = f"{len(odd)} of {total} pages of hot do not give {expected} records"
    assert alarm.message == f"{ratio}, such as http://a/{odd[0]} with {odd[0]}"
    assert alarm.key == ("records_per_page", "hot")


# --------------------------------------------------------------------------- against the runs before


def past(*records):
    return Past(records=tuple({"hot": count} for count in records))


@pytest.mark.parametrize(("records", "expected"), [(50, []), (49, ["compare_to_last"])])
def test_a_rule_must_give_its_share_of_the_median_of_the_last_good_runs(records, expected):
    found = breaches(Expect(compare_to_last=0.5), fields=hot(records), past=past(1, 100, 100, 900, 100))
    assert [breach.name for breach in found] == expected
    for breach in found:
        assert breach.message == (
            "hot gave 49 records, 49% of the 100 that are the median of the last 5 good runs; expected at least 50%"
        )


def test_only_the_last_five_runs_count_and_a_rule_of_its_own_only_where_it_ran():
    expect = Expect(compare_to_last=1.0)
    assert names(expect, fields=hot(10), past=past(10, 10, 10, 10, 10, 99, 99, 99, 99, 99, 99)) == []
    assert names(expect, fields=hot(10), past=Past(records=({"other": 99}, {"hot": 11}))) == ["compare_to_last"]


def test_a_lost_rule_is_seen_though_the_other_gives_most_of_the_records():
    fields = (*hot(0), FieldReport("top", "title", 100, 100))
    last = Past(records=({"hot": 10, "top": 100},))
    (alarm,) = breaches(Expect(compare_to_last=0.5), fields=fields, past=last)
    assert alarm.message.startswith("hot gave 0 records, 0% of the 10 that are those of the last good run")


@pytest.mark.parametrize("last", [Past(), past(0)])
def test_without_a_run_to_compare_with_there_is_no_alarm(last):
    assert names(Expect(compare_to_last=0.5), fields=hot(10), past=last) == []


def test_nothing_is_compared_unless_the_config_says_so():
    assert names(fields=hot(1), past=past(1000)) == []


# --------------------------------------------------------------------------- so many in a row

MISS = Alarm("field_coverage", "…", "hot.score")


def sorted_out(*misses, consecutive=3, breach=MISS, records=10):
    broken = tuple(frozenset(keys) for keys in misses)
    return sort_out((breach,), Expect(consecutive=consecutive), Past(misses=broken), records)


@pytest.mark.parametrize(
    ("before", "is_alarm"),
    [
        ([], False),
        ([[MISS.key]], False),
        ([[MISS.key], [MISS.key]], True),
        ([[], [MISS.key], [MISS.key]], False),
        ([[MISS.key], [], [MISS.key]], False),
        ([[("field_coverage", "hot.title")], [("field_coverage", "hot.title")]], False),
    ],
)
def test_a_miss_is_an_alarm_when_it_is_the_third_in_a_row(before, is_alarm):
    assert sorted_out(*before) == (((MISS,), ()) if is_alarm else ((), (MISS,)))


def test_by_default_every_miss_is_an_alarm():
    assert sorted_out(consecutive=1) == ((MISS,), ())


@pytest.mark.parametrize(("breach", "records"), [(Alarm("blocked", "…"), 10), (Alarm("min_records", "…"), 0)])
def test_a_blocked_run_and_one_without_records_are_never_let_through(breach, records):
    assert sorted_out(breach=breach, records=records) == ((breach,), ())


def test_beside_an_alarm_every_miss_is_one():
    due = Alarm("min_records", "…")
    past = Past(misses=(frozenset({due.key}),))
    assert sort_out((MISS, due), Expect(consecutive=2), past, 10) == ((MISS, due), ())
