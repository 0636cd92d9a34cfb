"""The articles and the newsroom's clock come in, what is out on a given day goes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawler.newsroom.articles import LAST_DAY, PracticeArticle
from crawler.newsroom.site.directory import OUTLETS, PracticeOutlet


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The newsroom as it stands at the end of one of its days."""

    day: int
    anchor: datetime
    """The end of the tenth day: aware, whole minutes."""
    articles: Mapping[str, PracticeArticle]
    addresses: Mapping[str, str]
    """Outlet key to scheme, host and port, without a slash at the end."""
    _pages: dict[tuple[str, str], PracticeArticle] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for article in self.articles.values():
            if not article.carried and article.day <= self.day:
                self._pages[article.outlet, self.outlet(article).page_path(article.id)] = article

    @property
    def now(self) -> datetime:
        """What the outlets' clocks show."""
        return self.anchor - timedelta(days=LAST_DAY - self.day)

    def outlet(self, article: PracticeArticle) -> PracticeOutlet:
        """The outlet of an article that has a page."""
        return OUTLETS[article.outlet]

    def title_of(self, article: PracticeArticle) -> str:
        """The outlet's name as others print it; a carried article may come from one that we do not know."""
        known = OUTLETS.get(article.outlet)
        return known.title if known else article.outlet

    def out(self, outlet: PracticeOutlet) -> list[PracticeArticle]:
        """What the outlet has published, newest first."""
        found = [article for (key, _), article in self._pages.items() if key == outlet.key]
        return sorted(found, key=lambda article: (article.out_at(self.anchor), article.id), reverse=True)

    def find_page(self, outlet: PracticeOutlet, path: str) -> PracticeArticle | None:
        """The article of a path, None when there is none or it is not out yet."""
        return self._pages.get((outlet.key, path))

    def url(self, article: PracticeArticle) -> str:
        """Address of an article's page."""
        return self.addresses[article.outlet] + self.outlet(article).page_path(article.id)

    def published_at(self, article: PracticeArticle) -> datetime | None:
        """The date that page or feed gives, in the outlet's zone."""
        moment = article.published_at(self.anchor)
        return moment and moment.astimezone(self.outlet(article).zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One reader's request for one page: what a page kind writes its HTML from."""

    article: PracticeArticle
    edition: Edition
    number: int
    """Counts all visits: session junk differs each time."""

    @property
    def outlet(self) -> PracticeOutlet:
        """Whose page it is."""
        return self.edition.outlet(self.article)

    @property
    def url(self) -> str:
        """Address of the page."""
        return self.edition.url(self.article)

    @property
    def now(self) -> datetime:
        """The outlet's wall clock."""
        return self.edition.now.astimezone(self.outlet.zone)

    @property
    def published_at(self) -> datetime | None:
        """The article's date on the outlet's wall clock."""
        return self.edition.published_at(self.article)

    @property
    def cards(self) -> list[PracticeArticle]:
        """The articles that this page carries whole."""
        return [self.edition.articles[name] for name in self.article.cards]

    @property
    def second(self) -> PracticeArticle | None:
        """The article printed below its own."""
        return self.edition.articles[self.article.second] if self.article.second else None
