"""Deliveries that are due in; claimed, sent and marked; what became of each message out: the hand of alerts."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import SystemRandom
from typing import Literal, Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from scrapy.settings import BaseSettings

from crawler.alerts.mail import Mail, read_recipients, read_sender, read_server
from crawler.alerts.messages import Style
from crawler.alerts.policy import Outcome, Recipients, next_try
from crawler.alerts.webhook import Webhook, read_secrets
from crawler.alerts.wording import WORDINGS
from crawler.errors import ConfigurationError
from crawler.items import Alert, AlertItem
from crawler.net import find_fault
from crawler.secrets import read_secret
from crawler.settings import local_zone
from crawler.store import Store
from crawler.store.claims import Claim
from crawler.watches import Channel, WatchFile

AT_ONCE = 4
"""Messages under way to one channel; every channel has its own places, so a slow one holds nobody else up."""
PATIENCE = 3
"""After so many failures in a row a channel is left alone until the next round."""

logger = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The clock on the wall."""
    return datetime.now(UTC)


class Sender(Protocol):
    """A channel that can be sent to."""

    @property
    def delays(self) -> tuple[timedelta, ...]: ...
    async def send(self, alert: Alert, at: datetime, recipients: Recipients) -> Outcome: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What became of one try to send one message."""

    alert_id: str
    kind: str
    watch: str
    channel: str
    stories: tuple[int, ...]
    headline: str
    """Of the first of them."""
    state: str
    """delivered, queued (again later) or failed (given up; kept, and can be replayed)."""
    tries: int
    error: str = ""
    next_try_at: datetime | None = None


async def deliver(store: Store, watch_file: WatchFile, settings: BaseSettings, clock: Callable[[], datetime] = utc_now) -> list[Sending]:
    """Send everything that is due, and return when nothing more is; one result for each try.

    Raises ConfigurationError, before anything is sent, for a channel that cannot be used.
    """
    return await _Round(store, watch_file, make_senders(watch_file, settings), clock, local_zone(settings)).run()


async def send_test(store: Store, watch_file: WatchFile, settings: BaseSettings, channel: str, now: datetime) -> Outcome:
    """One try of a test message; a channel that takes it is switched on again."""
    sender = make_senders(watch_file, settings, only=channel)[channel]
    id_ = f"test_{hashlib.sha256(f'{channel} {now.isoformat()}'.encode()).hexdigest()[:32]}"
    outcome = await sender.send(Alert(id=id_, kind="test", watch="", created_at=now), now, Recipients())
    if outcome.state == "delivered":
        store.deliveries.reopen(channel)
    return outcome


def make_senders(watch_file: WatchFile, settings: BaseSettings, only: str | None = None) -> dict[str, Sender]:
    """Every channel of the watch file by name, ready to send; `only` one of them where that is asked.

    Raises ConfigurationError naming the channel and its key: a missing secret, an address of a kind that we do
    not know or may not contact, a mail channel without SMTP_URL.
    """
    style = Style(wording=WORDINGS[settings["ALERT_LANGUAGE"]], zone=local_zone(settings), public_url=settings["PUBLIC_URL"] or "")
    return {channel.name: _make_sender(channel, settings, style) for channel in watch_file.channels if only in (None, channel.name)}


def _make_sender(channel: Channel, settings: BaseSettings, style: Style) -> Sender:
    url, scheme = _address(channel), urlsplit(_address(channel)).scheme.lower()
    if scheme == "mailto":
        return _make_mail(channel.name, url, settings, style)
    if scheme not in ("http", "https"):
        raise ConfigurationError(f"channel {channel.name}: {scheme or 'this'} is no kind of channel there is: write https:// or mailto:")
    allow_private = channel.private or settings.getbool("ALLOW_PRIVATE_ADDRESSES")
    if fault := find_fault(url, allow_private):
        raise ConfigurationError(f"channel {channel.name}: {fault}; private = true allows the channel a private address")
    asked_by = f"channel {channel.name} (secret_env)"
    secrets = read_secrets(read_secret(channel.secret_env, asked_by), asked_by) if channel.secret_env else ()
    if not secrets:
        logger.warning("channel %s has no secret_env: its receiver cannot tell our messages from forged ones", channel.name)
    return Webhook(url=url, secrets=secrets, style=style, user_agent=settings["USER_AGENT"], allow_private=allow_private)


def _make_mail(name: str, url: str, settings: BaseSettings, style: Style) -> Mail:
    to = read_recipients(url, f"channel {name}")
    if not settings["SMTP_URL"]:
        raise ConfigurationError(f"channel {name} sends mail, but SMTP_URL is not set: write smtp://host:25 or smtp+starttls://user:pass@host:587")
    return Mail(server=read_server(settings["SMTP_URL"]), sender=read_sender(settings["MAIL_FROM"]), to=to, style=style)


def _address(channel: Channel) -> str:
    return channel.url or (read_secret(channel.url_env, f"channel {channel.name} (url_env)") if channel.url_env else "")


class _Round:
    """One drain of the queue."""

    def __init__(
        self, store: Store, watch_file: WatchFile, senders: Mapping[str, Sender], clock: Callable[[], datetime], zone: ZoneInfo
    ) -> None:
        self._store, self._queue, self._senders, self._clock, self._zone = store, store.deliveries, senders, clock, zone
        self._watches = [watch.name for watch in watch_file.watches if watch.enabled]
        self._caps = {channel.name: channel.daily_cap for channel in watch_file.channels if channel.daily_cap}
        self._addresses = {channel.name: hashlib.sha256(_address(channel).encode()).hexdigest() for channel in watch_file.channels}
        self._under_way: Counter[str] = Counter()
        self._failures: Counter[str] = Counter()

    async def run(self) -> list[Sending]:
        """Claim, send and mark until nothing is left that may be sent now."""
        self._hold()
        tasks: dict[asyncio.Task[Outcome], tuple[Claim, Alert]] = {}
        sendings: list[Sending] = []
        try:
            while True:
                tasks.update(self._start(self._queue.claim(self._clock(), self._room())))
                if not tasks:
                    return sendings
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                sendings += [self._mark(*tasks.pop(task), task.result()) for task in done]
        finally:
            for task in tasks:  # stopped from outside: what is under way is sent again, with the same id, when its lease is over
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, claims: Iterable[Claim]) -> dict[asyncio.Task[Outcome], tuple[Claim, Alert]]:
        tasks = {}
        for claim in claims:
            alert = load_alert(self._store, claim)
            self._under_way[claim.channel] += 1
            task = asyncio.ensure_future(self._senders[claim.channel].send(alert, self._clock(), claim.recipients))
            tasks[task] = claim, alert
        return tasks

    def _room(self) -> dict[str, int]:
        """How many messages each channel may be given now."""
        now = self._clock()
        closed = self._queue.closed(self._addresses, now)
        said = self._queue.said_since(now.astimezone(self._zone).replace(hour=0, minute=0, second=0)) if self._caps else Counter()
        room = {}
        for name in self._senders:
            free = AT_ONCE - self._under_way[name]
            if name in self._caps:
                free = min(free, self._caps[name] - said[name])
            room[name] = 0 if name in closed or self._failures[name] >= PATIENCE else free
        return room

    def _mark(self, claim: Claim, alert: Alert, outcome: Outcome) -> Sending:
        """Write down what became of a try, and draw the conclusions for its channel."""
        now, name = self._clock(), claim.channel
        self._under_way[name] -= 1
        self._failures[name] = 0 if outcome.state == "delivered" else self._failures[name] + 1
        wait = None
        if outcome.state == "again":
            jitter = SystemRandom().uniform(-1, 1)
            wait = next_try(self._senders[name].delays, claim.tries + 1, jitter, outcome.retry_after)
            if wait is None:
                outcome = Outcome(state="failed", error=outcome.error, recipients=outcome.recipients)
            elif outcome.retry_after is not None:
                self._queue.close(name, self._addresses[name], now + wait, outcome.error)
        next_try_at = now + wait if wait is not None else None
        if not self._queue.settle(claim, outcome, now, next_try_at):
            logger.warning("channel %s: alert %s took so long that another sender has it now", name, claim.alert_id)
        if outcome.gone:
            self._queue.close(name, self._addresses[name], None, outcome.error)
            self._hold()
        if outcome.error:
            logger.warning("channel %s: alert %s: %s", name, claim.alert_id, outcome.error)
        return _sending(claim, alert, outcome, next_try_at)

    def _hold(self) -> None:
        closed = self._queue.closed(self._addresses, self._clock())
        open_ = [name for name in self._senders if not closed.get(name)]
        if held := self._queue.hold(self._watches, open_, self._clock()):
            logger.info("%d deliveries are held: their watch or channel is not in the watch file, or switched off", held)


def load_alert(store: Store, claim: Claim) -> Alert:
    """What a claim tells, read from the store."""
    items = tuple(
        AlertItem(
            story=store.stories.load(row.story_id),
            article=store.articles.load(row.article_id),
            matches=store.watches.matches(claim.watch, row.article_id),
            version=row.version,
            others=store.stories.others(row.story_id),
        )
        for row in claim.rows
    )
    return Alert(id=claim.alert_id, kind=_kind(claim), watch=claim.watch, created_at=claim.created_at, items=items)


def _kind(claim: Claim) -> Literal["digest", "story.updated", "story.new"]:
    if claim.is_digest:
        return "digest"
    return "story.updated" if claim.rows[0].version else "story.new"


def _sending(claim: Claim, alert: Alert, outcome: Outcome, next_try_at: datetime | None) -> Sending:
    return Sending(
        alert_id=claim.alert_id,
        kind=alert.kind,
        watch=claim.watch,
        channel=claim.channel,
        stories=tuple(row.story_id for row in claim.rows),
        headline=alert.items[0].article.title,
        state="queued" if outcome.state == "again" else outcome.state,
        tries=claim.tries + 1,
        error=outcome.error,
        next_try_at=next_try_at,
    )
