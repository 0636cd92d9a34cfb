"""What a page needs of a browser, and what the browser need not load (playwright's door)."""

from __future__ import annotations

import shutil
from typing import Any
from urllib.parse import urlsplit

NAVIGATION_MS = 15_000
WAIT_MS = 8_000
"""How long the text may take to appear after the page itself has."""
TEXT_CSS = "browser_text_css"
"""Key in a request's meta: the element that must be seen before the page is read; "" for none."""
_NEVER = frozenset({"image", "font", "media", "stylesheet"})

_SWITCHES = (
    "--no-sandbox",  # it needs rights that a container or a service without privileges does not have
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--mute-audio",
    # nothing connects but through the proxy: not to loopback, not by UDP, and no name is looked up beside it
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--disable-quic",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",  # its name in older versions
    "--disable-background-networking",
    "--disable-component-update",
    # neither does Chromium itself: it asks its maker for updates and accounts, here at a port that it never opens
    "--component-updater=url-source=http://127.0.0.1:9/",
    "--gaia-url=http://127.0.0.1:9/",
)


def find_fault(program: str) -> str | None:
    """Why no page can be shown with this browser, in one sentence; None when it is there and can be run."""
    if not program:
        return "its pages need a browser, and there is no Chromium here (apt install chromium, or BROWSER_PATH)"
    if not shutil.which(program):
        return f"its pages need a browser, and BROWSER_PATH is {program!r}, which is no program"
    return None


def page_meta(body_css: str) -> dict[str, Any]:
    """Request meta of a page whose text a script inserts: wait for the text, not for the network."""
    return {
        "playwright": True,
        TEXT_CSS: body_css,
        "playwright_context_kwargs": {"service_workers": "block", "accept_downloads": False},
        "playwright_page_event_handlers": {"popup": _close_popup},
        "playwright_page_goto_kwargs": {"wait_until": "domcontentloaded"},
    }


def browser_settings(program: str) -> dict[str, Any]:
    """Scrapy settings of a spider whose pages need a browser: Debian's Chromium or another, at `program`."""
    program = shutil.which(program) or program  # Playwright does not look on PATH
    return {
        "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "crawler.browser.downloads.BrowserHandler"),
        "PLAYWRIGHT_BROWSER_TYPE": "chromium",
        "PLAYWRIGHT_LAUNCH_OPTIONS": {"executable_path": program, "headless": True, "timeout": 20_000, "args": list(_SWITCHES)},
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 1000,  # BrowserHandler counts
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": NAVIGATION_MS,
        "PLAYWRIGHT_ABORT_REQUEST": is_needless,
    }


def is_needless(request: Any) -> bool:
    """Pictures, fonts, styles, and everything from another site than the page's own (playwright's Request)."""
    if request.resource_type in _NEVER:
        return True
    page = str(request.frame.page.url)
    return page != "about:blank" and not _is_of_site(urlsplit(request.url).hostname or "", urlsplit(page).hostname or "")


def _is_of_site(host: str, page_host: str) -> bool:
    """The page's host or one below it: www.example.org loads its text from api.example.org."""
    site = page_host.removeprefix("www.")
    return host == site or host.endswith(f".{site}")


async def _close_popup(page: Any) -> None:
    """A window that a page opens is not the page, and nobody would close it."""
    await page.close()
