"""Addresses of visitors, as far as we keep them."""

import ipaddress

UNKNOWN = "unknown"


def household_of(address: str | None) -> str:
    """For counting tries. One IPv6 household owns a whole /64: counting single addresses would not slow it down."""
    return _network(address, 32, 64)


def network_of(address: str | None) -> str:
    """For the audit trail: enough to tell the office from elsewhere, too little to tell a person."""
    return _network(address, 24, 48)


def _network(address: str | None, bits_of_4: int, bits_of_6: int) -> str:
    if not address:
        return UNKNOWN
    parsed = ipaddress.ip_address(address.split("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    bits = bits_of_4 if parsed.version == 4 else bits_of_6
    return str(ipaddress.ip_network((parsed, bits), strict=False)).removesuffix("/32")
