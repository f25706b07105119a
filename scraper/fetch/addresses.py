"""Tell the addresses of the whole internet from those of this place: loopback, private networks, clouds' own.

A page must not lead the program to what only the program can reach (server-side request forgery). Spellings and names
are no matter (`2130706433`, `0x7f.1`, a name that resolves to 127.0.0.1): judged is the address that is connected to.
"""

from __future__ import annotations

import ipaddress

from scraper.errors import Reason
from scraper.fetch.body import Unusable

PRIVATE_4 = tuple(map(ipaddress.IPv4Network, """
0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4
""".split()))  # fmt: skip
"""What IANA's registry of special IPv4 addresses (RFC 6890) calls not globally reachable, with multicast (RFC 5771).

Python's own lists are others with each version. Not in the registry: Azure's machines find their secrets at
168.63.129.16. All of 192.0.0.0/24 is refused: Oracle's are at 192.0.0.192.
"""
PRIVATE_6 = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "3fff::/20")))
"""The same of IPv6, of what is routed."""
PUBLIC_6 = tuple(map(ipaddress.IPv6Network, """
2001:1::1/128 2001:1::2/128 2001:1::3/128 2001:3::/32 2001:4:112::/48 2001:20::/28 2001:30::/28
""".split()))  # fmt: skip
"""What it calls globally reachable within those."""
ROUTED = ipaddress.IPv6Network("2000::/3")
"""What of IPv6 is routed; IPv4-compatible, translated and local addresses lie outside."""
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""RFC 6052: the last 32 bits are an IPv4 address."""
ISATAP = (0x00005EFE, 0x02005EFE)
"""RFC 5214: so does the interface's half begin whose end is an IPv4 address."""


def is_public(address: str) -> bool:
    """Return whether an IP address, as sockets write it, means the same host everywhere.

    An IPv6 address that carries an IPv4 one is at most as public as that.

    >>> [is_public(a) for a in ("1.1.1.1", "10.0.0.1", "169.254.169.254", "2606:4700::1111", "::1", "::ffff:127.0.0.1")]
    [True, False, False, True, False, False]
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    return _is_public_4(ip) if isinstance(ip, ipaddress.IPv4Address) else _is_public_6(ip)


def refusal(host: str, address: str) -> Unusable:
    """Return the error of a host that the config does not name and that has no public address."""
    unnamed = "none of start_urls, login and allowed_domains names it"
    return Unusable(Reason.PRIVATE_ADDRESS, f"expected a public address of {host}, for {unnamed}; got {address}")


def _is_public_4(ip: ipaddress.IPv4Address) -> bool:
    return not any(ip in network for network in PRIVATE_4)


def _is_public_6(ip: ipaddress.IPv6Address) -> bool:
    last = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if ip.ipv4_mapped or ip in NAT64:
        return _is_public_4(last)
    tunnel = ip.sixtofour or (last if int(ip) >> 32 & 0xFFFFFFFF in ISATAP else None)
    is_special = any(ip in network for network in PRIVATE_6) and not any(ip in network for network in PUBLIC_6)
    return ip in ROUTED and not is_special and (tunnel is None or _is_public_4(tunnel))
