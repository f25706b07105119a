"""What the world does to a run, row by row, with the tests that hold the program to its answer.

`python -m tests.docs.reliability` writes docs/reference/reliability.md; `test_reliability.py` fails if that is stale.
"""

import ast
import functools
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parents[1]
FILES = {path.name: path.relative_to(HERE).as_posix() for path in HERE.rglob("test_*.py")}
PAGE = HERE.parent / "docs" / "reference" / "reliability.md"
INTRODUCTION = """# Reliability

What servers, pages, people and machines do to a run, what the program does about it, and the tests that fail without
that. Made by `python -m tests.docs.reliability` of [its table](../../tests/docs/reliability.py): do not edit it here.
`tests/support/faultserver.py` is the server that misbehaves; `python -m tests.support.faultserver` starts it and
lists its faults.
"""


class Row(NamedTuple):
    """One thing that happens."""

    happens: str
    answer: str
    tests: str
    """`file: test test …`, a line each; a file without its folder, `test_` and `.py`."""


SERVERS = [
    Row(
        "Refuses, resets, closes before or in the answer, hangs behind its head",
        "Tried again, then failed with the reason; every other page is published",
        """fetcher: what_is_broken_is_a_failure_that_says_why a_refused_connection_is_a_failure
        hostile_servers: each_page_ends_as_it_must every_page_is_accounted_for_and_the_good_ones_are_unharmed
        run: a_page_that_fails_once_is_fetched_again a_failed_page_is_told_and_the_rest_is_published_with_exit_3""",
    ),
    Row(
        "Sends less than its Content-Length, broken chunks, packed bytes without their end, a length that is no number",
        "Failed (truncated, bad response), in every framing and packing; never a page",
        """hostile_servers: each_page_ends_as_it_must
        body: a_compressed_body_that_is_cut_anywhere_is_truncated
        connection: faults_are_the_same_behind_tls""",
    ),
    Row(
        "Gives no length, and the connection ends early",
        "A page, as HTTP has it; marked in the report, and `page_must_match` tells whether it is whole",
        """fetcher: a_body_without_length_is_marked
        hostile_servers: a_page_that_may_be_cut_is_marked
        parser: a_page_that_is_not_what_was_wanted_fails_with_the_reason""",
    ),
    Row(
        "Drips a byte now and then, or reads nothing",
        "Ends at `download_timeout`, which is for all of the exchange: TLS and proxies too",
        """fetcher: a_slow_server_ends_at_the_total_deadline a_server_that_does_not_read_ends_at_the_total_deadline
        connection: a_slow_server_ends_at_the_deadline_behind_tls a_proxy_that_drips_ends_at_the_deadline
        connection: silent_addresses_end_at_the_deadline""",
    ),
    Row(
        "Sends without end, a bomb (on a redirect or an error, too), an encoding inside another or not asked for",
        "Failed (too large, bad response) at `download_maxsize` of decoded bytes; memory stays flat",
        """hostile_memory: bombs_leave_the_memory_of_every_process_flat
        hostile_memory: large_pages_that_come_at_once_are_in_memory_one_by_one
        spool: what_goes_in_comes_out_however_large
        spool: a_large_page_that_no_disk_has_room_for_fails_with_the_cause_and_small_ones_do_not
        connection: a_bomb_leaves_memory_flat
        body: a_bomb_is_not_inflated_beyond_the_limit encodings_that_were_not_asked_for_cannot_be_read
        hostile_servers: each_page_ends_as_it_must""",
    ),
    Row(
        "Sends header lines without end or of a megabyte, a bad status line, lines twice, a Location in UTF-8",
        "A page where it is legal, else failed (bad response)",
        """fetcher: what_is_broken_is_a_failure_that_says_why header_lines_stay_as_they_were_sent
        fetcher: lines_that_are_no_headers_are_ignored the_bytes_of_a_location_are_kept_as_escapes
        cookies: broken_cookies_break_nothing
        fuzz_http: any_answer_is_a_page_or_a_failure any_cookie_is_kept_or_not
        fuzz_http: any_location_leads_to_the_web_or_nowhere""",
    ),
    Row(
        "Redirects a POST, in a circle, thirty times, behind a cookie wall, or to what is no web page",
        "Method and body as RFC 9110 says; at most `redirect_max_times`; http and https only; the wall opens",
        """policy: a_redirected_post_keeps_its_method_and_body_only_where_rfc_9110_says_so redirects_end_at_their_limit
        policy: a_redirect_goes_to_plain_http_urls_only a_location_is_written_as_browsers_ask_for_it
        fetcher: a_redirect_is_a_redirect_whatever_becomes_of_its_body
        hostile_servers: each_page_ends_as_it_must""",
    ),
    Row(
        "Redirects to another scheme, host, port or sub-domain",
        "No header, cookie, password, Referer or body of the config goes there",
        """hostile_redirects: a_secret_stays_on_its_origin
        credentials: no_secret_goes_to_another_scheme_host_or_port
        policy: headers_and_bodies_stay_on_their_origin
        login: the_password_goes_to_no_other_origin_and_never_in_the_clear
        connection: a_proxy_learns_nothing_but_the_host_of_an_https_page""",
    ),
    Row(
        "Sets cookies for com.cn, co.uk, github.io or another's host",
        "Ignored, by the list of public suffixes",
        """cookies: cookies_for_public_suffixes_and_for_others_hosts_are_refused
        cookies: a_cookie_comes_back_to_its_host_and_to_no_other""",
    ),
    Row(
        "Leads to this machine, a private network or a cloud's secrets, in whatever spelling or by a name",
        "Failed (private address) before a byte is sent, unless the config names that very host",
        """addresses: what_means_something_here_only_is_not a_name_is_judged_by_its_address nor_by_its_ipv6_addresses
        addresses: a_host_of_this_machine_is_not_connected_to_however_it_is_spelt
        addresses: of_the_addresses_of_a_name_only_the_public_ones_are_tried robots_txt_leads_to_no_private_host
        addresses: a_redirect_and_a_link_reach_the_private_hosts_that_the_config_names_and_no_others""",
    ),
    Row(
        "Gives a login form that leads to another port or host, allowed or not",
        "Nothing is sent: exit 1. Secrets go to the origins that the config names",
        """login: the_password_goes_to_no_other_origin_and_never_in_the_clear
        login: the_password_goes_to_another_origin_that_the_config_names
        browser: a_login_in_the_browser_stays_on_the_origins_of_the_config""",
    ),
    Row(
        "Repeats a secret in a header's or a cookie's name, Content-Encoding, a chunk's size, a text that is no JSON",
        "Masked before it is cut, in all that is told or stored",
        """planting: no_run_leaves_a_secret_behind_whatever_becomes_of_its_pages""",
    ),
    Row(
        "Asks to wait: Retry-After as seconds, a date, 0, -1, a billion or nonsense; many pages at once",
        "Obeyed, once for the host; too long: failed (asked to wait), and the host is asked nothing more",
        """policy: retry_after_is_obeyed_in_both_forms_and_nonsense_means_the_ordinary_backoff
        policy: a_page_that_asks_to_wait_too_long_fails_and_is_never_asked_earlier
        fuzz_http: any_retry_after_is_a_time_to_wait
        engine: a_host_that_asks_to_slow_down_is_left_in_peace_as_a_whole
        engine: a_host_that_asks_to_wait_too_long_is_asked_nothing_more
        frontier: a_paused_domain_starts_nothing_before_its_time_and_equal_pauses_count_once""",
    ),
    Row(
        "Answers 500, 502, 503, 504, 522, 524, 408, 429, or another 4xx",
        "The first are tried again, ever later; the others are not",
        """policy: a_passing_trouble_is_tried_again_with_exponential_backoff_and_then_given_up
        policy: a_lasting_refusal_is_not_tried_again""",
    ),
    Row(
        "Says 304 unasked or of another version, ignores the question, changes its tags, forbids storing",
        "Asked in full, or failed (http 304); what is published is what a run without the HTTP cache gives",
        """httpcache: a_second_run_of_an_unchanged_site_fetches_no_bodies_and_publishes_the_same
        httpcache: only_the_page_that_has_changed_is_fetched a_server_that_ignores_conditions_is_believed
        httpcache: a_304_that_nobody_asked_for_is_a_failure a_304_about_another_version_is_not_believed
        httpcache: what_must_not_be_stored_is_not a_page_that_may_be_cut_is_not_stored
        httpcache: a_page_that_was_judged_bad_is_not_stored
        httpcache: a_stored_page_that_is_judged_bad_today_is_asked_for_in_full_and_forgotten""",
    ),
    Row(
        "Has a robots.txt: with wildcards, a BOM, half a megabyte, in HTML, refused, broken, redirected, slow",
        "Read as RFC 9309 says, once a host and without secrets; unreachable means failed, loudly",
        """robots: the_longest_match_of_the_own_group_decides rules_beyond_500_kilobytes_are_not_read
        robots: a_refused_robots_txt_allows_everything crawl_delay_is_read
        robots: an_unreachable_robots_txt_denies_everything_and_is_loud the_names_of_a_robots_txt_are_no_rules
        exclusion: wildcards_are_matched_in_time_that_grows_with_the_path
        exclusion: what_is_no_rule_ends_no_group generated_files_are_read_as_google_reads_them
        exclusion: many_names_and_many_rules_cost_no_more_than_they_are_long
        fuzz_http: any_robots_txt_allows_or_denies
        engine: an_unreachable_robots_txt_is_loud a_crawl_delay_is_kept
        engine: a_slow_robots_txt_that_denies_many_pages_ends_the_crawl
        credentials: robots_txt_is_fetched_without_secrets
        hostile_servers: a_robots_txt_is_found_where_it_leads_and_read_as_it_is""",
    ),
    Row(
        "Answers 200 with a captcha, an empty body, an error in JSON; redirects to a site that verifies",
        "Failed (blocked, no records, offsite redirect), tried again later, an alarm; never an empty success",
        """hostile_servers: each_page_ends_as_it_must
        run: a_captcha_is_exit_4_and_the_old_output_stands no_records_are_never_a_success
        policy: the_redirect_to_a_verification_site_is_blocked_and_any_other_site_is_offsite
        policy: a_blocked_page_is_tried_again_later_and_its_host_is_paused""",
    ),
]
PAGES = [
    Row(
        "Names a picture or a PDF: gone, empty, too large, elsewhere, behind a redirect, or named by all records",
        "Fetched once, whole or not at all; what does not come is a null, counted, named, an alarm if it is much",
        """files: each_file_is_fetched_once_and_the_record_holds_what_is_known_of_it
        files: a_file_that_does_not_come_is_null_counted_and_named many_files_that_do_not_come_are_an_alarm
        files: robots_scope_and_size_hold_for_files_each_as_it_should
        files: a_killed_run_leaves_no_half_file_and_its_resume_fetches_the_rest""",
    ),
    Row(
        "Comes from an archive: under headers that are no longer true, cut, as a reference, a bomb, a decoded text",
        "What was captured, or failed by name; never in part, never packed bytes, in bounded memory",
        """archives: headers_that_are_no_longer_true_are_not_believed a_bomb_costs_no_memory
        archives: an_encoded_body_that_is_cut_is_failed_and_never_handed_out_in_part
        archives: a_revisit_whose_page_is_elsewhere_is_failed_by_name_and_not_empty
        archives: cut_damaged_and_foreign_files_say_so
        har: a_text_is_that_text_whatever_header_meta_and_config_say an_answer_without_its_body_is_failed_by_name""",
    ),
    Row(
        "A page of 300,000 links",
        "The first `links_per_page` are followed, and the report says so; a signal and `closespider_timeout` are looked"
        " at meanwhile, and the page is fetched again with `--resume`",
        """limits: of_a_page_so_many_links_are_followed_and_that_there_were_more_is_told
        limits: a_signal_and_the_time_are_looked_at_while_the_links_of_a_page_are_taken_in
        journal: a_page_of_many_links_is_given_up_if_the_crawl_is_over_and_nothing_of_it_is_stored""",
    ),
    Row(
        "Comes as another page: the front page, a login, its own list; is empty; has no value or no link",
        "Counted by its name, with an example: a start page failed, a link skipped; too large a share is exit 4",
        """redirects: details_that_are_redirected_to_the_list_join_nothing
        redirects: a_start_url_that_is_redirected_to_another_one_is_failed
        parser: a_page_that_holds_nothing_of_what_is_looked_for_is_failed
        losses: a_share_may_be_reached_and_not_exceeded
        model: random_sites_are_accounted_for_judged_and_published_as_the_model_says""",
    ),
    Row(
        "Gives less than the days before: a list, a link, half the items, a field; or the same as last week",
        "Exit 4 by name once five good runs are known, ordinary days are not; `history --run` says where it went",
        """second_day: a_site_that_stops_giving_is_an_alarm_by_name_and_yesterdays_output_stands
        second_day: an_ordinary_day_is_no_alarm
        whereabouts: two_commands_lead_from_the_mail_to_the_page_that_lost_the_records""",
    ),
    Row(
        "One field is missing in one item",
        "Null there; no neighbour's value moves up",
        """parser: one_films_missing_score_never_takes_its_neighbours
        fixtures: css_gives_the_records_of_every_board_on_every_parser
        run: a_renamed_class_raises_the_alarm_that_names_the_field""",
    ),
    Row(
        "Shows a well-known challenge or captcha, as 200, 202, 403, 429 or in place of JSON",
        "Failed (blocked) by whose it is, tried again, an alarm; a site that only holds such a form or script is read",
        """challenges: a_challenge_is_blocked_without_any_key_and_tried_again a_challenge_in_place_of_json_is_blocked
        challenges: a_site_that_tells_of_challenges_and_has_captchas_is_read a_challenge_that_passes_costs_nothing""",
    ),
    Row(
        "Fills a field with another kind of value: $ for €, a symbol or a template for names, one text everywhere",
        "An alarm that says how they differ from those of the good runs; yesterday's output stands",
        """same_shape: values_of_another_kind_are_an_alarm_that_says_how_they_differ chance_is_no_alarm
        same_shape: euros_that_become_dollars_are_exit_4_until_they_are_accepted
        second_day: an_ordinary_day_is_no_alarm""",
    ),
    Row(
        "Gives half of the usual records, or another number on one page",
        "An alarm with its figures, an excerpt of a page that shows it, and yesterday's output stands",
        """alarms: half_of_the_usual_records_is_an_alarm_and_the_median_is_told
        alarms: a_class_renamed_overnight_is_exit_4_and_yesterdays_output_stands
        alarms: the_excerpt_shows_a_page_that_broke_it_and_not_just_the_first""",
    ),
    Row(
        "Holds what would like to run in the report page, or be obeyed by a terminal that shows an excerpt",
        "Text and nothing else: escaped, behind a policy that lets no script run; control characters replaced",
        """page: what_comes_of_pages_is_text_and_nothing_else
        page: a_browser_shows_the_whole_page_and_runs_nothing_of_it
        alarms: an_excerpt_holds_nothing_that_a_terminal_obeys""",
    ),
    Row(
        "A pattern would search for ever",
        "Stopped at `regex_timeout`: failed (parse timeout), the run goes on",
        """parser: patterns_that_never_end_stop_at_their_time_limit many_slow_patterns_share_one_limit
        hostile_pages: a_regex_that_searches_for_ever_on_a_renamed_class_fails_that_page_only
        fixtures: the_articles_one_regex_is_stopped_where_it_would_search_for_ever
        policy: a_pattern_that_never_ends_on_where_a_redirect_leads_fails_the_page_only
        parser: many_bases_take_no_time
        transforms: a_sub_that_never_ends_is_stopped""",
    ),
    Row(
        "Declares one encoding and is written in another, or declares none",
        "One stated ladder and the Encoding Standard's tables; what is declared stands, what it cannot say becomes "
        "U+FFFD, and those and guesses are counted; XML is failed (not parsed)",
        """encoding: valid_bytes_lose_no_character what_no_encoding_can_say_is_replaced_and_counted
        encoding: a_declared_encoding_is_never_left a_page_that_says_utf8_stays_utf8_with_what_is_not_counted
        encoding: the_encoding_of_a_page_without_one_is_a_guess xml_that_is_not_valid_in_its_encoding_is_none
        declared: a_declaration_counts_where_it_is_one chromium_finds_the_same_declarations
        labels: an_encoding_says_the_whole_of_its_index chromium_says_the_same_of_every_index
        parser: a_guessed_encoding_is_told_in_the_report
        parser: pages_are_decoded_before_they_are_parsed bytes_that_are_no_text_are_replaced_and_counted
        tree: a_page_is_read_whole_whatever_it_declares""",
    ),
    Row(
        "Holds NUL, lone surrogates, U+2028, control characters",
        "Valid JSON lines in UTF-8; nothing behind them is cut",
        """parser: any_page_gives_valid_json_lines half_a_character_in_json_loses_nothing_of_its_markup
        tree: odd_characters_lose_nothing_behind_them any_text_gives_a_tree
        encoding: lone_surrogates_never_come_out what_only_python_calls_an_encoding_is_none
        parser: what_a_json_line_cannot_say_is_null_and_told what_json_cannot_say_is_no_param_of_a_link""",
    ),
    Row(
        "Is nested without end, has thousands of attributes, megabytes of text, comments or tags that nobody closes",
        "Read whole or failed (too deep, too many attributes); with `parse_in: worker` a process without end is ended",
        """hostile_pages: a_page_of_any_weight_ends_and_leaves_the_others_their_records
        hostile_pages: a_page_that_its_parser_cannot_end_costs_its_worker_and_no_other_page
        tree: what_is_too_deep_is_told_and_never_dropped
        xml: a_billion_laughs_fail_in_little_memory a_gzip_bomb_is_stopped
        tables: spans_without_measure_end
        html5: a_page_as_deep_as_browsers_nest_is_read_whole a_deeper_page_is_told_in_no_time
        attributes: no_parser_is_given_them many_attributes_are_found_in_whatever_form nothing_hides_them
        attributes: what_is_no_tag_has_no_attributes
        tree: brothers_and_their_texts_take_time_that_grows_with_them""",
    ),
    Row(
        "Is anything at all: bytes at random, pages that are nearly right, JSON of any depth",
        "Read, or failed with a reason; a value that cannot be written is null and told. `make fuzz` tries more",
        """fuzz_pages: any_html_is_read_or_has_failed any_json_is_read_or_has_failed
        fuzz_pages: json_of_any_depth_is_read_or_has_failed
        tree: what_soup_gives_up_is_told a_number_without_end_is_no_character
        parser: many_bases_take_no_time items_inside_each_other_end_at_the_time_limit_and_take_little_memory""",
    ),
    Row(
        "In the browser: reads and sets cookies by scripts, redirects modules, logs in by its scripts",
        "As in Chromium: what it sets serves the crawl, a module imports beside where it came from",
        """browser: cookies_and_redirects_are_as_in_the_browser
        browser: a_login_in_the_browser_serves_the_crawl_and_is_made_again""",
    ),
    Row(
        "In the browser: asks by WebRTC, WebTransport, WebSocket, DNS or a connection ahead of need",
        "Nothing leaves: no datagram, no connection but the exchange's, on both of Debian's builds of Chromium",
        """browser_network: nothing_leaves_the_browser_but_through_the_exchange""",
    ),
    Row(
        "Names entities, DTDs, XIncludes, style sheets, frames",
        "Nothing is read or fetched for them",
        """hostile_pages: nothing_is_fetched_or_read_that_a_page_names
        tree: nothing_external_is_resolved entities_inside_each_other_do_not_grow
        xml: nothing_external_is_read""",
    ),
    Row(
        "Holds `=cmd()`, `{0.__class__}`, `${HOME}`, `../../x`, escapes for terminals",
        "Data stays data: never a template, a path, a command, a spreadsheet's formula; no terminal gets it as it is",
        """parser: values_from_pages_are_data_never_templates
        templates: a_value_that_looks_like_a_template_stays_data a_value_in_a_path_leads_nowhere_else
        recordings: a_folder_never_leaves_its_place
        part_file: a_text_is_no_formula_in_csv no_cell_begins_with_a_formula_whatever_separates
        part_file: a_lone_carriage_return_is_in_its_cell
        hostile_pages: what_a_page_holds_is_shown_to_no_terminal_as_it_is""",
    ),
    Row(
        "Links by javascript:, mailto:, fragments, `<base>`, in five spellings, to a calendar without end",
        "Followed as browsers do, each page once, http and https only; `depth_limit` and `closespider_` limits end it",
        """hostile_pages: links_are_followed_as_a_browser_would_and_to_web_pages_only
        casts: only_web_addresses_are_urls a_url_is_joined_to_its_page
        journal: one_page_in_several_spellings_is_one_page
        engine: limits_end_a_crawl_that_would_not
        links: limits_end_an_open_param_and_a_trial_takes_its_first_page""",
    ),
]
CONFIGS = [
    Row(
        "Duplicate keys, tabs, alias bombs, `no` and 12:30 that YAML 1.1 would change",
        "Told with line and column, or read as the text that they are",
        """yamldoc: only_what_yaml_1_2_calls_so_is_a_number_or_a_truth_value an_alias_bomb_ends_at_once
        yamldoc: what_is_wrong_is_told_in_one_line_with_its_place
        yamldoc: every_duplicate_and_tag_is_told_at_once_and_the_rest_is_read
        yamldoc: no_text_raises_anything_but_config_errors
        fuzz_config: any_text_is_a_job_or_its_mistakes a_mutilated_config_is_a_job_or_its_mistakes
        fuzz_config: an_odd_value_for_any_key_is_accepted_or_told""",
    ),
    Row(
        "A typo, a wrong level, a bad selector or regex, a missing group, an unknown variable, a path that leads out",
        "Told once, at its place; exit 78, nothing fetched",
        """load: a_mistake_is_told_once_at_its_place what_follows_from_a_mistake_is_not_told
        load: what_variables_hold_is_never_told no_data_raises_anything_but_config_errors
        run: usage_errors_exit_2_and_configuration_errors_78""",
    ),
    Row(
        "Fifty mistakes at once",
        "All are told, in order",
        "load: fifty_mistakes_are_told_in_fifty_lines_in_order",
    ),
    Row(
        "Line breaks in a header",
        "A mistake in the config; a failed page where it comes from elsewhere",
        """load: a_mistake_is_told_once_at_its_place
        fetcher: a_header_that_cannot_be_sent_is_a_failure_without_its_value""",
    ),
    Row(
        "Secrets in URLs, headers, cookies, logins, proxies, params; a site that repeats them",
        "In no log, report, recording, journal, message or traceback; resume and replay have them again",
        """planting: no_run_leaves_a_secret_behind_whatever_becomes_of_its_pages
        planting: a_killed_run_leaves_no_secret_in_its_journal_and_is_resumed_with_them
        planting: a_recording_is_replayed_with_the_secrets_of_today no_mistake_in_a_config_repeats_a_secret
        planting: the_traceback_of_a_bug_holds_no_secret what_check_tells_holds_no_secret
        planting: no_fault_of_a_server_brings_a_secret_to_light a_login_that_fails_tells_no_secret
        secrets: a_secret_is_found_however_it_is_spelt a_site_cannot_forge_a_reference""",
    ),
]
MACHINES = [
    Row(
        "A run is killed while it records in a WARC",
        "No archive of that name, or the earlier one; `--resume` goes on with it, without the record that was cut",
        """archived_runs: a_killed_recording_leaves_no_archive_and_a_resumed_one_holds_every_page
        warc_recording: half_a_record_of_a_killed_run_is_cut_off_wherever_it_was_cut""",
    ),
    Row(
        "A worker is killed, crashes, exits, or hangs",
        "Its pages are fetched again, one at a time; one that dies alone three times is failed (worker lost)",
        """pool: a_task_that_kills_its_process_is_lost_alone tasks_that_die_together_are_not_lost_alone
        pool: an_overdue_task_ends_with_its_process an_overdue_task_that_holds_the_interpreter_ends_too
        run: a_killed_worker_loses_no_page
        crash: killed_workers_lose_nothing
        hostile_pages: a_page_that_its_parser_cannot_end_costs_its_worker_and_no_other_page
        dask: the_rest_of_a_task_that_holds_the_interpreter_is_to_blame_once_it_is_alone""",
    ),
    Row(
        "A machine of a Dask cluster is lost, or its scheduler, or a worker there is of another version",
        "Its pages are fetched elsewhere; without a scheduler the run ends with 1 and is resumed by any engine; a wrong"
        " worker is refused by name",
        """dask: a_killed_worker_loses_nothing_and_then_a_killed_scheduler_ends_the_run_which_resumes
        dask: a_run_without_a_scheduler_says_so
        dask: a_run_without_workers_ends_and_so_does_an_idle_one_whose_scheduler_is_lost
        dask: workers_with_another_version_are_refused_at_the_start_and_not_used_later
        dask: nothing_is_left_on_the_workers_of_a_run_that_was_killed""",
    ),
    Row(
        "The run is killed at any instant",
        "The workers end; the output is the old one or the new; `--resume` gives the records of an undisturbed run",
        """crash: a_killed_parent_loses_nothing_and_doubles_nothing killed_workers_and_parents_lose_nothing
        crash: a_killed_run_goes_on_with_its_sessions_and_cookies
        crash: a_crash_during_publication_neither_doubles_nor_loses
        crash: a_kill_between_the_renames_of_two_files_is_finished_by_resume
        target: a_crash_between_two_renames_is_finished_by_resume
        target: all_part_files_are_on_the_disk_before_the_first_is_renamed
        pool: the_workers_go_when_their_parent_is_killed
        run: a_killed_run_leaves_no_workers_and_no_lock_and_resumes_to_the_same_bytes""",
    ),
    Row(
        "SIGTERM, SIGINT, SIGINT twice",
        "Drained and resumable, 143 or 130; the second one stops at once",
        """run: a_signal_stops_the_run_in_order_and_it_can_be_resumed a_second_interrupt_stops_at_once
        run: an_interrupt_before_the_run_begins_is_quiet_too
        pool: signals_to_the_whole_group_kill_no_worker""",
    ),
    Row(
        "The disk fills in mid-run, is read-only, or loses a folder",
        "Exit 1 with path and cause, no traceback; the old output stands, nothing is left behind, `--resume` goes on",
        """disk: a_disk_that_is_full_in_mid_run_is_exit_1_and_the_run_is_resumed
        disk: what_is_rejected_and_fits_nowhere_leaves_nothing_behind
        disk: a_read_only_disk_is_exit_1_and_changes_nothing an_output_folder_removed_in_mid_run_is_exit_1
        disk: workers_that_cannot_be_started_for_want_of_disk_are_told_with_the_cause
        run: a_disk_that_cannot_be_written_is_exit_1_with_path_and_cause_and_no_traceback
        run: a_file_size_limit_in_mid_run_leaves_the_old_output
        part_file: a_file_that_cannot_be_written_is_named_with_the_cause
        journal: a_journal_that_cannot_be_opened_or_written_says_which_file""",
    ),
    Row(
        "A byte of the journal is another, in its log too, or it is no database",
        "A page whose row is damaged is fetched again; else the journal is set aside and the run begins anew; both are"
        " told. In mid-run: exit 1 before anything is published",
        """damage: a_damaged_byte_of_the_journal_costs_a_fetch_or_is_told
        damage: a_page_whose_row_is_damaged_is_fetched_again_and_told
        damage: a_journal_that_is_damaged_beyond_its_pages_is_set_aside a_journal_that_is_no_database_is_set_aside
        damage: a_record_that_is_damaged_while_the_run_is_on_is_not_published a_damaged_run_is_not_accepted""",
    ),
    Row(
        "A recording is damaged or changed by hand",
        "Told with file, line and key (exit 2); a page that is another than was recorded is failed (bad response)",
        """recordings: a_broken_recording_says_where_and_what
        recordings: a_page_that_is_not_as_it_was_recorded_is_failed_and_the_others_are_not""",
    ),
    Row(
        "The last good report is damaged or of another form",
        "Set aside and told; nothing is compared with it",
        """baseline: a_damaged_byte_anywhere_is_told_and_nothing_is_compared_with_it
        baseline: a_report_of_another_form_is_set_aside_and_told
        baseline: a_history_whose_rows_are_damaged_is_set_aside_and_told""",
    ),
    Row(
        "A link lies at the name of a part file, or the output is a link",
        "The first is not followed; the second is written where it leads",
        """part_file: a_link_at_the_name_of_a_part_file_is_not_followed
        target: an_output_that_is_a_link_is_written_where_it_leads a_link_that_leads_to_itself_is_told
        target: a_link_at_the_name_of_a_file_of_the_state_is_not_followed""",
    ),
    Row(
        "The history is damaged, of another version, or cannot be written",
        "Set aside and begun anew, loudly; no run is lost for it",
        """history: a_history_that_cannot_be_read_is_set_aside_and_no_run_is_lost
        history: a_history_that_cannot_be_written_costs_no_run""",
    ),
    Row(
        "The HTTP cache is damaged, cut, removed in mid-run, full, or cannot be written",
        "A warning; its pages are fetched as ever, and the records are the same",
        """httpcache: a_damaged_answer_is_asked_for_in_full a_disk_that_is_full_leaves_the_earlier_answer
        httpcache: a_304_whose_stored_answer_is_gone_is_asked_for_in_full
        httpcache: a_folder_that_cannot_be_written_costs_the_cache_and_nothing_else""",
    ),
    Row(
        "A rejected run is accepted: twice, beside another run, after a change of the config, after a crash in between",
        "Published once, whole, as any run; else refused with the reason, and nothing is touched",
        """alarms: accept_publishes_the_rejected_records_and_counts_them_as_good accept_does_not_cross_a_run
        alarms: accept_after_a_crash_between_publishing_and_noting_it_adds_nothing_twice
        alarms: accept_refuses_what_it_cannot_vouch_for accept_keeps_what_others_have_added_since""",
    ),
    Row(
        "The operator's command fails, hangs, leaves its input unread or somebody behind",
        "Told; the exit code stays, and the locks are free while it runs",
        """notify: a_command_that_fails_is_told_and_that_is_all a_command_may_leave_its_input_unread_and_somebody_behind
        notify: the_command_reads_the_report_and_knows_the_exit_code_and_holds_no_lock""",
    ),
    Row(
        "Two runs at once; a lock whose run is dead",
        "The second exits 75 and touches nothing; a dead run holds nothing",
        """run: a_second_run_exits_75_and_touches_nothing
        target: every_file_of_a_run_is_held
        run: a_killed_run_leaves_no_workers_and_no_lock_and_resumes_to_the_same_bytes""",
    ),
    Row(
        "A callback raises, an exception cannot be pickled, a result is huge",
        "One failed page; the Pool lives",
        """pool: a_callback_that_raises_loses_no_other_answer a_task_whose_error_cannot_even_be_described_has_failed
        pool: a_result_that_cannot_travel_fails_its_task_only a_result_of_20_mb_arrives_whole""",
    ),
    Row(
        "The clock jumps; LANG=C, no terminal, a closed stdout, a reader that leaves (`| head`), a bare PATH, no HOME",
        "Works as ever",
        """hostile_servers: a_clock_that_jumps_changes_nothing
        run: a_run_publishes_its_records_in_plan_order a_closed_stdout_or_stderr_harms_nothing
        target: a_reader_of_stdout_may_leave_early""",
    ),
    Row(
        "The state folder is deleted, or an output that more is added to is torn, changed or deleted",
        "What has been written is what lies there: a torn line is cut and told, or nothing is added; no record twice",
        """target: the_keys_are_those_of_the_files_that_lie_there columns_that_have_changed_stop_a_run_before_it_fetches
        part_file: append_keeps_the_old_lines_and_cuts_a_torn_tail nothing_is_added_behind_a_torn_gzip_file
        part_file: nothing_is_added_behind_a_torn_row
        crash: a_run_whose_lines_somebody_added_to_is_over""",
    ),
    Row(
        "A million URLs",
        "Memory as for a thousand",
        """scale: memory_does_not_grow_with_the_number_of_urls
        plan: a_plan_without_end_is_made_lazily""",
    ),
]
SECTIONS = {"Servers": SERVERS, "Pages": PAGES, "Configs": CONFIGS, "Machines": MACHINES}


def named(row):
    """Yield (file, test) of each test of a row."""
    for line in row.tests.splitlines():
        file, _, names = line.strip().partition(": ")
        yield from ((FILES[f"test_{file}.py"], f"test_{name}") for name in names.split())


@functools.cache
def defined_in(file):
    """Return the names of the tests that a file defines."""
    tree = ast.parse((HERE / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def written():
    """Yield the page, line by line."""
    yield INTRODUCTION
    for title, rows in SECTIONS.items():
        yield f"## {title}\n"
        yield "| what happens | what the program does | tests |"
        yield "| --- | --- | --- |"
        for row in rows:
            links = [
                f"[{name.removeprefix('test_').replace('_', ' ')}](../../tests/{file})" for file, name in named(row)
            ]
            yield f"| {row.happens}. | {row.answer}. | {' · '.join(links)} |"
        yield ""


def page():
    """Return the page as it must be."""
    return "\n".join(written()).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
