"""What an outlet states about its pages: class attributes, all of them optional."""

from __future__ import annotations

from typing import ClassVar


class PageFacts:
    """Selectors are CSS; an absent one leaves the field to what the page says about itself."""

    body_css: ClassVar[str] = ""
    """Every element of the text, or the one around it."""
    title_css: ClassVar[str] = ""
    date_css: ClassVar[str] = ""
    """Where the article's date stands; `::attr(datetime)` works."""
    author_css: ClassVar[str] = ""
    section_css: ClassVar[str] = ""
    tags_css: ClassVar[str] = ""
    drop_css: ClassVar[str] = ""
    """Elements inside the text that are not the article's."""
    credit_css: ClassVar[str] = ""
    """Names the paper that the text was taken from; counts when it is an outlet's name."""
    stop: ClassVar[tuple[str, ...]] = ()
    """Lines behind which nothing of the article follows."""
    second: ClassVar[tuple[str, ...]] = ()
    """Lines behind which another whole article follows."""
    cards: ClassVar[tuple[str, ...]] = ()
    """Lines behind which whole articles of other outlets follow, each under its outlet's name and age."""
    timezone: ClassVar[str] = "UTC"
    """IANA name: dates without an offset are on this clock."""
    language: ClassVar[str] = "ar"
    """ISO 639-1; what a page states about itself comes first."""
    site_names: ClassVar[tuple[str, ...]] = ()
    """What the site calls itself in titles and bylines."""
