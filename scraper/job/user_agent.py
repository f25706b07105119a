"""Say who is asking: the name that servers see and that robots.txt is matched with."""

from __future__ import annotations

from scraper.job import Settings
from scraper.job.version import __version__


def user_agent(settings: Settings) -> str:
    """Return the user agent as set, or this project's name and version with the operator's contact.

    >>> user_agent(Settings(contact="https://example.com/bot")).partition(" ")[2]
    '(+https://example.com/bot)'
    """
    if settings.user_agent is not None:
        return settings.user_agent
    name = f"pool-scraper/{__version__}"
    return f"{name} (+{settings.contact})" if settings.contact else name


def product_token(user_agent: str) -> str:
    """Return the name that robots.txt groups are matched with (RFC 9309 §2.2.1).

    >>> product_token("pool-scraper/1.0 (+mailto:me@example.com)")
    'pool-scraper'
    """
    return user_agent.split("/")[0].split()[0] if user_agent.strip() else "*"
