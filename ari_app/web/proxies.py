"""Who really asks, behind a proxy of ours: what it says in X-Forwarded-For counts, what anybody else writes there does not.

Own code: aiohttp has no such thing, and its companion library either believes everybody or turns away who comes without the
proxy, such as a health check on the machine itself.
"""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp import web
from aiohttp.typedefs import Handler

Network = IPv4Network | IPv6Network


class Proxies:
    """`trusted`: networks of our own proxies; none: the header is never looked at."""

    def __init__(self, trusted: Sequence[Network]) -> None:
        self._trusted = trusted

    @web.middleware
    async def look_through(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """From here on `request.remote` is who asks."""
        origin = self.origin(request.remote, request.headers.getall("X-Forwarded-For", ()))
        return await handler(request if origin == request.remote else request.clone(remote=origin or ""))

    def origin(self, remote: str | None, headers: Iterable[str]) -> str | None:
        """The last address that is no proxy of ours: what stands before it anybody may have written."""
        hops, here = [hop for header in headers for hop in header.split(",")], remote
        while hops and self._is_ours(here):
            address = _address(hops.pop())
            if address is None:
                return here
            here = str(address)
        return here

    def _is_ours(self, address: str | None) -> bool:
        found = _address(address or "")
        return found is not None and any(found in network for network in self._trusted)


def _address(hop: str) -> IPv4Address | IPv6Address | None:
    """Also with a port behind it; None for what is no address."""
    text = hop.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
