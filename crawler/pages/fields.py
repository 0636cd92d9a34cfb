"""A page's structured data, selectors, text and announcement in; out come the candidates for every field, and the choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from crawler.arabic import fold
from crawler.items import Entry
from crawler.pages import bylines, dating, noise
from crawler.pages.blocks import read_blocks, select_texts, text_of
from crawler.pages.body import ends_whole, is_whole
from crawler.pages.facts import PageFacts
from crawler.pages.structured import Structured, strings, unescape, urls
from crawler.pages.text import PageText, TextFacts
from crawler.pages.titles import clean_title, is_headline_of, site_key
from crawler.pages.tree import Element, parse_html, squeeze
from crawler.urls import clean_url, host

Candidate = tuple[str, str]
"""Where a value was found, and the value as found."""

_PUBLISHED = (
    *("article:published_time", "og:published_time", "article:published", "datepublished", "pubdate", "publishdate", "publish-date"),
    *("date", "dc.date", "dc.date.issued", "dcterms.created", "parsely-pub-date", "sailthru.date"),
)
_UPDATED = ("article:modified_time", "og:updated_time", "last-modified")
_AUTHOR = ("author", "article:author", "dc.creator", "parsely-author", "byl")
_LONGEST_TITLE = 1_000
_WITH_SITE = ("og:title", "twitter:title", "title", "<title>")
"""Places in which the site's name may stand behind the headline."""
_CUT = 100
"""A JSON-LD headline this long may have been cut (Google asks for at most 110 characters)."""


class PageFields(PageFacts):
    """Each field of a page as read with its outlet's facts.

    The choice between what a page says in several places, each first that is there:
    title: JSON-LD headline (a longer `<h1>` that begins with it wins: headlines get cut), title_css, og:title, `<h1>`, `<title>`, entry.
    (og:title and `<title>` give way to an `<h1>` that they repeat with a site's name behind it.)
    date: see `dating.choose`. body: body_css, a whole JSON-LD articleBody, trafilatura's place cut out by our rules, a flattened
    articleBody, the entry's content.
    authors: JSON-LD, author_css, microdata, meta, `rel="author"` or a line «كتب …» under the headline, entry; persons only.
    section, tags, image, summary: JSON-LD, selector, meta, entry.
    """

    root: Element
    url: str
    outlet: str
    names: Mapping[str, str]
    entry: Entry | None
    now: datetime | None
    zone: ZoneInfo
    structured: Structured

    # --- title -------------------------------------------------------------------------------------------------------

    @cached_property
    def sites(self) -> tuple[str, ...]:
        """Every name under which the page may print its site: facts, structured data, address, our list of outlets."""
        stated = (*self.site_names, *self.structured.site_names())
        site = host(self.url)
        address = (site, site.split(".")[0], self.outlet)
        return tuple(dict.fromkeys((*stated, *address, *(name for name, key in self.names.items() if key == self.outlet))))

    @cached_property
    def site_keys(self) -> frozenset[str]:
        """`sites` to compare."""
        return frozenset(map(site_key, self.sites))

    @cached_property
    def titles(self) -> list[Candidate]:
        """Headlines as found, the most trusted first."""
        found = [("json-ld", text) for value in self.structured.json_ld("headline", "name") for text in strings(value)[:1]]
        found += [("selector", text) for text in self.find(self.title_css)]
        found += self.structured.meta_texts("og:title")
        found += [("h1", text) for text in select_texts(self.root, "h1")]
        found += self.structured.meta_texts("twitter:title", "title")
        found += [("microdata", text) for text in self.structured.props.get("headline", ())]
        found += [("<title>", node.text or "") for node in self.root.xpath("/html/head/title | /html/title")[:1]]
        found += [("entry", self.entry.title)] if self.entry else []
        return [(where, text) for where, raw in found if (text := squeeze(unescape(raw[:_LONGEST_TITLE])))]

    @cached_property
    def title(self) -> str:
        """The headline, cleaned; empty when the page has none but the site's name."""
        cleaned = [(where, text) for where, raw in self.titles if (text := clean_title(raw, self.sites))]
        if not cleaned:
            return ""
        where, first = cleaned[0]
        if where in _WITH_SITE:
            return next((text for place, text in cleaned if place in ("h1", "microdata") and is_headline_of(text, first)), first)
        if where == "json-ld" and (first.endswith(("…", "...")) or len(first) >= _CUT):
            stem = first.rstrip(" .…")
            return next((text for place, text in cleaned if place in ("h1", "selector", "og:title") and text.startswith(stem)), first)
        return first

    # --- body --------------------------------------------------------------------------------------------------------

    @cached_property
    def text(self) -> PageText:
        """The page's text, divided between its own article and its guests."""
        facts = TextFacts(self.body_css, self.drop_css, self.stop, self.second, self.cards)
        return PageText(self.root, self.title, facts, self.sites)

    @cached_property
    def lines(self) -> list[str]:
        """The paragraphs of the page's own article."""
        found = self.text.paragraphs(self._said_elsewhere())
        if not self.text.places and (whole := self._article_body(found)):
            return whole
        if not found and (flat := self._flat_body()):
            return flat
        if not found and self.entry and self.entry.content_html.strip():
            return noise.keep_article(block.text for block in read_blocks([parse_html(self.entry.content_html)]))
        return found

    def _article_body(self, found: Sequence[str]) -> list[str]:
        """JSON-LD's text where it is whole, in paragraphs, and not shorter than what the page shows."""
        for value in self.structured.json_ld("articleBody"):
            text = unescape(value) if isinstance(value, str) else ""
            if "<" in text and ">" in text:
                text = "\n".join(block.text for block in read_blocks([parse_html(text)]))
            if is_whole(text) and len(text) >= 0.9 * sum(map(len, found)):
                return noise.keep_article(line for line in map(squeeze, text.splitlines()) if line and fold(line) != fold(self.title))
        return []

    def _flat_body(self) -> list[str]:
        """JSON-LD's text in one paragraph, when the page prints none: a script would have written it."""
        texts = (squeeze(unescape(value)) for value in self.structured.json_ld("articleBody") if isinstance(value, str))
        return noise.keep_article([text for text in texts if ends_whole(text)][:1])

    def _said_elsewhere(self) -> list[str]:
        """Lines inside the text's place that repeat what the page says elsewhere: site, byline, date."""
        printed = [dated.text for dated in self.dates if dated.where == "page"]
        dated = [block.text for block in self.text.head if any(text in block.text for text in printed)]
        signed = [block.text for block in self.text.own[:3] if bylines.is_signature(block.text, self.writers)]
        signed += [block.text for block in self.text.own if bylines.is_agency(block.text)]
        return [*self.sites, *dated, *signed]

    # --- dates -------------------------------------------------------------------------------------------------------

    @cached_property
    def dates(self) -> list[dating.Dated]:
        """Dates of publication in the order of trust."""
        page = [*self.find(self.date_css), *self.structured.props.get("datePublished", ())]
        page += [] if page else [*self.text.times, *self._printed[0]]
        page += [self.text.source.ago] if self.text.source else []
        entry = self.entry.published_at if self.entry else None
        return [
            *self._read("json-ld", self.state("datePublished")),
            *self._read("meta", [text for _, text in self.structured.meta_texts(*_PUBLISHED)]),
            *self._read("page", page),
            *self._read("url", dating.url_days(self.url)),
            *([dating.Dated("entry", entry.isoformat(), entry, True)] if entry else []),
        ]

    @cached_property
    def updates(self) -> list[dating.Dated]:
        """Dates of the last change in the order of trust."""
        entry = self.entry.updated_at if self.entry else None
        return [
            *self._read("json-ld", self.state("dateModified")),
            *self._read("meta", [text for _, text in self.structured.meta_texts(*_UPDATED)]),
            *self._read("page", [*self.structured.props.get("dateModified", ()), *self._printed[1]]),
            *([dating.Dated("entry", entry.isoformat(), entry, True)] if entry else []),
        ]

    @cached_property
    def _printed(self) -> tuple[list[str], list[str]]:
        return dating.printed_dates(self.text.head)

    def _read(self, where: dating.Where, found: Iterable[str]) -> list[dating.Dated]:
        return dating.read(where, found, self.zone, self.now)

    # --- people, agencies, papers ------------------------------------------------------------------------------------

    @cached_property
    def writers(self) -> list[str]:
        """Bylines as printed, from the first place that names a person; else all that JSON-LD and selector give."""
        places = (
            self.state("author", "creator"),
            self.find(self.author_css),
            self.structured.props.get("author", []),
            [text for _, text in self.structured.meta_texts(*_AUTHOR)],
            [text_of(link) for block in self.text.head for link in block.element.iter("a") if "author" in link.get("rel", "").split()],
            [block.text for block in self.text.head if bylines.is_byline(block.text)],
            list(self.entry.authors) if self.entry else [],
        )
        named = (place for place in places if bylines.people(place, self.sites))
        return next(named, [*places[0], *places[1]])

    @cached_property
    def agencies(self) -> tuple[str, ...]:
        """Wire services credited in the text, in bylines and on lines of their own."""
        alone = [block.text for block in self.text.own if len(block.text) < 80]
        return bylines.find_agencies(self.lines, [*self.writers, *self.state("sourceOrganization", "creditText"), *alone])

    @cached_property
    def credit(self) -> str:
        """The outlet that the page names as its source: «المصدر:», the name above an aggregator's text, a category that is a paper."""
        printed = bylines.find_credit(line for line in self.text.below if len(line) < 120)
        if not printed and self.text.source and site_key(self.text.source.source) not in self.site_keys:
            printed = self.text.source.source
        return printed or next(filter(self._is_other_outlet, self.find(self.credit_css)), "")

    def _is_other_outlet(self, name: str) -> bool:
        return site_key(name) not in self.site_keys and (self.outlet_of(name) != name or bylines.is_newspaper(name))

    def outlet_of(self, printed: str) -> str:
        """Key of the outlet whose title or alias this is, with or without «صحيفة»; else the name as printed."""
        bare = printed.split(" ", 1)[-1] if bylines.is_newspaper(printed) else printed
        known = (self.names.get(fold(name)) or self.names.get(site_key(name)) for name in (printed, bare))
        return next(filter(None, known), printed)

    # --- the rest ----------------------------------------------------------------------------------------------------

    @cached_property
    def sections(self) -> list[Candidate]:
        """Sections as found, the most trusted first."""
        announced = self.entry.section if self.entry else ""
        return self._everywhere("articleSection", self.section_css, ("article:section", "section"), announced)

    @cached_property
    def section(self) -> str:
        """The first section that is not the credited paper."""
        named = (text.split(",")[0].strip() for _, text in self.sections)
        return next((text for text in named if text and fold(text) != fold(self.credit)), "")

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """Tags from the first place that has any, without the site's name and the headline."""
        listed = [tag for text in self.state("keywords") for tag in _split_tags(text)]
        listed = listed or self.find(self.tags_css) or [text for _, text in self.structured.meta_texts("article:tag")] or self.text.tags
        listed = listed or [tag for _, text in self.structured.meta_texts("keywords", "news_keywords") for tag in _split_tags(text)]
        listed = listed or list(self.entry.tags if self.entry else ())
        named = dict.fromkeys(tag.lstrip("#").strip() for tag in listed)
        return tuple(tag for tag in named if site_key(tag) not in self.site_keys and fold(tag) != fold(self.title))

    @cached_property
    def summary(self) -> str:
        """The page's own description, when it says something."""
        places = ("og:description", "description", "twitter:description")
        found = self._everywhere("description", "", places, self.entry.summary if self.entry else "")
        lines = (" ".join(noise.drop_session([text])) for _, text in found)
        return next((text for text in lines if len(text) > 20 and not noise.is_noise(text) and fold(text) != fold(self.title)), "")

    @cached_property
    def stated_language(self) -> str:
        """ISO 639-1: the page's own statement, else the outlet's."""
        stated = (self.state("inLanguage") or [self.root.get("lang") or ""])[0]
        code = stated.replace("_", "-").split("-")[0].strip().lower()
        return code if len(code) == 2 and code.isascii() and code.isalpha() else self.language

    @cached_property
    def image_url(self) -> str:
        """Absolute; empty when there is none."""
        found = [address for value in self.structured.json_ld("image", "thumbnailUrl") for address in urls(value)]
        found += [text for _, text in self.structured.meta_texts("og:image", "og:image:url", "twitter:image")]
        found += [self.entry.image_url] if self.entry else []
        return next(filter(None, (clean_url(address, self.url) for address in found if address.strip())), "")

    # --- where they are looked for -----------------------------------------------------------------------------------

    def find(self, css: str) -> list[str]:
        """Texts that an outlet's selector finds."""
        return select_texts(self.root, css) if css else []

    def state(self, *keys: str) -> list[str]:
        """What the page's first article in JSON-LD states under the first of these keys."""
        return [text for value in self.structured.json_ld(*keys)[:1] for text in strings(value)]

    def _everywhere(self, key: str, css: str, meta: tuple[str, ...], entry: str) -> list[Candidate]:
        found = [("json-ld", text) for text in self.state(key)] + [("selector", text) for text in self.find(css)]
        return [*found, *self.structured.meta_texts(*meta), *([("entry", squeeze(entry))] if entry.strip() else [])]


def _split_tags(text: str) -> list[str]:
    return [tag for part in text.replace("،", ",").replace("|", ",").replace(";", ",").split(",") if (tag := part.strip())]
