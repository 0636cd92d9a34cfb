"""What a watch file says: watches, channels, feeds."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.watches.judge import Scope
from crawler.watches.query import Query, canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A named rule: what to look for, where, and when and to whom to say so."""

    name: str
    query: Query
    proper_names: bool = False
    channels: tuple[str, ...] | None = None
    """None: all channels; empty: none."""
    when: str = "now"
    """now, hourly, daily HH:MM, weekly sun HH:MM."""
    timezone: str | None = None
    """IANA name; None: the setting TIMEZONE."""
    quiet: str | None = None
    """HH:MM-HH:MM in that zone; None: never."""
    outlets: tuple[str, ...] = ()
    """Only these; empty: all."""
    not_outlets: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    """ISO 3166 in small letters; empty: all."""
    scope: Scope = "title+body"
    updates: bool = False
    enabled: bool = True

    @property
    def definition(self) -> str:
        """Stable text of all that decides which articles it matches."""
        filters = f"{self.scope} {sorted(self.outlets)} {sorted(self.not_outlets)} {sorted(self.countries)}"
        return f"{canonical(self.query)} in {filters}"

    def covers(self, outlet: str, country: str) -> bool:
        """Whether it looks at articles of this outlet at all."""
        if outlet in self.not_outlets or (self.outlets and outlet not in self.outlets):
            return False
        return not self.countries or country in self.countries


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A destination. Its address is in `url` or in the environment variable that `url_env` names."""

    name: str
    url: str = ""
    url_env: str = ""
    secret_env: str = ""
    private: bool = False
    """It may be on a private network."""
    daily_cap: int | None = None
    owner: str = ""
    """The channel that is told when this one fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """A feed that is polled like an outlet."""

    url: str
    outlet: str
    """Key of the outlet; the host without www where none is given."""
    title: str = ""
    country: str = ""
    timezone: str = ""
    full: bool = True
    """Entries are followed to their pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchFile:
    """All that a watch file says."""

    watches: tuple[Watch, ...] = ()
    channels: tuple[Channel, ...] = ()
    feeds: tuple[FeedRow, ...] = ()
    health_channels: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    """What is allowed and probably not meant, one sentence each with file and line."""
