"""The hand of alerts on a real store with real receivers: nothing lost, nothing doubled, nobody held up."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from scrapy.settings import Settings

from crawler.alerts.policy import WEBHOOK_DELAYS
from crawler.deliver import PATIENCE, Sending, deliver, make_senders, send_test
from crawler.errors import ConfigurationError
from crawler.items import Article, Judgement, Match
from crawler.newsroom.mailbox import Mailbox
from crawler.newsroom.receiver import Receiver
from crawler.store import Store
from crawler.watches import Channel, WatchFile, load_watches

ROOT = Path(__file__).resolve().parents[1]
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
WATCH = "security-guarantees"
BODY = "قال مسؤول إن الضمانات الأمنية جاهزة. ولم يزد."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "marsad.db")
    yield store
    store.close()


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_HOOK_SECRET", SECRET)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, wait: timedelta) -> None:
        self.now += wait


def watches(tmp_path: Path, *channels: str, extra: str = "") -> WatchFile:
    """A watch file with one watch and these channels (name, then lines)."""
    path = tmp_path / "watches.toml"
    rows = "\n".join(f"[[channel]]\n{channel}\n" for channel in channels)
    path.write_text(f'[[watch]]\nname = "{WATCH}"\nterms = ["ضمانات أمنية"]\n{extra}\n{rows}', "utf-8")
    return load_watches(path)


def hook(receiver: Receiver, name: str = "desk-hook", more: str = "") -> str:
    return f'name = "{name}"\nurl = "{receiver.url}/{name}"\nsecret_env = "DESK_HOOK_SECRET"\n{more}'


def settings(**changes: Any) -> Settings:
    defaults = {
        "ALERT_LANGUAGE": "ar",
        "ALLOW_PRIVATE_ADDRESSES": True,
        "MAIL_FROM": "Marsad <marsad@desk.example>",
        "PUBLIC_URL": "",
        "SMTP_URL": "",
        "TIMEZONE": "Asia/Amman",
        "USER_AGENT": "Marsad/0",
    }
    return Settings({**defaults, **changes})


def tell(store: Store, at: datetime, *channels: str, number: int = 1, due_at: datetime | None = None) -> None:
    with store.transaction():
        store.runs.begin("almisbah", "المصباح", "jo", at)
        url = f"https://almisbah.example/{number}"
        article = Article(outlet="almisbah", url=url, key=url, title=f"الخبر رقم {number}", body=BODY, published_at=at, fetched_at=at)
        kept = store.articles.keep(article, at).article
        article_id = kept.id or 0
        story = store.stories.join(kept, Judgement(relation="new"), at)
        store.articles.place(article_id, story, Judgement(relation="new"))
        store.stories.count(story, at)
        start = BODY.index("الضمانات")
        match = Match(watch=WATCH, term="ضمانات أمنية", field="body", start=start, end=start + 16, text="الضمانات الأمنية")
        store.watches.record(WATCH, article_id, story, [match], at)
        store.deliveries.queue(WATCH, story, article_id, 0, channels, at, due_at or at)


def run(work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    return asyncio.run(work())


def test_one_story_by_webhook_and_mail(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    tell(store, clock.now, "desk-hook", "desk-mail")

    async def work() -> None:
        async with Receiver(secret=SECRET) as receiver, Mailbox() as mailbox:
            file = watches(tmp_path, hook(receiver), 'name = "desk-mail"\nurl = "mailto:desk@example.org"')
            sendings = await deliver(store, file, settings(SMTP_URL=mailbox.url), clock)
            assert {(sending.channel, sending.state, sending.tries) for sending in sendings} == {
                ("desk-hook", "delivered", 1),
                ("desk-mail", "delivered", 1),
            }
            assert await deliver(store, file, settings(SMTP_URL=mailbox.url), clock) == []
        [post], [letter] = receiver.posts, mailbox.letters
        assert post.verdict == "ok"
        assert post.event["data"]["excerpt"] == "قال مسؤول إن الضمانات الأمنية جاهزة."
        assert "المصباح" in letter.part("html")
        assert "المصباح" in str(letter.message["Subject"])

    run(work)
    assert store.deliveries.counts() == {"delivered": 2}


def test_the_whole_schedule_over_75_hours_and_restarts(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    start = clock.now
    tell(store, clock.now, "desk-hook")

    async def work() -> Receiver:
        async with Receiver(secret=SECRET, clock=lambda: clock.now.timestamp()) as receiver:
            file = watches(tmp_path, hook(receiver))
            receiver.break_next("fail", times=9, path="/hook/desk-hook")
            for tries in range(1, 10):
                restarted = Store.open(tmp_path / "marsad.db")
                [sending] = await deliver(restarted, file, settings(), clock)
                assert (sending.state, sending.tries) == ("queued", tries)
                assert sending.next_try_at is not None
                assert 0.8 <= (sending.next_try_at - clock.now) / WEBHOOK_DELAYS[tries] <= 1.2
                clock.forward(sending.next_try_at - clock.now - timedelta(seconds=2))
                assert await deliver(restarted, file, settings(), clock) == []
                clock.forward(timedelta(seconds=4))
                restarted.close()
            [sending] = await deliver(store, file, settings(), clock)
            assert (sending.state, sending.tries) == ("delivered", 10)
        return receiver

    receiver = run(work)
    assert clock.now - start > timedelta(hours=60)
    assert len({post.headers["webhook-id"] for post in receiver.posts}) == 1
    assert [post.verdict for post in receiver.posts] == ["ok"] * 10
    assert len({post.body for post in receiver.posts}) == 1
    assert len({post.headers["webhook-timestamp"] for post in receiver.posts}) == 10


def test_after_the_last_try_it_is_kept_and_can_be_replayed(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    tell(store, clock.now, "desk-hook")

    async def work() -> None:
        async with Receiver(secret=SECRET, clock=lambda: clock.now.timestamp()) as receiver:
            file = watches(tmp_path, hook(receiver))
            receiver.break_next("fail", times=10, path="/hook/desk-hook")
            last: Sending | None = None
            for _ in range(10):
                [last] = await deliver(store, file, settings(), clock)
                clock.forward(timedelta(hours=30))
            assert last is not None
            assert (last.state, last.error) == ("failed", "the receiver answered 500 Internal Server Error")
            assert await deliver(store, file, settings(), clock) == []
            store.deliveries.replay([last.alert_id], clock())
            [sending] = await deliver(store, file, settings(), clock)
            assert (sending.state, sending.alert_id) == ("delivered", last.alert_id)

    run(work)


def test_one_hanging_receiver_holds_nobody_up(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.alerts.webhook.TIMEOUT", 2.0)
    clock = Clock()
    names = [f"hook-{number}" for number in range(20)]
    for number in range(3):
        tell(store, clock.now, *names, number=number)

    async def work() -> None:
        async with Receiver(secret=SECRET) as receiver:
            file = watches(tmp_path, *(hook(receiver, name) for name in names))
            receiver.break_next("hang", times=99, path="/hook/hook-0")
            task = asyncio.ensure_future(deliver(store, file, settings(), clock))
            await asyncio.sleep(1.5)
            assert store.deliveries.counts()["delivered"] == 19 * 3
            sendings = await task
            assert Counter(sending.state for sending in sendings) == {"delivered": 57, "queued": 3}

    run(work)


def test_a_channel_that_keeps_failing_is_left_for_this_round(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    for number in range(10):
        tell(store, clock.now, "desk-hook", number=number)

    async def work() -> Receiver:
        async with Receiver(secret=SECRET) as receiver:
            receiver.break_next("fail", times=99, path="/hook/desk-hook")
            await deliver(store, watches(tmp_path, hook(receiver)), settings(), clock)
        return receiver

    assert PATIENCE <= len(run(work).posts) < 10


def test_retry_after_holds_the_whole_channel(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    tell(store, clock.now, "desk-hook", number=1)

    async def work() -> None:
        async with Receiver(secret=SECRET, clock=lambda: clock.now.timestamp()) as receiver:
            file = watches(tmp_path, hook(receiver))
            receiver.break_next("ratelimit", path="/hook/desk-hook", seconds=90)
            [sending] = await deliver(store, file, settings(), clock)
            assert sending.next_try_at == clock.now + timedelta(seconds=90)
            tell(store, clock.now, "desk-hook", number=2)
            clock.forward(timedelta(seconds=89))
            assert await deliver(store, file, settings(), clock) == []
            clock.forward(timedelta(seconds=1))
            sendings = await deliver(store, file, settings(), clock)
            assert [sending.state for sending in sendings] == ["delivered", "delivered"]

    run(work)


def test_gone_switches_the_channel_off_until_a_test_reaches_it(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    tell(store, clock.now, "desk-hook", number=1)

    async def work() -> None:
        async with Receiver(secret=SECRET, clock=lambda: clock.now.timestamp()) as receiver:
            file = watches(tmp_path, hook(receiver))
            receiver.break_next("gone", path="/hook/desk-hook")
            [sending] = await deliver(store, file, settings(), clock)
            assert sending.state == "failed"
            assert "switched off" in sending.error
            tell(store, clock.now, "desk-hook", number=2)
            clock.forward(timedelta(days=2))
            assert await deliver(store, file, settings(), clock) == []
            assert store.deliveries.counts() == {"failed": 1, "held": 1}
            assert (await send_test(store, file, settings(), "desk-hook", clock())).state == "delivered"
            assert receiver.posts[-1].event == {"type": "test", "timestamp": receiver.posts[-1].event["timestamp"], "data": {"watch": ""}}
            [sending] = await deliver(store, file, settings(), clock)
            assert sending.state == "delivered"

    run(work)


def test_one_refused_recipient_is_reported_and_the_others_are_served_once(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    tell(store, clock.now, "desk-mail")

    async def work() -> None:
        async with Mailbox() as mailbox:
            mailbox.refuse = {"b@example.org": "451 4.7.1 greylisted", "c@example.org": "550 5.1.1 no such user"}
            file = watches(tmp_path, 'name = "desk-mail"\nurl = "mailto:a@example.org,b@example.org,c@example.org"')
            [sending] = await deliver(store, file, settings(SMTP_URL=mailbox.url), clock)
            assert sending.state == "queued"
            mailbox.refuse = {}
            clock.forward(timedelta(minutes=5))
            [sending] = await deliver(store, file, settings(SMTP_URL=mailbox.url), clock)
            assert (sending.state, sending.error) == ("failed", "refused: c@example.org")
        assert [letter.recipients for letter in mailbox.letters] == [("a@example.org",), ("b@example.org",)]
        assert len({str(letter.message["Message-ID"]) for letter in mailbox.letters}) == 1

    run(work)


def test_quiet_hours_end_in_one_digest(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    for number in range(3):
        tell(store, clock.now, "desk-mail", number=number, due_at=clock.now + timedelta(hours=6))

    async def work() -> None:
        async with Mailbox() as mailbox:
            file = watches(tmp_path, 'name = "desk-mail"\nurl = "mailto:a@example.org"')
            assert await deliver(store, file, settings(SMTP_URL=mailbox.url), clock) == []
            clock.forward(timedelta(hours=6))
            [sending] = await deliver(store, file, settings(SMTP_URL=mailbox.url), clock)
            assert (sending.kind, len(sending.stories)) == ("digest", 3)
        [letter] = mailbox.letters
        assert "3 أخبار" in str(letter.message["Subject"])
        assert all(f"الخبر رقم {number}" in letter.part("plain") for number in range(3))

    run(work)


def test_daily_cap(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    clock.now = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0)
    for number in range(5):
        tell(store, clock.now, "desk-hook", number=number)

    async def work() -> None:
        async with Receiver(secret=SECRET, clock=lambda: clock.now.timestamp()) as receiver:
            file = watches(tmp_path, hook(receiver, more="daily_cap = 2"))
            assert len(await deliver(store, file, settings(), clock)) == 2
            assert await deliver(store, file, settings(), clock) == []
            midnight = clock.now.astimezone(ZoneInfo("Asia/Amman")).replace(hour=0) + timedelta(days=1)
            clock.now = midnight.astimezone(UTC)
            assert len(await deliver(store, file, settings(), clock)) == 2

    run(work)


def test_a_watch_or_channel_that_is_switched_off_is_held(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    tell(store, clock.now, "desk-hook", "old-hook")

    async def work() -> None:
        async with Receiver(secret=SECRET) as receiver:
            off = watches(tmp_path, hook(receiver), extra="enabled = false")
            assert await deliver(store, off, settings(), clock) == []
            assert store.deliveries.counts() == {"held": 2}
            on = watches(tmp_path, hook(receiver))
            assert [sending.channel for sending in await deliver(store, on, settings(), clock)] == ["desk-hook"]
            assert store.deliveries.counts() == {"delivered": 1, "held": 1}

    run(work)


@pytest.mark.parametrize(
    ("channel", "changes", "sentence"),
    [
        ({"url": "https://example.org/hook", "secret_env": "NO_SUCH"}, {}, r"channel desk \(secret_env\) names the variable NO_SUCH"),
        ({"url_env": "NO_SUCH"}, {}, r"channel desk \(url_env\) names the variable NO_SUCH, which is not set"),
        ({"url": "mailto:a@example.org"}, {}, "channel desk sends mail, but SMTP_URL is not set"),
        ({"url": "mailto:nobody"}, {"SMTP_URL": "smtp://localhost"}, "'nobody' is no mail address"),
        ({"url": "tgram://token/chat"}, {}, "channel desk: tgram is no kind of channel there is: write https:// or mailto:"),
        ({"url": "http://127.0.0.1/hook"}, {"ALLOW_PRIVATE_ADDRESSES": False}, "channel desk: 127.0.0.1 is a loopback address"),
        ({"url": "http://169.254.169.254/"}, {}, "cloud metadata"),
    ],
)
def test_a_channel_that_cannot_be_used_stops_before_anything_is_sent(
    store: Store, channel: dict[str, str], changes: dict[str, Any], sentence: str
) -> None:
    file = WatchFile(channels=(Channel(name="desk", **channel),))
    with pytest.raises(ConfigurationError, match=sentence):
        asyncio.run(deliver(store, file, settings(**changes)))


def test_private_is_a_key_of_the_channel() -> None:
    file = WatchFile(channels=(Channel(name="desk", url="http://127.0.0.1/hook", private=True),))
    assert list(make_senders(file, settings(ALLOW_PRIVATE_ADDRESSES=False))) == ["desk"]


def test_an_unsigned_channel_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    make_senders(WatchFile(channels=(Channel(name="desk", url="https://example.org/hook/T0"),)), settings())
    assert "channel desk has no secret_env" in caplog.text
    assert "T0" not in caplog.text


# --- the command ----------------------------------------------------------------------------------------------------------


def scrapy(tmp_path: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scrapy", "alert", *words, "-s", f"STORE_URL=sqlite:///{tmp_path}/marsad.db"]
    command += ["-s", f"WATCHES_PATH={tmp_path}/watches.toml", "-s", "ALLOW_PRIVATE_ADDRESSES=1", "-s", "TIMEZONE=UTC"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, **more}, check=False)


def test_the_command_delivers_tests_previews_and_replays(store: Store, tmp_path: Path) -> None:
    tell(store, datetime.now(UTC), "desk-hook")

    async def work() -> None:
        async with Receiver(secret=SECRET) as receiver:
            watches(tmp_path, hook(receiver))
            preview = await asyncio.to_thread(scrapy, tmp_path, "--dry-run", "--json")
            assert preview.returncode == 0
            assert [json.loads(line)["titles"] for line in preview.stdout.splitlines()] == [["الخبر رقم 1"]]
            assert receiver.posts == []
            receiver.break_next("ack_lost", path="/hook/desk-hook")
            failed = await asyncio.to_thread(scrapy, tmp_path, "--json")
            assert failed.returncode == 1
            sending = json.loads(failed.stdout)
            assert (sending["state"], sending["tries"]) == ("queued", 1)
            store.connection.execute("UPDATE deliveries SET state = 'failed'")
            replayed = await asyncio.to_thread(scrapy, tmp_path, "--replay", sending["alert_id"])
            assert replayed.returncode == 0
            assert "1 messages delivered; deliveries: 1 delivered" in replayed.stdout
            assert receiver.posts[0].headers["webhook-id"] == receiver.posts[1].headers["webhook-id"] == sending["alert_id"]
            test = await asyncio.to_thread(scrapy, tmp_path, "--test", "desk-hook")
            assert (test.returncode, test.stdout) == (0, "desk-hook: the test message was delivered\n")

    run(work)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--test", "desk-hok"], "--test: there is no channel 'desk-hok' in the watch file; did you mean desk-hook?"),
        (["--replay", "17"], "--replay: 17 is neither failed nor delivered"),
        (["--nonsense"], "scrapy alert has no option --nonsense"),
        (["surplus"], "scrapy alert does not know what to do with 'surplus'"),
        ([], "channel desk-hook (secret_env) names the variable NO_SUCH, which is not set"),
    ],
)
def test_wrong_usage_is_one_sentence(tmp_path: Path, words: list[str], sentence: str) -> None:
    secret_env = "NO_SUCH" if not words else "DESK_HOOK_SECRET"
    watches(tmp_path, f'name = "desk-hook"\nurl = "https://example.org/hook"\nsecret_env = "{secret_env}"')
    result = scrapy(tmp_path, *words)
    assert result.returncode == 2
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr


def test_without_a_watch_file(tmp_path: Path) -> None:
    result = scrapy(tmp_path)
    assert result.returncode == 2
    assert "watches.toml does not exist: write it with scrapy watch init" in result.stderr


# --- kill -9 --------------------------------------------------------------------------------------------------------------


def test_killed_senders_lose_nothing_and_repeat_only_with_the_same_id(store: Store, tmp_path: Path) -> None:
    """Six senders are killed while they work; then the queue is drained."""
    duties = 30
    for number in range(duties):
        tell(store, datetime.now(UTC) - timedelta(seconds=number * 2), "desk-hook", number=number)
        if number % 10 == 9:  # groups of ten are told one by one
            store.connection.execute("UPDATE deliveries SET claimed_at = created_at")

    async def work() -> Receiver:
        async with Receiver(secret=SECRET) as receiver:
            file = watches(tmp_path, hook(receiver))
            for round_ in range(6):
                command = [sys.executable, "-m", "scrapy", "alert", "-s", f"STORE_URL=sqlite:///{tmp_path}/marsad.db"]
                command += ["-s", f"WATCHES_PATH={tmp_path}/watches.toml", "-s", "ALLOW_PRIVATE_ADDRESSES=1"]
                before = len(receiver.posts)
                process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=-3, stderr=-3)
                stop = time.monotonic() + 20
                while len(receiver.posts) < before + 1 + round_ and process.returncode is None and time.monotonic() < stop:  # noqa: ASYNC110
                    await asyncio.sleep(0.001)
                if process.returncode is None:
                    process.send_signal(signal.SIGKILL)
                await process.wait()
            await deliver(store, file, settings(), lambda: datetime.now(UTC) + timedelta(seconds=61))
        return receiver

    receiver = run(work)
    assert store.deliveries.counts() == {"delivered": duties}
    ids = dict(store.connection.execute("SELECT alert_id, story_id FROM deliveries").fetchall())
    told = Counter(post.headers["webhook-id"] for post in receiver.posts if post.accepted)
    assert set(told) == set(ids)
    assert sum(told.values()) - duties <= 6 * 4
