"""The texts/*.toml of the practice newsroom come in, its articles go out, each with the truth about it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any, get_args

from crawler.items import Relation
from crawler.newsroom.site.directory import OUTLETS

FIRST_DAY, LAST_DAY = 1, 10
WATCHES = ("security-guarantees", "nato")
"""The two mission watches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeArticle:
    """One article as its author wrote it: what a page of it must be read as."""

    id: str
    """Unique, ASCII; ends in its number, which stands in its address."""
    outlet: str
    """Key of the outlet that publishes it; for a carried one the outlet printed above it."""
    title: str
    body: str
    """Exactly what reading must give: paragraphs joined by one blank line."""
    story: str
    """Key of the story, alone in it if nobody else tells it."""
    relation: Relation
    """In order of publication."""
    of: str = ""
    """Id of the article that a copy or edit repeats, else of the first article of the story; empty for new."""
    fires: tuple[str, ...] = ()
    """The mission watches that its own title and body match."""
    day: int = LAST_DAY
    """1 to 10, counted in spans of 24 hours; the tenth ends at the anchor. Without one it comes out on the tenth."""
    time: str = "12:00"
    """HH:MM into that day."""
    at: datetime | None = None
    """A fixed date of its own, years before the day on which it surfaces."""
    undated: bool = False
    """Neither its page nor its feed gives a date."""
    carried: bool = False
    """It has no page of its own: it stands on others' pages only."""
    authors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    credit: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    summary: str = ""
    subtitle: str = ""
    """Sub-headline above the body, no part of it."""
    captions: tuple[str, ...] = ()
    """Photo captions inside the text, no part of it."""
    cards: tuple[str, ...] = ()
    """Ids of articles that its page carries whole, each flattened into one paragraph."""
    second: str = ""
    """Id of the article that its page prints whole below its own."""
    headlines: tuple[str, ...] = ()
    """Headlines in the lists of its page: nobody's match."""

    @property
    def number(self) -> str:
        """The number at the end of the id."""
        return self.id.rsplit("-", 1)[-1]

    @property
    def paragraphs(self) -> list[str]:
        """The body in paragraphs."""
        return self.body.split("\n\n")

    @property
    def flat_body(self) -> str:
        """The body as a card prints it: one paragraph, sub-heads run in."""
        return " ".join(self.paragraphs)

    def out_at(self, anchor: datetime) -> datetime:
        """When it comes out, for the newsroom's own order; `anchor` is the end of the tenth day."""
        hours, minutes = self.time.split(":")
        return anchor - timedelta(days=LAST_DAY - self.day + 1) + timedelta(hours=int(hours), minutes=int(minutes))

    def published_at(self, anchor: datetime) -> datetime | None:
        """The date that its page or its feed gives; None when they give none."""
        if self.undated or self.carried:
            return None
        return self.at or self.out_at(anchor)


def load_articles() -> dict[str, PracticeArticle]:
    """All articles by id. ValueError, naming file and article, where a text breaks the format."""
    found: dict[str, PracticeArticle] = {}
    for file in sorted((files("crawler.newsroom") / "texts").iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".toml"):
            continue
        for row in tomllib.loads(file.read_text(encoding="utf-8")).get("article", []):
            try:
                article = read_article(row)
                if article.id in found:
                    raise ValueError("the id is taken")
            except (TypeError, ValueError) as error:
                raise ValueError(f"{file.name}: article {row.get('id', '?')!r}: {error}") from error
            found[article.id] = article
    check_articles(found)
    return found


def read_article(row: Mapping[str, Any]) -> PracticeArticle:
    """One [[article]] table. ValueError for an unknown key or value, TypeError for a missing key."""
    known = {field.name for field in fields(PracticeArticle)}
    if unknown := row.keys() - known:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else _clean(key, value) for key, value in row.items()}
    article = PracticeArticle(**values)
    if not FIRST_DAY <= article.day <= LAST_DAY:
        raise ValueError(f"day is {article.day}")
    if article.relation not in get_args(Relation):
        raise ValueError(f"relation is {article.relation!r}")
    if unknown := set(article.fires) - set(WATCHES):
        raise ValueError(f"fires names {sorted(unknown)}")
    if not article.carried and article.outlet not in OUTLETS:
        raise ValueError(f"outlet is {article.outlet!r}")
    if not article.title or not article.body:
        raise ValueError("title or body is empty")
    return article


def _clean(key: str, value: Any) -> Any:
    """TOML keeps the line break before a closing triple quote."""
    if key == "at":
        return value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return value.strip() if isinstance(value, str) else value


def check_articles(articles: Mapping[str, PracticeArticle]) -> None:
    """ValueError, naming the article, where one names another that is not there or cannot be what it says."""
    ways: dict[str, set[str]] = {}
    for article in articles.values():
        for name in filter(None, (article.of, article.second, *article.cards)):
            if name not in articles:
                raise ValueError(f"article {article.id!r} names {name!r}, which is not there")
        if (article.relation == "new") != (not article.of):
            raise ValueError(f"article {article.id!r} is {article.relation} of {article.of!r}")
        if article.of and articles[article.of].story != article.story:
            raise ValueError(f"article {article.id!r} is of another story than {article.of!r}")
        for name in article.cards:
            ways.setdefault(name, set()).add("card")
        if article.second:
            ways.setdefault(article.second, set()).add("second")
    _check_carried(articles.values(), ways)


def _check_carried(articles: Iterable[PracticeArticle], ways: Mapping[str, set[str]]) -> None:
    for article in articles:
        if article.carried and article.id not in ways:
            raise ValueError(f"article {article.id!r} is carried by no page")
        if len(ways.get(article.id, ())) > 1:
            raise ValueError(f"article {article.id!r} is carried flattened and whole: two texts, one truth")
