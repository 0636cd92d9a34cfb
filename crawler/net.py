"""An address in, why it may not be contacted out: the one guard of crawls, redirects, robots.txt and webhooks.

Two questions, and a caller asks both. `find_fault` reads a URL before anything is looked up: cheap, and it
says what is wrong in words that a person can act on. `refuse` judges the IP address that a socket is about to
connect to: that is the protection, because a name can resolve to one address when it is checked and to another
when it is used (DNS rebinding), and because a URL can be read in more than one way.
"""

from __future__ import annotations

import re
import unicodedata
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address

_PRIVATE = {
    "a loopback address": ("127.0.0.0/8", "::1/128"),
    "a private address": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"),
}
"""What ALLOW_PRIVATE_ADDRESSES opens."""

_NEVER = {
    "a cloud metadata address": (
        "169.254.169.254/32",
        "169.254.170.2/32",  # AWS container credentials
        "100.100.100.200/32",  # Alibaba Cloud
        "192.0.0.192/32",  # Oracle Cloud
        "168.63.129.16/32",  # Azure, although it looks public
        "fd00:ec2::/32",  # AWS
        "fd20:ce::254/128",  # Google Cloud
        "fd00:42::42/128",  # Scaleway
    ),
    "an unspecified address": ("0.0.0.0/8", "::/128"),
    "a link-local address": ("169.254.0.0/16", "fe80::/10"),
    "a carrier's shared address": ("100.64.0.0/10",),
    "a multicast address": ("224.0.0.0/4", "ff00::/8"),
    "a documentation address": ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"),
    "a reserved address": ("192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4", "2001::/23"),
}
"""IANA special-purpose address registries, RFC 6890; shared address space is RFC 6598. The first name that fits is told."""

_PRIVATE_NETS = [(ip_network(net), kind) for kind, nets in _PRIVATE.items() for net in nets]
_NEVER_NETS = [(ip_network(net), kind) for kind, nets in _NEVER.items() for net in nets]
_GLOBAL_UNICAST = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")
_CONTROLS = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff\\]")
_LOCAL_NAMES = (".localhost", ".local", ".internal", ".home.arpa")
"""Names that mean something inside one network only: RFC 6761, RFC 6762, RFC 8375, ICANN's .internal."""


def refuse(address: str, allow_private: bool) -> str | None:
    """Why a socket may not be connected to this IP address, in one sentence; None when it may.

    The address is what a resolver or `sockaddr[0]` gives: IPv4 in four decimal parts, or IPv6. Anything else,
    a host name too, is refused, and so is an IPv6 address with a scope (`fe80::1%eth0`).
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return f"{address[:100]!a} is no IP address"
    kind, private = _kind(ip)
    if not kind or (private and allow_private):
        return None
    hint = " unless ALLOW_PRIVATE_ADDRESSES is on" if private else ""
    return f"{ip} is {kind}, which may not be contacted{hint}"


def _kind(ip: Address) -> tuple[str, bool]:
    """What kind of non-public address this is ("" for a public one), and whether it belongs to a private network."""
    for net, kind in _NEVER_NETS:
        if ip in net:
            return kind, False
    for net, kind in _PRIVATE_NETS:
        if ip in net:
            return kind, True
    return _kind6(ip) if isinstance(ip, IPv6Address) else ("", False)


def _kind6(ip: IPv6Address) -> tuple[str, bool]:
    """The same for IPv6 addresses that carry an IPv4 one, and for those outside global unicast (RFC 4291)."""
    if ip.scope_id:
        return "an address of one network link", False
    if ip.ipv4_mapped:  # the socket connects to the IPv4 address itself
        return _kind(ip.ipv4_mapped)
    carried = ip.sixtofour or (IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
    if carried:  # behind a translator, 127.0.0.1 would be the translator's own
        return ("a private address in IPv6 form" if _kind(carried)[0] else ""), False
    return ("" if ip in _GLOBAL_UNICAST else "a reserved address"), False


def find_fault(url: str, allow_private: bool) -> str | None:
    """Why this URL may not be requested, in one sentence; None when it may, as far as the URL itself tells.

    Stricter than the URL standard where clients are known to read one URL in two ways: control characters,
    blanks, backslashes, user names, `%` in the host. Literal addresses are read in every form that a resolver
    takes: short, decimal, octal, hexadecimal, IPv6, with a trailing dot, in digits of any script.
    """
    if _CONTROLS.search(url):
        return "the address contains a blank, a control character or a backslash"
    scheme, _, rest = url.partition("://")
    if scheme.lower() not in ("http", "https"):
        return "only http and https addresses are requested"
    if "@" in rest.split("/", 1)[0]:  # as the most naive of readers finds the host
        return "the address contains a user name or password"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "the address cannot be read"
    if port == 0:
        return "the address has no valid port"
    if not host:
        return "the address names no host"
    return refuse(host, allow_private) if "[" in parts.netloc else _fault_of_name(host, allow_private)


def _fault_of_name(host: str, allow_private: bool) -> str | None:
    """The same for a host that is a name or an IPv4 address."""
    plain = _plain(host)
    if not all(char in "-._" or char.isalnum() or unicodedata.category(char).startswith("M") for char in plain) or ".." in plain:
        return "the address has no valid host name"
    labels = plain.split(".")
    if labels[-1].isdigit() or labels[-1].startswith("0x"):
        literal = _read_ipv4(labels)
        return refuse(str(literal), allow_private) if literal else "the address has no valid host name"
    if not allow_private and (len(labels) == 1 or f".{plain}".endswith(_LOCAL_NAMES)):
        return f"{plain} is a name of the local network, which may not be contacted unless ALLOW_PRIVATE_ADDRESSES is on"
    return None


def _plain(host: str) -> str:
    """The host as a resolver will read it: compatibility forms, ideographic stops and digits of other scripts in ASCII."""
    text = unicodedata.normalize("NFKC", host).replace("\u3002", ".").lower().removesuffix(".")
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)


def _read_ipv4(labels: list[str]) -> IPv4Address | None:
    """An IPv4 address as inet_aton and the URL standard read it: one to four numbers, the last fills the rest."""
    try:
        numbers = [_read_number(label) for label in labels]
        *first, last = numbers
        if len(numbers) > 4 or any(number > 255 for number in first) or last >= 256 ** (4 - len(first)):
            return None
        return IPv4Address(sum(number << 8 * (3 - place) for place, number in enumerate(first)) + last)
    except ValueError:
        return None


def _read_number(label: str) -> int:
    """127, 0177 (octal) or 0x7f; raises ValueError."""
    if re.fullmatch(r"0x[0-9a-f]{0,16}", label):
        return int(label[2:] or "0", 16)
    if not re.fullmatch(r"[0-9]{1,40}", label):
        raise ValueError(label)
    return int(label, 8 if label.startswith("0") else 10)
