"""Any text that claims to be an address → the address to request and show (`clean_url`), and a form made only to compare (`url_key`)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from ipaddress import IPv6Address
from urllib.parse import SplitResult, quote_from_bytes, unquote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

import idna

_LONGEST = 4_096
"""Code points; what is longer is no article's address (an Arabic slug of 60 letters takes about 370 encoded)."""

_EDGES = "".join(map(chr, [*range(33), 0x7F, 0xA0, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF]))
"""Blanks, controls and direction marks that copying leaves around an address."""
_REMOVED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\t\r\n\ud800-\udfff]")
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*", re.ASCII)
_SAFE = "/:@!$&'()*+,;=~-._"
"""Characters that RFC 3986 allows in a path as they stand."""

_TRACKING = re.compile(
    r"(?:utm|mtm|pk|piwik|matomo|at|hsa|stm|ns|_hs|vero|oly)_\w+|__twitter_impression|_(?:gl|ga|ke)|[a-z]{1,3}clid|gclsrc|"
    r"msclkid|igshid|igsh|mc_[ce]id|mkt_tok|cmpid|ocid|smid|sr_share|xtor|echobox|__tn__|__xts__(?:\[\d*\])?|wickedid|"
    r"trk|spm|guccounter|guce_referr\w*|srsltid|fb_\w+|fbaid|wt_mc|cx_\w+|campaign_id",
    re.IGNORECASE | re.ASCII,
)
_OFTEN_TRACKING = {"ref", "referrer", "ref_src", "ref_url", "traffic_source"}
"""Tracking as a rule («?ref=homepage»); kept with a long number, which is an article's («?ref=48211»)."""

_VARIANTS = {
    *("amp", "noamp", "amp_js_v", "outputtype=amp", "output=amp", "view=amp"),
    *("m=1", "print", "printable", "view=print", "random-post", "rss"),
}
"""Parameters that choose another view of the same article (seen on WordPress, Blogger and ARC sites), or say who asks for it."""

_VIEW_HOSTS = re.compile(r"(?:www\d?|m|mobile|amp|wap)\.(?=[^.]+\.[^.])")
_INDEX = re.compile(r"(?:index|default|home)\.(?:html?|php\d?|aspx?|jsp)", re.IGNORECASE)
_AMP_SUFFIX = re.compile(r"(?:\.amp)+(?=\.html?$|$)")
_NESTED = re.compile(rb"%(?:25)+(?=[0-9A-Fa-f]{2})")
_SESSION = re.compile(r";jsessionid=[^/?;]*", re.IGNORECASE)


@lru_cache(maxsize=1024)
def clean_url(url: str, base_url: str = "") -> str:
    """The absolute http(s) address to request and show: tracking parameters, fragment, default port and credentials dropped.

    Relative addresses are resolved against `base_url`. Everything else stays as it was sent, because one that is
    normalised further may not be served; letters that no request can carry are percent-encoded as UTF-8 (WHATWG URL).
    Empty when the text is no such address. Never raises; cleaning twice changes nothing.
    """
    parts = _split(_tidy(url), _tidy(base_url))
    if parts is None:
        return ""
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _is_tracking(pair))
    path = _resolve_dots(_quote(parts.path)) or "/"
    cleaned = urlunsplit((parts.scheme, parts.netloc, path, _quote(query, "?[]"), ""))
    return cleaned if len(cleaned) <= _LONGEST else ""


@lru_cache(maxsize=1024)
def url_key(url: str) -> str:
    """A form under which the addresses of one article are equal; never requested. Empty when there is no address.

    One scheme, no www/m/amp host, no view or tracking parameter, index name or trailing slash; parameters in order;
    escapes decoded, also when encoded twice, composed (NFC) and encoded again in upper case.
    """
    cleaned = clean_url(url)
    if not cleaned:
        return ""
    parts = urlsplit(cleaned)
    netloc = _view_free(parts.netloc.removesuffix(":80").removesuffix(":443"))
    pairs = sorted({_plain(pair.replace("+", " ")) for pair in parts.query.split("&") if pair})
    query = "&".join(pair for pair in pairs if not _is_tracking(pair) and not _is_variant(pair))
    path = _plain_path(_plain(parts.path))
    key = urlunsplit(("https", netloc, path, query, ""))
    return key if len(key) <= _LONGEST else cleaned


def host(url: str) -> str:
    """The host in lower case (IDN in its ASCII form), without www and port; empty when there is none."""
    cleaned = clean_url(url)
    return (urlsplit(cleaned).hostname or "").removeprefix("www.") if cleaned else ""


def _tidy(url: str) -> str:
    """What browsers ignore in an address: blanks and marks around it, line breaks and controls inside."""
    return _REMOVED.sub("", url[: _LONGEST * 2].strip(_EDGES))


def _split(url: str, base_url: str) -> SplitResult | None:
    """The parts of an absolute http(s) address with a host that can exist, else None."""
    try:
        if base_url and not re.match(r"https?:", url, re.IGNORECASE):
            url = urljoin(_forward(base_url), _forward(url) if "://" not in url.split("?", 1)[0] else url)
        parts = urlsplit(_forward(url))
        port = parts.port
    except ValueError:
        return None
    name = _host_name(parts.hostname or "")
    if parts.scheme not in ("http", "https") or not name:
        return None
    is_default = port is None or port == {"http": 80, "https": 443}[parts.scheme]
    return parts._replace(netloc=name if is_default else f"{name}:{port}")


def _forward(url: str) -> str:
    """Backslashes before the query are slashes to browsers: https://evil.example\\@good.example/ leads to evil.example."""
    head, mark, rest = url.partition("?")
    head, hash_mark, fragment = head.partition("#")
    return head.replace("\\", "/") + hash_mark + fragment + mark + rest


def _host_name(name: str) -> str:
    """The host as it is looked up (RFC 5891 for letters beyond ASCII); empty when no such host can exist."""
    if ":" in name:
        try:
            return f"[{IPv6Address(name)}]"
        except ValueError:
            return ""
    name = unquote(name).rstrip(".").lower()
    if not name.isascii() and len(name) <= 253:
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except UnicodeError:  # idna's errors are all of this kind
            return ""
    return name if len(name) <= 253 and _HOST.fullmatch(name) else ""


def _is_tracking(pair: str) -> bool:
    name, _, value = pair.partition("=")
    name = unquote(name)
    if name.lower() in _OFTEN_TRACKING:
        return not re.search(r"\d{3}", value)
    return bool(_TRACKING.fullmatch(name))


def _is_variant(pair: str) -> bool:
    return pair.lower() in _VARIANTS or pair.partition("=")[0].lower() in _VARIANTS


def _quote(text: str, more: str = "") -> str:
    """Percent-encode what may not stand in an address; existing escapes stay."""
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe=_SAFE + "%" + more)


def _plain(text: str) -> str:
    """Escapes decoded until none is left, NFC, encoded once. Works on bytes: old sites escape windows-1256, not UTF-8."""
    encoded = text.encode()
    while (decoded := unquote_to_bytes(_NESTED.sub(b"%", encoded))) != encoded:
        encoded = decoded
    composed = unicodedata.normalize("NFC", encoded.decode("utf-8", "surrogateescape"))
    return quote_from_bytes(composed.encode("utf-8", "surrogateescape"), safe="/:@!$'()*,;=~-._")


def _resolve_dots(path: str) -> str:
    """Remove . and .. segments (RFC 3986, section 5.2.4), also escaped ones."""
    if "/." not in path and "/%2" not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments[1:]:
        name = segment.lower().replace("%2e", ".")
        if name == "..":
            del kept[-1:]
        elif name != ".":
            kept.append(segment)
    if segments[-1].lower().replace("%2e", ".") in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _view_free(netloc: str) -> str:
    """The host without www, m, mobile, amp: views of the same site."""
    while match := _VIEW_HOSTS.match(netloc):
        netloc = netloc[match.end() :]
    return netloc


def _plain_path(path: str) -> str:
    """The path without session, empty segments, AMP marks and index names."""
    segments = [part for part in _resolve_dots(_SESSION.sub("", path)).split("/") if part]
    while segments and segments[0] == "amp":
        del segments[0]
    while segments:
        name = _AMP_SUFFIX.sub("", segments.pop())
        if name not in ("", ".", "..", "amp") and not _INDEX.fullmatch(name):
            segments.append(name)
            break
    return "/" + "/".join(segments)
