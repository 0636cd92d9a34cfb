"""What Playwright or Chromium say of a failure in, an exception whose reason people understand out."""

from __future__ import annotations

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeoutError
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError, IgnoreRequest, ResponseDataLossError

_UNTRUSTED = "no secure connection: the server's certificate or its TLS cannot be trusted"
_FINAL = (
    ("net::ERR_CERT_", _UNTRUSTED),
    ("net::ERR_SSL_", _UNTRUSTED),
    ("net::ERR_TOO_MANY_REDIRECTS", "it redirects in a loop or too often"),
    ("net::ERR_TUNNEL_CONNECTION_FAILED", "it leads to a server that cannot or may not be contacted"),
    ("net::ERR_UNSAFE_REDIRECT", "only http and https addresses are requested"),
    ("net::ERR_UNSAFE_PORT", "the browser does not open this port"),
    ("Page.wait_for_selector", "the page's text did not appear in time"),
)
"""What no second try in the same crawl would change."""


class BrowserFault(IgnoreRequest):
    """The page cannot be shown; the message is one sentence. As an IgnoreRequest it is not tried again in this crawl."""


def in_our_words(error: PlaywrightError) -> Exception:
    """A BrowserFault, or Scrapy's exception for what may go better the next time."""
    text = str(error)
    for sign, sentence in _FINAL:
        if sign in text:
            return BrowserFault(sentence)
    if isinstance(error, PlaywrightTimeoutError) or "net::ERR_TIMED_OUT" in text:
        return DownloadTimeoutError(text)
    if "net::ERR_EMPTY_RESPONSE" in text or "net::ERR_CONNECTION_" in text or "net::ERR_CONTENT_LENGTH_MISMATCH" in text:
        return ResponseDataLossError(text)
    return DownloadFailedError(text)


def first_line(error: BaseException) -> str:
    """What an exception says, in one short line."""
    text = str(error).removeprefix("BrowserType.launch: ") or type(error).__name__
    return " ".join(text.split("\n", 1)[0].split())[:200]
