"""Articles and a clock come in, a running newsroom goes out: one HTTP server, an address of its own for every outlet."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b
from threading import Thread
from types import TracebackType
from typing import TypeVar

from aiohttp import web

from crawler.newsroom.articles import FIRST_DAY, LAST_DAY, PracticeArticle, load_articles
from crawler.newsroom.site import cards, clean, cms, jnews, readalso, script, session
from crawler.newsroom.site.announcements import announce
from crawler.newsroom.site.directory import OUTLETS, PracticeOutlet
from crawler.newsroom.site.edition import Edition, Visit
from crawler.newsroom.site.markup import document
from crawler.newsroom.site.places import take_places

_S = TypeVar("_S")
_PAGES: dict[str, Callable[[Visit], str]] = {
    "almisbah": clean.almisbah,
    "annida": clean.annida,
    "alufuq": cms.alufuq,
    "sahifat_albahr": jnews.sahifat_albahr,
    "albarq": session.albarq,
    "naqil": readalso.naqil,
    "majmaa": cards.majmaa,
    "assahra": clean.assahra,
    "alwadi": clean.alwadi,
    "annahda": script.annahda,
    "almughlaq": clean.almughlaq,
}
_ROBOTS = "User-agent: *\nDisallow: /admin/\n"
_ROBOTS_CLOSED = "User-agent: *\nDisallow: /\n"


class Newsroom:
    """The practice outlets, served. `requests` counts by outlet, path and status; set `day` to publish the next edition."""

    def __init__(self, articles: Mapping[str, PracticeArticle] | None = None, *, now: datetime | None = None, port: int = 0) -> None:
        """`now` (aware) is the end of the tenth day; without one it is the moment of making. Port 0 takes a free one."""
        moment = now or datetime.now().astimezone()
        if moment.tzinfo is None:
            raise ValueError("now must be aware")
        self.anchor = moment.replace(second=0, microsecond=0)
        self.articles = load_articles() if articles is None else articles
        self.requests: Counter[tuple[str, str, int]] = Counter()
        self.addresses: dict[str, str] = {}
        self._day = LAST_DAY
        self._port = port
        self._visits = 0
        self._editions: dict[int, Edition] = {}
        self._runner: web.ServerRunner | None = None
        self._keys: dict[tuple[str, int], str] = {}

    @property
    def day(self) -> int:
        """The day whose end it is: 9 hides what came out in the last 24 hours, 10 shows all."""
        return self._day

    @day.setter
    def day(self, day: int) -> None:
        if not FIRST_DAY <= day <= LAST_DAY:
            raise ValueError(f"the newsroom has days {FIRST_DAY} to {LAST_DAY}, not {day}")
        self._day = day

    @property
    def edition(self) -> Edition:
        """What is out now."""
        if self._day not in self._editions:
            self._editions[self._day] = Edition(day=self._day, anchor=self.anchor, articles=self.articles, addresses=self.addresses)
        return self._editions[self._day]

    async def open(self) -> None:
        """Listen. OSError when the port asked for is in use."""
        sockets = dict(zip(OUTLETS, take_places(len(OUTLETS), self._port), strict=True))
        self._keys = {listening.getsockname(): key for key, listening in sockets.items()}
        self.addresses.update({key: "http://{}:{}".format(*listening.getsockname()) for key, listening in sockets.items()})
        self._runner = web.ServerRunner(web.Server(self._answer, access_log=None))
        await self._runner.setup()
        for listening in sockets.values():
            await web.SockSite(self._runner, listening).start()

    async def close(self) -> None:
        """Stop listening and drop what is open."""
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Newsroom:
        await self.open()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    async def _answer(self, request: web.BaseRequest) -> web.Response:
        assert request.transport is not None
        host, port = request.transport.get_extra_info("sockname")[:2]
        outlet = OUTLETS[self._keys[host, port]]
        response = self._respond(outlet, request)
        self.requests[outlet.key, request.path_qs, response.status] += 1
        return response

    def _respond(self, outlet: PracticeOutlet, request: web.BaseRequest) -> web.Response:
        path = request.path_qs
        if path == "/robots.txt":
            return web.Response(text=_ROBOTS_CLOSED if outlet.key == "almughlaq" else _ROBOTS)
        if outlet.key == "almathal":
            return _failing(outlet, path)
        if path == outlet.announces:
            return self._announcement(outlet, request)
        fetched = path.removeprefix(script.API) if outlet.key == "annahda" else path
        article = self.edition.find_page(outlet, fetched)
        if article is None:
            return web.Response(status=404, text=document("404", "<h1>الصفحة غير موجودة</h1>"), content_type="text/html", charset="utf-8")
        self._visits += 1
        visit = Visit(article=article, edition=self.edition, number=self._visits)
        if fetched != path:
            return web.Response(text=script.annahda_json(visit), content_type="application/json", charset="utf-8")
        body = _PAGES[outlet.key](visit).encode(outlet.charset, "xmlcharrefreplace")
        return web.Response(body=body, headers={"Content-Type": f"text/html; charset={outlet.charset}"})

    def _announcement(self, outlet: PracticeOutlet, request: web.BaseRequest) -> web.Response:
        body, content_type = announce(outlet, self.edition)
        changed = format_datetime(self._changed_at(outlet), usegmt=True)
        known = {"ETag": f'"{blake2b(body, digest_size=8).hexdigest()}"', "Last-Modified": changed}
        headers = {name: known[name] for name in outlet.validators}
        if _unchanged(request.headers, headers):
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, headers={**headers, "Content-Type": content_type})

    def _changed_at(self, outlet: PracticeOutlet) -> datetime:
        """When the outlet last published; UTC."""
        out = self.edition.out(outlet)
        return (out[0].out_at(self.anchor) if out else self.anchor - timedelta(days=LAST_DAY)).astimezone(UTC)


def _unchanged(asked: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """Conditional requests, RFC 9110 section 13.2.2: If-None-Match wins where both are sent."""
    if "If-None-Match" in asked and "ETag" in now:
        tags = {tag.strip().removeprefix("W/") for tag in asked["If-None-Match"].split(",")}
        return now["ETag"] in tags or "*" in tags
    if "If-Modified-Since" in asked and "Last-Modified" in now:
        try:
            return parsedate_to_datetime(now["Last-Modified"]) <= parsedate_to_datetime(asked["If-Modified-Since"])
        except ValueError:  # the condition is ignored when its date is no date
            return False
    return False


def _failing(outlet: PracticeOutlet, path: str) -> web.Response:
    """The outlet whose feed breaks and whose other feed is its home page."""
    if path == outlet.announces:
        return web.Response(status=500, text="Internal Server Error")
    return web.Response(text=document(outlet.title, "<h1>المثال</h1><p>الموقع قيد التحديث</p>"), content_type="text/html", charset="utf-8")


@contextmanager
def in_thread(server: AbstractAsyncContextManager[_S]) -> Iterator[_S]:
    """A server on a thread of its own, for a caller that has no event loop or blocks its own. OSError where it cannot listen."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="newsroom", daemon=True)
    thread.start()
    try:
        running = asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result()
        try:
            yield running
        finally:
            asyncio.run_coroutine_threadsafe(server.__aexit__(None, None, None), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
