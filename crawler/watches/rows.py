"""One table of a watch file in, its values by kind out; every refusal names file, line, key and what would be right."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable
from typing import Any, NoReturn
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from crawler.errors import ConfigurationError
from crawler.watches.toml_lines import Lines, Table

NAME = re.compile(r"[^\W_](?:[\w-]|[\u064b-\u0652\u0670])*")
"""Letters of any script, digits, - and _."""
_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d"
_WHEN = re.compile(rf"now|hourly|daily {_TIME}|weekly (?:sat|sun|mon|tue|wed|thu|fri) {_TIME}")
_QUIET = re.compile(rf"({_TIME})-({_TIME})")
_VARIABLE = re.compile(r"[A-Za-z_]\w*")
_ADDRESS = re.compile(r"[^\s@,<>\"]+@[^\s@,<>\"]+\.?[^\s@,<>\".]+")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://\S+")


class Row:
    """One table, with the means to complain about it."""

    def __init__(self, file: str, lines: Lines, table: Table, values: object, keys: Collection[str]) -> None:
        self._file, self._lines, self._table = file, lines, table
        if not isinstance(values, dict):
            self.refuse(table[0], f"is a table: write [{table[0]}] on a line of its own, and its keys below")
        self._values: dict[str, Any] = values
        for key in values:
            if key not in keys:
                self.refuse(key, f"is no key of {table[0]}; {nearest(key, keys)}")

    def where(self, key: str, value: object = None) -> str:
        """File, line and key, to start a sentence with."""
        return f"{self._file}, line {self._lines.key(self._table, key, value)}, {key}:"

    def refuse(self, key: str, problem: str, value: object = None) -> NoReturn:
        raise ConfigurationError(f"{self.where(key, value)} {problem}")

    def has(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str) -> str | None:
        """A string that is not empty; None when the key is absent."""
        value = self._values.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            self.refuse(key, f'write a text in quotes, not {_shown(value)}')
        return value

    def needed(self, key: str, like: str) -> str:
        """A string that must be there."""
        return self.text(key) or self.refuse(key, f"is missing; write {key} = \"{like}\"")

    def texts(self, key: str) -> tuple[str, ...] | None:
        """An array of strings; None when the key is absent."""
        values = self._values.get(key)
        if values is None:
            return None
        if isinstance(values, str):
            self.refuse(key, f'write an array: {key} = ["{values}"]')
        if not isinstance(values, list) or not all(isinstance(value, str) and value.strip() for value in values):
            self.refuse(key, f'write an array of texts in quotes: {key} = ["…", "…"]')
        return tuple(values)

    def flag(self, key: str, default: bool) -> bool:
        value = self._values.get(key, default)
        if not isinstance(value, bool):
            self.refuse(key, f"write true or false without quotes, not {_shown(value)}")
        return value

    def whole(self, key: str) -> int | None:
        """A whole number from 1 up."""
        value = self._values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            self.refuse(key, f"write a whole number from 1 up without quotes, not {_shown(value)}")
        return value

    def name(self) -> str:
        name = self.needed("name", "a-name")
        if not NAME.fullmatch(name):
            self.refuse("name", f"{name!r} may have letters, digits, - and _ only, and starts with a letter or digit")
        return name

    def when(self) -> str:
        value = self.text("when") or "now"
        if not _WHEN.fullmatch(value):
            self.refuse("when", f'{value!r} is none of "now", "hourly", "daily HH:MM", "weekly sun HH:MM"')
        return value

    def quiet(self) -> str | None:
        value = self.text("quiet")
        if value is not None:
            hours = _QUIET.fullmatch(value)
            if not hours or hours[1] == hours[2]:
                self.refuse("quiet", f'{value!r} is no time of day: write "23:00-06:00"')
        return value

    def timezone(self) -> str | None:
        value = self.text("timezone")
        if value is not None:
            try:
                ZoneInfo(value)
            except (KeyError, ValueError, OSError):
                self.refuse("timezone", f"{value!r} is no IANA zone: write one like Asia/Amman or UTC")
        return value

    def countries(self, key: str = "countries") -> tuple[str, ...]:
        found = self.texts(key) or ()
        for country in found:
            if not re.fullmatch("[a-z]{2}", country):
                self.refuse(key, f"{country!r} is no country: write two small letters like jo or sa (ISO 3166)", country)
        return found

    def known(self, key: str, names: Iterable[str], what: str) -> tuple[str, ...] | None:
        """An array of names that must be among those given."""
        known = list(names)
        found = self.texts(key)
        for name in found or ():
            if name not in known:
                right = nearest(name, known) if known else f'write a [[{what}]] table with name = "{name}"'
                self.refuse(key, f"there is no {what} {name}; {right}", name)
        return found

    def variable(self, key: str) -> str | None:
        """The name of an environment variable, never a secret itself."""
        value = self.text(key)
        if value is not None and not _VARIABLE.fullmatch(value):
            self.refuse(key, "name an environment variable here, like DESK_HOOK_SECRET, and put the secret in the environment")
        return value

    def web_url(self) -> str:
        value = self.needed("url", "https://example.org/rss.xml")
        if _parsed(value)[0] not in ("http", "https"):
            self.refuse("url", f"{value!r} is no address: write one that starts with https:// or http://", value)
        return value

    def channel_url(self) -> str:
        """mailto:, http(s) or the scheme of another service."""
        value = self.needed("url", "mailto:desk@example.org")
        if value.lower().startswith("mailto:"):
            recipients = value[7:].split("?")[0].split(",")
            for recipient in recipients:
                if not _ADDRESS.fullmatch(recipient.strip()):
                    self.refuse("url", f"{recipient.strip()!r} is no mail address: write mailto:desk@example.org,editor@example.org")
            return value
        if not _SCHEME.fullmatch(value) or (value.startswith(("http://", "https://")) and not _parsed(value)[1]):
            self.refuse("url", "is no address of a channel: write mailto:desk@example.org, https://…, or a service like tgram://…")
        return value


def nearest(wrong: str, known: Collection[str]) -> str:
    """What would be right: the nearest name, or all of them."""
    if not known:
        return "none is defined"
    if found := difflib.get_close_matches(wrong, list(known), 1, 0.6):
        return f"did you mean {found[0]}?"
    shown = sorted(known)
    return f"there are {', '.join(shown[:20])}{' and more' if len(shown) > 20 else ''}"


def _parsed(url: str) -> tuple[str, str]:
    """Scheme and host; empty when there are none."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "" if re.fullmatch(r"\S+", url) and parts.port != -1 else ""
    except ValueError:
        return "", ""


def _shown(value: object) -> str:
    return repr(value) if not isinstance(value, bool) else str(value).lower()
