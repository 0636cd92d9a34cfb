"""Every setting: default, then `.env` beside scrapy.cfg, then an environment variable of the same name, then -s."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from scrapy.settings import BaseSettings
from scrapy.utils.conf import closest_scrapy_cfg
from tzlocal import get_localzone_name

from crawler.errors import ConfigurationError

# --- the product's own (docs/settings.md) ----------------------------------------------------------------------------

STORE_URL = "sqlite:///marsad.db"
WATCHES_PATH = "watches.toml"
OUTLETS = ""
TIMEZONE = ""
ALERT_LANGUAGE = "ar"
CONTACT = ""
USER_AGENT = ""
SMTP_URL = ""
MAIL_FROM = "Marsad <marsad@localhost>"
PUBLIC_URL = ""
ALLOW_PRIVATE_ADDRESSES = False
BROWSER_PATH = ""
BACKFILL_HOURS = 48

# --- Scrapy: the parts -----------------------------------------------------------------------------------------------

BOT_NAME = "marsad"
SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"
COMMANDS_MODULE = "crawler.commands"
EXTENSIONS = {"crawler.run.Run": 0, "scrapy.extensions.logstats.LogStats": None}
ITEM_PIPELINES = {"crawler.pipelines.Check": 100, "crawler.pipelines.Keep": 200}
DOWNLOADER_MIDDLEWARES = {
    "crawler.middlewares.AddressGuard": 50,
    "crawler.middlewares.RobotsRules": 100,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
}
DOWNLOAD_HANDLERS = {
    "http": "crawler.download.GuardedHandler",
    "https": "crawler.download.GuardedHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
ASYNCIO_EVENT_LOOP = "uvloop.Loop"
FEED_EXPORT_ENCODING = "utf-8"
DEFAULT_REQUEST_HEADERS = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "Accept-Language": "ar,en;q=0.5"}
LOG_LEVEL = "INFO"
STATS_DUMP = False

# --- Scrapy: polite --------------------------------------------------------------------------------------------------

ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "Marsad"  # the product token alone: a group for «news» must not match our USER_AGENT's words
CONCURRENT_REQUESTS = 32
CONCURRENT_ITEMS = 4
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0
AUTOTHROTTLE_MAX_DELAY = 30.0
COOKIES_ENABLED = False
REFERRER_POLICY = "no-referrer"  # REFERER_ENABLED = False would make the redirect middleware warn in every crawl

# --- Scrapy: bounded and closed --------------------------------------------------------------------------------------

DOWNLOAD_TIMEOUT = 20.0
DOWNLOAD_DEADLINE = 60.0
DOWNLOAD_MAXSIZE = 16 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_VERIFY_CERTIFICATES = True
REDIRECT_MAX_TIMES = 10
RETRY_TIMES = 2
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # the reason is kept in the store and told by the crawl
HTTPPROXY_ENABLED = False
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

_HERE = Path(closest_scrapy_cfg() or "scrapy.cfg").absolute().parent
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def boolean(name: str, text: str) -> bool:
    """1/0/true/false/yes/no/on/off in any case; raises ConfigurationError naming the setting."""
    if (word := text.strip().lower()) in _TRUE | _FALSE:
        return word in _TRUE
    raise ConfigurationError(f"{name} is {text!r}: write 1 or 0 (true, false, yes, no, on, off do as well)")


def number(name: str, text: str, kind: type[int] | type[float]) -> int | float:
    """A number from 0 up; raises ConfigurationError naming the setting."""
    try:
        value = kind(text)
    except ValueError:
        value = -1
    if not 0 <= value < float("inf"):
        raise ConfigurationError(f"{name} is {text!r}: write a number from 0 up")
    return value


def _read(name: str, default: Any, text: str) -> Any:
    """A setting's value from its text, by the type of its default."""
    if isinstance(default, bool):
        return boolean(name, text)
    if isinstance(default, int | float):
        return number(name, text, type(default))
    if isinstance(default, list):
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _override() -> None:
    """Replace defaults by what `.env` and the environment say; an empty variable counts as unset."""
    given = {**dotenv_values(_HERE / ".env", interpolate=False, encoding="utf-8"), **{k: v for k, v in os.environ.items() if v}}
    for name, default in list(globals().items()):
        if name.isupper() and not name.startswith("_") and not isinstance(default, dict) and (text := given.get(name)):
            globals()[name] = _read(name, default, text)


def _user_agent(contact: str) -> str:
    try:
        release = version("marsad")
    except PackageNotFoundError:  # run from a checkout that was not installed
        release = "0"
    return f"Marsad/{release} (news monitor; contact: {contact or 'not given'})"


def check(settings: BaseSettings) -> None:
    """Settings as they stand after -s; raises ConfigurationError naming the first that cannot be used."""
    for name, default in _DEFAULTS.items():
        value = settings[name]
        if isinstance(value, str) and not isinstance(default, str):
            settings.set(name, _read(name, default, value), settings.getpriority(name) or 0)
    if settings["USER_AGENT"] == _user_agent(CONTACT):  # ours, not the user's: name the contact that -s gives
        settings.set("USER_AGENT", _user_agent(settings["CONTACT"]), "cmdline")
    store_path(settings)
    local_zone(settings)
    if settings["LOG_LEVEL"] not in logging.getLevelNamesMapping():
        raise ConfigurationError(f"LOG_LEVEL is {settings['LOG_LEVEL']!r}: write DEBUG, INFO, WARNING or ERROR")
    if settings["ALERT_LANGUAGE"] not in ("ar", "en"):
        raise ConfigurationError(f"ALERT_LANGUAGE is {settings['ALERT_LANGUAGE']!r}: write ar or en")
    smtp = _split(settings["SMTP_URL"] or "smtp://localhost")
    if smtp.scheme not in ("smtp", "smtps", "smtp+starttls") or not smtp.hostname:
        raise ConfigurationError("SMTP_URL cannot be used: write smtp://host:25, smtp+starttls://user:pass@host:587 or smtps://host:465")
    public = _split(settings["PUBLIC_URL"] or "https://localhost")
    if public.scheme not in ("http", "https") or not public.hostname:
        raise ConfigurationError(f"PUBLIC_URL is {settings['PUBLIC_URL']!r}: write an address like https://marsad.example.org")


def _split(url: str) -> SplitResult:
    """The parts of an address; of one that cannot be read, none."""
    try:
        parts = urlsplit(url)
        return parts if parts.port != 0 else urlsplit("")
    except ValueError:
        return urlsplit("")


def resolve(text: str) -> Path:
    """A path from a setting: relative ones start at the folder of scrapy.cfg."""
    return _HERE / Path(text).expanduser()


def store_path(settings: BaseSettings) -> Path:
    """The store's file; raises ConfigurationError for anything but sqlite:///."""
    url = str(settings["STORE_URL"])
    if not url.startswith("sqlite:///") or url == "sqlite:///":
        raise ConfigurationError(f"STORE_URL is {url!r}: write sqlite:///marsad.db, or sqlite:////an/absolute/path.db")
    return resolve(url.removeprefix("sqlite:///"))


def watches_path(settings: BaseSettings) -> Path:
    """Where the watch file is, or would be."""
    return resolve(str(settings["WATCHES_PATH"]))


def local_zone(settings: BaseSettings) -> ZoneInfo:
    """TIMEZONE, else the machine's; raises ConfigurationError for a name that IANA does not have."""
    name = settings["TIMEZONE"] or get_localzone_name() or "UTC"
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ConfigurationError(f"TIMEZONE is {name!r}: write an IANA name like Asia/Amman or UTC") from None


def browser_path(settings: BaseSettings) -> str:
    """The Chromium program: BROWSER_PATH, else the first found on PATH, else empty."""
    found = settings["BROWSER_PATH"] or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
    return str(found)


_DEFAULTS = {name: value for name, value in list(globals().items()) if name.isupper() and not name.startswith("_")}
try:
    _override()
except (ConfigurationError, UnicodeDecodeError) as error:  # Scrapy reads this module before any command exists
    print(error if isinstance(error, ConfigurationError) else f".env is not UTF-8: {error}", file=sys.stderr)
    raise SystemExit(2) from None
USER_AGENT = USER_AGENT or _user_agent(CONTACT)
