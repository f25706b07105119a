"""The worker's side: ONE HTTP exchange, Request → Page or Failure. It never follows, and nothing of a run lives here.

fetchers        the fetchers that there are, and what each can
transport       what their libraries look like to the rest
fetcher         an exchange by whichever library the job names
adapter         by requests: one adapter a process
connection      urllib3's connections, ended at a deadline
rehearsal       whether libraries still leave to it what it must decide
head_reader     the lines of an answer's head, off a socket
curl            by libcurl: an easy handle for each
curl_loop       many of these side by side in one thread
curl_incoming   the answer of one, as it comes in
curl_causes     what an error of libcurl means
browser         pages built by a headless Chromium of what the fetcher gets
browser_visit   one page in it
browser_parts   what it asks for
browser_jar     its cookies: the run's go in, its own come out
browser_actions  what is done on it before it is read
chromium        where a Chromium is
request_head    what is asked: URL and header lines, checked
head            what an answer's head says: strict about the body's end
body            the body: bounded, complete, decompressed
kept_files      bodies that are files of their own, each under its name when it is whole
spool           bodies that come in piece by piece
causes          what an exception of the network or of a library means
addresses       which addresses are of the whole internet
redirects       where a redirect leads, and what is asked there
cookies         a store of the parent's, or of a page in the browser
set_cookie      one Set-Cookie line → a cookie
cookie_date     the date from which a cookie is no more
recorders       what --record writes
recordings      exchanges saved in a folder, and answered from it
recorded        what a folder of these says of its exchange
warc_recording  exchanges saved in a WARC
archives        what --replay names: WARC, WACZ, HAR, ready for workers
archive_fetcher  exchanges answered from these
archive_index   what lies where in these
warc            the records of a WARC, by FastWARC
http_block      the HTTP message in one
har             the entries of a HAR
mhtml           the page in an MHTML, as browsers save one
cache_entries   stored answers of the HTTP cache, a file each
cached_answers  what a worker makes of them
"""

__all__ = [
    "adapter", "archive_fetcher", "archives", "browser", "cache_entries", "cached_answers", "chromium", "cookies",
    "fetcher", "fetchers", "kept_files", "mhtml", "recorders", "recordings", "redirects", "set_cookie",
    "transport",
]  # fmt: skip
