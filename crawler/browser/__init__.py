"""What a page needs of a browser, and what the browser need not load (playwright's door)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

WAIT_MS = 8_000
"""How long the text may take to appear after the page itself has."""
_NEVER = frozenset({"image", "font", "media", "stylesheet"})


def page_meta(body_css: str) -> dict[str, Any]:
    """Request meta of a page whose text a script inserts: wait for the text, not for the network."""
    from scrapy_playwright.page import PageMethod

    wait = [PageMethod("wait_for_selector", body_css, timeout=WAIT_MS)] if body_css else []
    return {"playwright": True, "playwright_page_goto_kwargs": {"wait_until": "domcontentloaded"}, "playwright_page_methods": wait}


def browser_settings(program: str, schemes: Iterable[str]) -> dict[str, Any]:
    """Scrapy settings of a spider whose pages need a browser: Debian's Chromium or another, at `program`.

    Each of the `schemes` starts a driver of its own (about 100 MB): name those that the outlet has.
    """
    return {
        "DOWNLOAD_HANDLERS": dict.fromkeys(schemes, "crawler.browser.downloads.BrowserHandler"),
        "PLAYWRIGHT_BROWSER_TYPE": "chromium",
        "PLAYWRIGHT_LAUNCH_OPTIONS": {
            "executable_path": program,
            "headless": True,
            "timeout": 20_000,
            "args": ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking", "--mute-audio"],
        },
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 2,
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": 15_000,
        "PLAYWRIGHT_ABORT_REQUEST": is_needless,
    }


def is_needless(request: Any) -> bool:
    """Pictures, fonts, styles, and everything from another host than the page's own (playwright's Request)."""
    if request.resource_type in _NEVER:
        return True
    page = str(request.frame.page.url)
    return page != "about:blank" and urlsplit(request.url).hostname != urlsplit(page).hostname
