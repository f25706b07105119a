"""The parent's side of a crawl: what may be asked, when, and what the answers mean.

plan → journal → scheduler (admission, frontier) → Pool → policy → parser → journal_writer → journal

engine          the loop: pages come out of the journal, go through the Pool, and what they gave goes back
intake          what is made of the answers: pages read, sent again, failed
launch          the engine of a job with its Pool, and what the command line asks of it
plan            start URLs × params, lazily and in order
scheduler       from the plan to where requests may start
admission       who may be asked for what: robots.txt of each origin, hosts to be left alone
robots          what the answer for a robots.txt means, of which origin
exclusion       what a robots.txt says to a robot (RFC 9309)
frontier        which request may go now: a slot a domain, its limit and its delay
neighbours      what the jobs of one command ask of the same hosts, together
arbiter         that question and its answer between processes
throttle        the delay of each host, by how long its answers take
policy          what an answer means: a page, another try, a redirect, a failure
retry           whether there is another try, and when: statuses, backoff, Retry-After, lost workers
endings         how a page ends that gives nothing: failed or skipped
files           files that records name
links           which links of a page are followed, and as what
limits          closespider_*: pages, records, errors, seconds
bodies          the bodies that requests carry
credentials     headers, cookies and auth on their own origins, and a proxy
session         who is logged in, and again where the site has ended that
login           the form to send before the crawl, and whether it did
forms           what a form sends, as a browser fills it in
httpcache       stored answers: which requests they spare
rfc9111         what a cache may store, and use without asking
journal_writer  ended pages on their way into the journal, a batch at a time
resume          the journal to work with: a fresh one, or that of a run that is not over
progress        how far a crawl has come, and the request to stop
preload         what the server that forks workers imports, by its name only
"""

__all__ = ["arbiter", "engine", "launch", "neighbours", "plan", "progress", "resume"]
