"""One page in; its articles out, or the reason why it holds none: the class that an outlet's file fills with facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from hashlib import blake2b
from typing import ClassVar
from zoneinfo import ZoneInfo

from crawler.arabic import fold
from crawler.items import Article, Entry
from crawler.pages import body as texts
from crawler.pages import carried, credits, dating, noise
from crawler.pages.kinds import find_reason
from crawler.pages.refusals import NotAnArticle
from crawler.pages.structured import Structured, strings, unescape, urls
from crawler.pages.titles import clean_title, site_key
from crawler.pages.tree import Block, Element, parse_html, read_blocks, select, select_texts, squeeze
from crawler.urls import clean_url, host, url_key

Candidate = tuple[str, str]
"""Where a value was found, and the value as found."""


class ArticlePage:
    """How an outlet's pages are read. A subclass states facts; what they leave open is found in the page.

    The choice between what a page says in several places, each first that is there:
    title: JSON-LD headline (a longer `<h1>` that begins with it wins: headlines get cut), title_css, og:title, `<h1>`, `<title>`, entry.
    date: see `dating.choose`. body: body_css, a whole JSON-LD articleBody, trafilatura's place cut out by our rules, the entry's content.
    authors: JSON-LD, author_css, meta, entry, persons only. section, tags, image, summary: JSON-LD, selector, meta, entry.
    """

    body_css: ClassVar[str] = ""
    """Every element of the text, or the one around it."""
    title_css: ClassVar[str] = ""
    date_css: ClassVar[str] = ""
    author_css: ClassVar[str] = ""
    section_css: ClassVar[str] = ""
    tags_css: ClassVar[str] = ""
    drop_css: ClassVar[str] = ""
    """Elements inside the text that are not the article's."""
    credit_css: ClassVar[str] = ""
    """Names the paper that the text was taken from."""
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

    def __init__(
        self,
        url: str,
        html: str,
        *,
        outlet: str = "",
        names: Mapping[str, str] | None = None,
        entry: Entry | None = None,
        now: datetime | None = None,
    ) -> None:
        """`names`: printed name of an outlet (folded) → its key. Raises NotAnArticle for what is no readable HTML."""
        self.root: Element = parse_html(html)
        self.entry = entry
        self.now = now
        self.names = names or {}
        self.zone = ZoneInfo(self.timezone)
        self.structured = Structured(self.root)
        self.url = clean_url(url) or self._own_address()
        self.outlet = outlet or host(self.url)

    # --- what the hands ask ------------------------------------------------------------------------------------------

    def articles(self) -> list[Article]:
        """The page's own article first, the stories that it carries after it; raises NotAnArticle."""
        lines = self.lines
        if reason := find_reason(self.root, self.structured, self.url, self.title, lines):
            raise NotAnArticle(reason)
        date = dating.choose(self.dates, self.zone)
        updated = dating.choose(self.updates, self.zone)
        own = Article(
            outlet=self.outlet,
            url=self.url,
            key=url_key(self.url) or text_key(self.title, "\n".join(lines)),
            title=self.title,
            body="\n\n".join(lines),
            summary=self.summary,
            authors=credits.people(self.bylines, self.sites),
            agencies=self.agencies,
            credit=self.credit,
            section=self.section,
            tags=self.tags,
            language=self._language(),
            image_url=self._image_url(),
            published_at=date.at if date else None,
            published_from=date.where if date else "none",
            published_sure=bool(date and date.sure),
            updated_at=updated.at if updated else None,
        )
        guests = self._guests()
        return [replace(own, closes_entry=not guests), *guests]

    def candidates(self) -> dict[str, list[Candidate]]:
        """Everything found for each field, in the order of trust: for people who look at a page."""
        return {
            "title": self.titles,
            "body": [(self.body_from, "\n\n".join(self.lines))],
            "published_at": [(f"{dated.where}{'' if dated.sure else ' (not sure)'}", dated.text) for dated in self.dates],
            "updated_at": [(dated.where, dated.text) for dated in self.updates],
            "authors": [("page", name) for name in self.bylines],
            "agencies": [("page", name) for name in self.agencies],
            "credit": [("page", self.credit)] if self.credit else [],
            "section": self._texts("articleSection", self.section_css, ("article:section", "section"), self.entry and self.entry.section),
            "tags": [("page", tag) for tag in self.tags],
            "summary": [("page", self.summary)] if self.summary else [],
            "image_url": [("page", self._image_url())] if self._image_url() else [],
        }

    # --- title -------------------------------------------------------------------------------------------------------

    @cached_property
    def sites(self) -> tuple[str, ...]:
        """Every name under which the page may print its site: facts, structured data, address, the outlets we know by title."""
        stem = host(self.url).split(".")[0]
        return tuple(dict.fromkeys((*self.site_names, *self.structured.site_names(), host(self.url), stem, self.outlet, *self._own_names())))

    def _own_names(self) -> list[str]:
        return [name for name, key in self.names.items() if key == self.outlet]

    @cached_property
    def titles(self) -> list[Candidate]:
        found = [("json-ld", text) for value in self.structured.json_ld("headline", "name") for text in strings(value)[:1]]
        found += [("selector", text) for text in self._found(self.title_css)]
        found += self.structured.meta_texts("og:title")
        found += [("h1", text) for text in select_texts(self.root, "h1")]
        found += self.structured.meta_texts("twitter:title", "title")
        found += [("microdata", text) for text in self.structured.props.get("headline", ())]
        found += [("<title>", text) for text in select_texts_of_title(self.root)]
        found += [("entry", self.entry.title)] if self.entry and self.entry.title else []
        return [(where, squeeze(unescape(text))) for where, text in found]

    @cached_property
    def title(self) -> str:
        """The headline, cleaned; empty when the page has none but the site's name."""
        cleaned = [(where, clean_title(text, self.sites)) for where, text in self.titles]
        cleaned = [(where, text) for where, text in cleaned if text]
        if not cleaned:
            return ""
        first = cleaned[0][1]
        stem = first.rstrip(" .…")
        longer = (text for where, text in cleaned if where in ("h1", "selector", "og:title") and len(text) > len(first))
        cut = cleaned[0][0] == "json-ld" and (first.endswith(("…", "...")) or len(first) >= 100)
        return next((text for text in longer if cut and text.startswith(stem)), first)

    # --- body --------------------------------------------------------------------------------------------------------

    @cached_property
    def blocks(self) -> list[Block]:
        """All text of the page, in reading order."""
        dropped = frozenset(select(self.root, self.drop_css)) if self.drop_css else frozenset()
        return read_blocks([self.root.find("body") if self.root.find("body") is not None else self.root], leave_out=dropped)

    @cached_property
    def start(self) -> int:
        """Index of the block behind the headline; 0 when the text prints none."""
        wanted = fold(self.title)
        at = [index for index, block in enumerate(self.blocks) if wanted and fold(clean_title(block.text, self.sites)) == wanted]
        return next((index for index in at if self.blocks[index].heading), at[0] if at else -1) + 1

    @cached_property
    def end(self) -> int:
        """Index of the block that ends the page's own article: the first marker of the outlet's behind the headline."""
        markers = (*self.stop, *self.second, *self.cards)
        written = 0
        for index in range(self.start, len(self.blocks)):
            text = self.blocks[index].text
            if noise.is_marker(text, markers) or (written > 200 and noise.ends_story(text)):
                return index
            written += len(text) if noise.is_prose(text) and self.blocks[index].around is None else 0
        return len(self.blocks)

    @cached_property
    def own_blocks(self) -> list[Block]:
        """The blocks of the page's own article, noise and all."""
        own = self.blocks[self.start : self.end]
        places = select(self.root, self.body_css) if self.body_css else []
        if places and (inside := texts.within(self.blocks[: self.end], places)):
            return inside
        return texts.generic_blocks(self.root, own)

    @cached_property
    def body_from(self) -> str:
        """What the body was taken from."""
        return "selector" if self.body_css and select(self.root, self.body_css) else "page"

    @cached_property
    def lines(self) -> list[str]:
        """The paragraphs of the page's own article."""
        found = texts.paragraphs(self.own_blocks, title=self.title, leave_out=self._not_text)
        if self.body_from != "selector" and (whole := self._article_body(found)):
            return whole
        if not found and self.entry and self.entry.content_html:
            return noise.keep_article(block.text for block in read_blocks([parse_html(self.entry.content_html)]))
        return found

    def _article_body(self, found: Sequence[str]) -> list[str]:
        """JSON-LD's text where it is whole, in paragraphs, and not shorter than what the page shows."""
        for value in self.structured.json_ld("articleBody"):
            text = unescape(value) if isinstance(value, str) else ""
            if "<" in text and ">" in text:
                text = "\n".join(block.text for block in read_blocks([parse_html(text)]))
            if texts.is_whole(text) and len(text) >= 0.9 * sum(map(len, found)):
                return noise.keep_article(line for line in map(squeeze, text.splitlines()) if line and fold(line) != fold(self.title))
        return []

    @property
    def _not_text(self) -> Iterable[str]:
        """Lines inside the text's place that repeat what the page says elsewhere: site, byline, date."""
        dates = [block.text for block in self._head if any(dated.text in block.text for dated in self.dates if dated.where == "page")]
        return (*self.sites, *self.bylines, *dates)

    # --- dates -------------------------------------------------------------------------------------------------------

    @cached_property
    def _head(self) -> list[Block]:
        """The blocks between the headline and the first paragraph, where a page prints its date."""
        head: list[Block] = []
        start = self.start
        if not start and self.own_blocks:  # no headline in the text itself: what stands directly before the text
            start = max(0, self.blocks.index(self.own_blocks[0]) - 3)
        for block in self.blocks[start : start + 15]:
            if noise.is_prose(block.text):
                break
            head.append(block)
        return head

    @cached_property
    def _printed(self) -> tuple[list[str], list[str]]:
        return dating.printed_dates(self._head)

    @cached_property
    def dates(self) -> list[dating.Dated]:
        """Dates of publication in the order of trust."""
        page = [*self._found(self.date_css), *self.structured.props.get("datePublished", ())]
        page += [] if page else [*self._times(), *self._printed[0]]
        entry = self.entry.published_at if self.entry else None
        return [
            *self._read("json-ld", self._ld_texts("datePublished")),
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
            *self._read("json-ld", self._ld_texts("dateModified")),
            *self._read("meta", [text for _, text in self.structured.meta_texts("article:modified_time", "og:updated_time", "last-modified")]),
            *self._read("page", [*self.structured.props.get("dateModified", ()), *self._printed[1]]),
            *([dating.Dated("entry", entry.isoformat(), entry, True)] if entry else []),
        ]

    def _read(self, where: dating.Where, found: Iterable[str]) -> list[dating.Dated]:
        return dating.read(where, found, self.zone, self.now)

    def _times(self) -> list[str]:
        """`<time datetime>` under the headline: those in lists of other articles stand elsewhere."""
        stamped = (node for block in self._head for node in (block.element, *block.element.iterancestors("time")) if node is not None)
        found = [time.get("datetime") or "" for node in stamped for time in ([node] if node.tag == "time" else node.iter("time"))]
        return [text for text in dict.fromkeys(found) if text]

    # --- people, papers, agencies ------------------------------------------------------------------------------------

    @cached_property
    def bylines(self) -> list[str]:
        """Names given as the author's, from the first place that has any."""
        for found in (
            self._ld_texts("author", "creator"),
            self._found(self.author_css),
            self.structured.props.get("author", []),
            [text for _, text in self.structured.meta_texts("author", "article:author", "dc.creator", "parsely-author", "byl")],
            [block.text for block in self._head if credits.is_byline(block.text)],
            list(self.entry.authors) if self.entry else [],
        ):
            if credits.people(found, self.sites):
                return list(found)
        return self._ld_texts("author") + self._found(self.author_css)

    @cached_property
    def agencies(self) -> tuple[str, ...]:
        raw = [block.text for block in self.own_blocks if len(block.text) < 80]
        return credits.find_agencies(self.lines, [*self.bylines, *self._ld_texts("sourceOrganization", "creditText"), *raw])

    @cached_property
    def credit(self) -> str:
        """The outlet that the page names as its source: «المصدر:», the outlet's selector, a category that is a paper."""
        named = [name for name in self._found(self.credit_css) if self._is_other_outlet(name)]
        return credits.find_credit(block.text for block in self.own_blocks) or credits.find_credit(self._after_text()) or (named[0] if named else "")

    def _after_text(self) -> list[str]:
        """The lines up to the marker that ends the article: sources stand below the text."""
        return [block.text for block in self.blocks[self.start : self.end] if len(block.text) < 120]

    def _is_other_outlet(self, name: str) -> bool:
        key = self._outlet_of(name)
        return site_key(name) not in {site_key(site) for site in self.sites} and (key != name or credits.is_newspaper(name))

    # --- the rest ----------------------------------------------------------------------------------------------------

    @property
    def section(self) -> str:
        found = self._texts("articleSection", self.section_css, ("article:section", "section"), self.entry and self.entry.section)
        return next((text for _, text in found if fold(text) != fold(self.credit)), "")

    @cached_property
    def tags(self) -> tuple[str, ...]:
        listed = [tag for text in self._ld_texts("keywords") for tag in _split_tags(text)]
        listed = listed or self._found(self.tags_css) or [text for _, text in self.structured.meta_texts("article:tag")]
        listed = listed or [tag for block in self.blocks[self.start : self.end + 1] for tag in noise.find_tags(block.text)]
        listed = listed or [tag for _, text in self.structured.meta_texts("keywords", "news_keywords") for tag in _split_tags(text)]
        listed = listed or list(self.entry.tags if self.entry else ())
        return tuple(dict.fromkeys(tag.lstrip("#").strip() for tag in listed if site_key(tag) not in {site_key(site) for site in self.sites}))

    @cached_property
    def summary(self) -> str:
        found = self._texts("description", "", ("og:description", "description", "twitter:description"), self.entry and self.entry.summary)
        lines = (" ".join(noise.drop_session([text])) for _, text in found)
        return next((text for text in lines if len(text) > 20 and not noise.is_noise(text) and fold(text) != fold(self.title)), "")

    def _language(self) -> str:
        stated = (self._ld_texts("inLanguage") or [self.root.get("lang") or ""])[0]
        code = stated.replace("_", "-").split("-")[0].strip().lower()
        return code if len(code) == 2 and code.isalpha() else self.language

    def _image_url(self) -> str:
        found = [address for value in self.structured.json_ld("image", "thumbnailUrl") for address in urls(value)]
        found += [text for _, text in self.structured.meta_texts("og:image", "og:image:url", "twitter:image")]
        found += [self.entry.image_url] if self.entry else []
        return next(filter(None, (clean_url(address, self.url) for address in found)), "")

    # --- guests ------------------------------------------------------------------------------------------------------

    def _guests(self) -> list[Article]:
        """The stories that the page carries beside its own."""
        stories: list[carried.Carried] = []
        behind = range(self.start, len(self.blocks))
        for index in behind:
            text = self.blocks[index].text
            if noise.is_marker(text, self.cards):
                stories += carried.split_cards(self.blocks[index + 1 :])
                break
            if noise.is_marker(text, self.second):
                story = carried.read_second(self.blocks[index + 1 :])
                stories += [story] if story else []
                break
        guests = [self._guest(story) for story in stories]
        return [replace(guest, closes_entry=guest is guests[-1]) for guest in guests]

    def _guest(self, story: carried.Carried) -> Article:
        title = clean_title(story.title, self.sites)
        text = "\n\n".join(story.lines)
        own = next((address for href in story.hrefs if (address := clean_url(href, self.url)) and url_key(address) != url_key(self.url)), "")
        dates = self._read("page", [*(block.text for block in story.dates), *([story.ago] if story.ago else [])])
        return Article(
            outlet=self._outlet_of(story.source) if story.source else self.outlet,
            url=own or f"{self.url}#{_hash(fold(title), 6)}",
            key=text_key(title, text),
            title=title,
            body=text,
            agencies=credits.find_agencies(story.lines),
            credit=story.credit,
            tags=tuple(dict.fromkeys(story.tags)),
            language=self.language,
            published_at=dates[0].at if dates else None,
            published_from="page" if dates else "none",
            published_sure=bool(dates and dates[0].sure),
            carried_by=self.url,
        )

    def _outlet_of(self, printed: str) -> str:
        """Key of the outlet whose title or alias this is, with or without «صحيفة»; else the name as printed."""
        bare = printed.split(" ", 1)[-1] if credits.is_newspaper(printed) else printed
        known = (self.names.get(fold(name)) or self.names.get(site_key(name)) for name in (printed, bare))
        return next(filter(None, known), printed)

    # --- shared ------------------------------------------------------------------------------------------------------

    def _own_address(self) -> str:
        links = self.root.xpath("//link[@rel='canonical']/@href")
        stated = [*links, *(text for _, text in self.structured.meta_texts("og:url"))]
        return next(filter(None, map(clean_url, stated)), "")

    def _found(self, css: str) -> list[str]:
        return select_texts(self.root, css) if css else []

    def _ld_texts(self, *keys: str) -> list[str]:
        return [text for value in self.structured.json_ld(*keys)[:1] for text in strings(value)]

    def _texts(self, key: str, css: str, meta: tuple[str, ...], entry: str | None) -> list[Candidate]:
        found = [("json-ld", text) for text in self._ld_texts(key)] + [("selector", text) for text in self._found(css)]
        found += self.structured.meta_texts(*meta)
        return found + ([("entry", entry)] if entry else [])


_PUBLISHED = ("article:published_time", "og:published_time", "article:published", "datepublished", "pubdate", "publishdate", "publish-date")
_PUBLISHED += ("date", "dc.date", "dc.date.issued", "dcterms.created", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime")


def text_key(title: str, text: str) -> str:
    """The key of a story that has no address of its own: equal texts are one article, wherever they are printed."""
    return f"text:{_hash(fold(title) + chr(10) + fold(' '.join(text.split())), 16)}"


def _hash(text: str, size: int) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=size).hexdigest()


def _split_tags(text: str) -> list[str]:
    return [tag for part in text.replace("،", ",").replace("|", ",").replace(";", ",").split(",") if (tag := part.strip())]


def select_texts_of_title(root: Element) -> list[str]:
    """The page's `<title>`; the titles of drawings are others."""
    return [text for node in root.xpath("/html/head/title | /html/title")[:1] if (text := squeeze(node.text or ""))]
