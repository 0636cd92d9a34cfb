"""A watch file in, its watches, channels and feeds out; anything unknown or unreadable stops with file, line and key."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.errors import ConfigurationError
from crawler.watches.concepts import BUILT_IN, Concept
from crawler.watches.judge import Scope
from crawler.watches.parser import parse_query, parse_term
from crawler.watches.query import AnyOf, Query
from crawler.watches.rows import NAME, Row, nearest
from crawler.watches.toml_lines import Lines, read_toml
from crawler.watches.watch import Channel, FeedRow, Watch, WatchFile

_TABLES = ("watch", "concepts", "channel", "feed", "health")
_WATCH = (
    "name", "terms", "query", "proper_names", "channels", "when", "timezone", "quiet",
    "outlets", "not_outlets", "countries", "in", "updates", "enabled",
)  # fmt: skip
_CHANNEL = ("name", "url", "url_env", "secret_env", "private", "daily_cap", "owner")
_FEED = ("url", "outlet", "title", "country", "timezone", "full")
_SCOPES: tuple[Scope, ...] = ("title", "title+lead", "title+body")
_SERVICES = {
    "hooks.slack.com": "slack://",
    "discord.com": "discord://",
    "discordapp.com": "discord://",
    "api.telegram.org": "tgram://",
    "ntfy.sh": "ntfy://",
    "chat.googleapis.com": "gchat://",
    "webhook.office.com": "msteams://",
    "api.pushover.net": "pover://",
    "maker.ifttt.com": "ifttt://",
}
"""Hosts that take no plain webhook, with the scheme that Apprise knows them by."""


def load_watches(path: Path, known_outlets: Collection[str] | None = None) -> WatchFile:
    """Read a watch file (UTF-8, a byte order mark is fine). Outlet names are checked when the known ones are given.

    Raises ConfigurationError with file, line, key and what would be right.
    """
    try:
        source = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path.name} is not UTF-8 at byte {error.start + 1}: save it as UTF-8") from None
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}; scrapy watch init writes one to start from") from None
    return _Loader(path.name, source.replace("\r\n", "\n"), known_outlets).load()


class _Loader:
    """Reads the tables of one file in the order in which they need each other."""

    def __init__(self, file: str, source: str, known_outlets: Collection[str] | None) -> None:
        self._file = file
        self._lines = Lines(source)
        self._tables = read_toml(source, file)
        self._known_outlets = known_outlets
        self._warnings: list[str] = []

    def load(self) -> WatchFile:
        self._check_tables()
        channels = tuple(self._channel(row) for row in self._rows("channel", _CHANNEL))
        names = self._unique(channels, "channel")
        for number, channel in enumerate(channels):
            if channel.owner and channel.owner not in names:
                problem = f"there is no channel {channel.owner}; {nearest(channel.owner, names)}"
                self._row("channel", number, _CHANNEL).refuse("owner", problem)
        feeds = self._feeds()
        outlets = None if self._known_outlets is None else [*self._known_outlets, *(feed.outlet for feed in feeds)]
        concepts = self._concepts()
        watches = tuple(self._watch(row, concepts, names, outlets) for row in self._rows("watch", _WATCH))
        self._unique(watches, "watch")
        health = Row(self._file, self._lines, ("health", 0), self._tables.get("health", {}), ("channels",))
        return WatchFile(
            watches=watches,
            channels=channels,
            feeds=feeds,
            health_channels=health.known("channels", names, "channel") or (),
            warnings=tuple(dict.fromkeys(self._warnings)),
        )

    def _check_tables(self) -> None:
        for name, value in self._tables.items():
            if name in _TABLES:
                continue
            if isinstance(value[0] if value and isinstance(value, list) else value, dict):
                line, problem = self._lines.table((name, 0)), f"is no table of a watch file; {nearest(name, _TABLES)}"
            else:
                line, problem = self._lines.key(("", 0), name), "stands in no table; write [[watch]] on a line before it"
            raise ConfigurationError(f"{self._file}, line {line}, {name}: {problem}")

    def _row(self, table: str, number: int, keys: Collection[str]) -> Row:
        return Row(self._file, self._lines, (table, number), self._tables[table][number], keys)

    def _rows(self, table: str, keys: Collection[str]) -> list[Row]:
        rows = self._tables.get(table, [])
        if not isinstance(rows, list):
            line = self._lines.table((table, 0))
            raise ConfigurationError(f"{self._file}, line {line}, {table}: write it in double brackets: [[{table}]]")
        return [self._row(table, number, keys) for number in range(len(rows))]

    def _unique(self, items: Sequence[Watch | Channel], table: str) -> list[str]:
        names: list[str] = []
        for number, item in enumerate(items):
            if item.name in names:
                line = self._lines.key((table, number), "name")
                problem = f"there is another {table} {item.name}; give this one another name"
                raise ConfigurationError(f"{self._file}, line {line}, name: {problem}")
            names.append(item.name)
        return names

    def _concepts(self) -> Mapping[str, Concept]:
        """Those that ship, and those of the file."""
        tables: Any = self._tables.get("concepts", {})
        found = dict(BUILT_IN)
        if not isinstance(tables, dict):
            line = self._lines.key(("", 0), "concepts")
            raise ConfigurationError(f"{self._file}, line {line}, concepts: write a table for each: [concepts.nato]")
        for name, values in tables.items():
            table = f"concepts.{name}"
            if not isinstance(values, dict):
                Row(self._file, self._lines, ("concepts", 0), {name: values}, (name,)).refuse(
                    name, f"is a concept; write [{table}] on a line of its own, and terms = […] below"
                )
            row = Row(self._file, self._lines, (table, 0), values, ("terms", "proper_names"))
            if not NAME.fullmatch(name):
                row.refuse("terms", f"the concept's name {name!r} may have letters, digits, - and _ only")
            terms = row.texts("terms") or row.refuse("terms", 'is missing; write terms = ["…"]')
            found[name] = Concept(terms, row.flag("proper_names", False))
        for name in tables:
            row = Row(self._file, self._lines, (f"concepts.{name}", 0), tables[name], ("terms", "proper_names"))
            for term in found[name].terms:
                self._parse_term(row, term, found, found[name].proper_names, (name,))
        return found

    def _parse_term(
        self, row: Row, term: str, concepts: Mapping[str, Concept], proper_names: bool, inside: tuple[str, ...] = ()
    ) -> Query:
        try:
            return parse_term(term, concepts, proper_names, inside)
        except ConfigurationError as error:
            row.refuse("terms", f"{term!r} {error}", term)

    def _query(self, row: Row, concepts: Mapping[str, Concept], proper_names: bool) -> Query:
        text, terms = row.text("query"), row.texts("terms")
        if text is not None and terms is not None:
            row.refuse("query", "a watch has terms or a query, not both: put the terms into the query with OR")
        if text is not None:
            warnings: list[str] = []
            try:
                tree = parse_query(text, concepts, proper_names, warnings)
            except ConfigurationError as error:
                row.refuse("query", f"it {error}")
            self._warnings += [f"{row.where('query')} {warning}" for warning in warnings]
            return tree
        if not terms:
            row.refuse("terms", 'is missing; write terms = ["ضمانات أمنية"], or query = \'…\'')
        parts = tuple(self._parse_term(row, term, concepts, proper_names) for term in terms)
        return parts[0] if len(parts) == 1 else AnyOf(parts)

    def _watch(self, row: Row, concepts: Mapping[str, Concept], channels: list[str], outlets: list[str] | None) -> Watch:
        name, proper_names = row.name(), row.flag("proper_names", False)
        scope = row.text("in") or "title+body"
        if scope not in _SCOPES:
            row.refuse("in", f'{scope!r} is none of "title", "title+lead", "title+body"')
        return Watch(
            name=name,
            query=self._query(row, concepts, proper_names),
            proper_names=proper_names,
            channels=row.known("channels", channels, "channel"),
            when=row.when(),
            timezone=row.timezone(),
            quiet=row.quiet(),
            outlets=self._outlets(row, "outlets", outlets),
            not_outlets=self._outlets(row, "not_outlets", outlets),
            countries=row.countries(),
            scope=scope,
            updates=row.flag("updates", False),
            enabled=row.flag("enabled", True),
        )

    def _outlets(self, row: Row, key: str, known: list[str] | None) -> tuple[str, ...]:
        """Names near a known one are mistyped; others are allowed, since `crawl feed` can be given any outlet name."""
        found = row.texts(key) or ()
        for name in found if known is not None else ():
            if known is not None and name not in known:
                if difflib.get_close_matches(name, known, 1, 0.75):
                    row.refuse(key, f"there is no outlet {name}; {nearest(name, known)}", name)
                self._warnings.append(f"{row.where(key, name)} no outlet here is called {name}; scrapy list shows those that are")
        return found

    def _channel(self, row: Row) -> Channel:
        name = row.name()
        if row.has("url") == row.has("url_env"):
            row.refuse("url", "give the address in url, or the name of an environment variable that has it in url_env, and not both")
        channel = Channel(
            name=name,
            url=row.channel_url() if row.has("url") else "",
            url_env=row.variable("url_env") or "",
            secret_env=row.variable("secret_env") or "",
            private=row.flag("private", False),
            daily_cap=row.whole("daily_cap"),
            owner=row.text("owner") or "",
        )
        self._warn_of_channel(row, channel)
        return channel

    def _warn_of_channel(self, row: Row, channel: Channel) -> None:
        if not channel.url.startswith(("http://", "https://")):
            return
        host = urlsplit(channel.url).hostname or ""
        scheme = next((scheme for service, scheme in _SERVICES.items() if host == service or host.endswith(f".{service}")), "")
        if scheme:
            self._warnings.append(f"{row.where('url')} {host} takes no plain webhook: write its address as {scheme}… (Apprise's form)")
        elif not channel.secret_env:
            self._warnings.append(f"{row.where('url')} {channel.name} is unsigned: name a secret with secret_env")

    def _feeds(self) -> tuple[FeedRow, ...]:
        found: dict[str, FeedRow] = {}
        for row in self._rows("feed", _FEED):
            feed = self._feed(row)
            if feed.url in found:
                self._warnings.append(f"{row.where('url')} {feed.url} stands in another [[feed]] too; the first counts")
            found.setdefault(feed.url, feed)
        return tuple(found.values())

    def _feed(self, row: Row) -> FeedRow:
        url = row.web_url()
        country = row.text("country") or ""
        if country and not re.fullmatch("[a-z]{2}", country):
            row.refuse("country", f"{country!r} is no country: write two small letters like jo or sa (ISO 3166)")
        return FeedRow(
            url=url,
            outlet=row.text("outlet") or (urlsplit(url).hostname or "").removeprefix("www."),
            title=row.text("title") or "",
            country=country,
            timezone=row.timezone() or "",
            full=row.flag("full", True),
        )
