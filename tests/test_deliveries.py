"""The queue of alerts on a real store: queued once, claimed by one sender, settled by nobody else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.alerts.policy import BURST, DIGEST_SIZE, Outcome, Recipients
from crawler.items import Article, Judgement
from crawler.store import Store
from crawler.store.claims import Claim
from crawler.store.deliveries import LEASE

AT = datetime(2026, 1, 28, 11, 20, tzinfo=UTC)
WATCH = "security-guarantees"
ALL = {"desk-mail": 1000, "desk-hook": 1000}


def later(seconds: float = 0, **more: float) -> datetime:
    return AT + timedelta(seconds=seconds, **more)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "marsad.db")
    yield store
    store.close()


def tell(store: Store, number: int = 1, *, due_at: datetime = AT, channels: tuple[str, ...] = ("desk-hook",), version: int = 0) -> None:
    """Keep an article in a story of its own, and queue that a watch found it; all in one transaction."""
    with store.transaction():
        url = f"https://almisbah.example/{number}"
        article = Article(outlet="almisbah", url=url, key=url, title=f"خبر {number}", body="نص", fetched_at=AT)
        kept = store.articles.keep(article, AT).article
        known = store.connection.execute("SELECT story_id FROM articles WHERE id = ?", [kept.id]).fetchone()[0]
        story = known or store.stories.join(kept, Judgement(relation="new"), AT)
        store.articles.place(kept.id or 0, story, Judgement(relation="new"))
        store.deliveries.queue(WATCH, story, kept.id or 0, version, channels, AT, due_at)


def states(store: Store) -> list[tuple[str, int]]:
    return [tuple(row) for row in store.connection.execute("SELECT state, attempts FROM deliveries ORDER BY id")]


def claim_one(store: Store, at: datetime = AT) -> Claim:
    [claim] = store.deliveries.claim(at, ALL)
    return claim


def test_a_duty_is_queued_once_for_each_channel(store: Store) -> None:
    for _ in range(3):
        tell(store, channels=("desk-mail", "desk-hook"))
    assert states(store) == [("queued", 0), ("queued", 0)]
    first, second = store.deliveries.claim(AT, ALL)
    assert (first.channel, second.channel) == ("desk-mail", "desk-hook")
    assert first.alert_id != second.alert_id


def test_a_duty_is_part_of_the_callers_transaction(store: Store) -> None:
    tell(store, channels=())

    def fail_half_way() -> None:
        with store.transaction():
            store.deliveries.queue(WATCH, 1, 1, 0, ("desk-hook",), AT, AT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert states(store) == []


def test_a_duty_needs_its_article(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError), store.transaction():
        store.deliveries.queue(WATCH, 99, 99, 0, ("desk-hook",), AT, AT)


def test_versions_are_duties_of_their_own(store: Store) -> None:
    tell(store)
    tell(store, version=1)
    assert len({claim.alert_id for claim in store.deliveries.claim(AT, ALL)}) == 2


def test_nothing_is_claimed_twice_and_nothing_before_its_time(store: Store) -> None:
    tell(store, due_at=later(10))
    assert store.deliveries.claim(later(9), ALL) == []
    assert len(store.deliveries.claim(later(10), ALL)) == 1
    assert store.deliveries.claim(later(11), ALL) == []


def test_two_programs_share_the_queue(store: Store, tmp_path: Path) -> None:
    other = Store.open(tmp_path / "marsad.db")
    for number in range(8):
        tell(store, number)
    mine = store.deliveries.claim(AT, {"desk-hook": 5})
    theirs = other.deliveries.claim(AT, ALL)
    assert (len(mine), len(theirs)) == (5, 3)
    assert not {claim.alert_id for claim in mine} & {claim.alert_id for claim in theirs}
    other.close()


def test_a_dead_senders_claim_is_taken_over_with_the_same_id(store: Store) -> None:
    tell(store)
    dead = claim_one(store)
    assert store.deliveries.claim(later(59), ALL) == []
    heir = claim_one(store, AT + LEASE)
    assert heir.alert_id == dead.alert_id
    assert heir.tries == 0  # a sender that dies uses up no try


def test_a_late_sender_cannot_overwrite(store: Store) -> None:
    tell(store)
    late, heir = claim_one(store), claim_one(store, AT + LEASE)
    assert not store.deliveries.settle(late, Outcome(state="failed", error="late"), later(61))
    assert states(store) == [("sending", 0)]
    assert store.deliveries.settle(heir, Outcome(state="delivered"), later(62))
    assert not store.deliveries.settle(late, Outcome(state="failed", error="late"), later(63))
    assert states(store) == [("delivered", 1)]


def test_again_waits_and_never_before_the_moment_asked_for(store: Store) -> None:
    tell(store)
    claim = claim_one(store)
    outcome = Outcome(state="again", error="500", recipients=Recipients(("a@example.org",), ("b@example.org",)))
    assert store.deliveries.settle(claim, outcome, AT, later(4.5))
    assert store.deliveries.claim(later(4), ALL) == []
    again = claim_one(store, later(5))
    assert (again.alert_id, again.tries, again.recipients) == (claim.alert_id, 1, outcome.recipients)


def test_what_waited_for_its_hour_is_one_digest(store: Store) -> None:
    for number in range(3):
        tell(store, number, due_at=later(hours=1))
    digest = claim_one(store, later(hours=1))
    assert digest.is_digest
    assert len(digest.rows) == 3
    rows = store.connection.execute("SELECT DISTINCT alert_id FROM deliveries").fetchall()
    assert [tuple(row) for row in rows] == [(digest.alert_id,)]


def test_a_digest_keeps_its_stories_over_retries(store: Store) -> None:
    tell(store, 1, due_at=later(hours=1))
    digest = claim_one(store, later(hours=1))
    store.deliveries.settle(digest, Outcome(state="again", error="500"), later(hours=1), later(hours=1.1))
    tell(store, 2, due_at=later(hours=1.05))
    again, new = store.deliveries.claim(later(hours=2), ALL)
    assert (again.alert_id, again.rows) == (digest.alert_id, digest.rows)
    assert new.alert_id != digest.alert_id


def test_a_burst_becomes_few_messages_and_loses_no_story(store: Store) -> None:
    for number in range(1000):
        tell(store, number)
    claims = store.deliveries.claim(AT, ALL)
    assert len(claims) <= 10
    assert sum(len(claim.rows) for claim in claims) == 1000
    assert max(len(claim.rows) for claim in claims) <= DIGEST_SIZE


def test_a_few_stories_are_told_one_by_one(store: Store) -> None:
    for number in range(BURST):
        tell(store, number)
    claims = store.deliveries.claim(AT, ALL)
    assert len(claims) == BURST
    assert not any(claim.is_digest for claim in claims)


def test_room_is_kept_for_each_channel(store: Store) -> None:
    for number in range(5):
        tell(store, number, channels=("desk-mail", "desk-hook"))
    claims = store.deliveries.claim(AT, {"desk-mail": 2, "desk-hook": 0, "unknown": 5})
    assert [claim.channel for claim in claims] == ["desk-mail", "desk-mail"]


def test_a_preview_writes_nothing(store: Store) -> None:
    tell(store)
    assert [claim.channel for claim in store.deliveries.preview(AT, ["desk-hook"])] == ["desk-hook"]
    assert states(store) == [("queued", 0)]


def test_what_nobody_listens_to_is_held_and_let_go(store: Store) -> None:
    tell(store, channels=("desk-mail", "desk-hook"))
    assert store.deliveries.hold([WATCH], ["desk-mail"], AT) == 1
    assert sorted(states(store)) == [("held", 0), ("queued", 0)]
    assert store.deliveries.hold(["another"], list(ALL), AT) == 2
    assert store.deliveries.hold([WATCH], list(ALL), AT) == 0
    assert len(store.deliveries.claim(AT, ALL)) == 2


def test_what_a_dead_sender_had_is_held_too(store: Store) -> None:
    tell(store)
    dead = claim_one(store)
    assert store.deliveries.hold([WATCH], [], later(59)) == 0
    assert store.deliveries.hold([WATCH], [], later(60)) == 1
    assert not store.deliveries.settle(dead, Outcome(state="delivered"), later(61))


def test_a_channel_is_closed_until_then_or_until_its_address_changes(store: Store) -> None:
    store.deliveries.close("desk-hook", "hash", later(10), "429")
    store.deliveries.close("desk-mail", "hash", None, "410")
    addresses = {"desk-hook": "hash", "desk-mail": "hash"}
    assert store.deliveries.closed(addresses, AT) == {"desk-hook": False, "desk-mail": True}
    assert store.deliveries.closed(addresses, later(10)) == {"desk-mail": True}
    assert store.deliveries.closed({**addresses, "desk-mail": "new"}, later(10)) == {}
    store.deliveries.reopen("desk-mail")
    assert store.deliveries.closed(addresses, later(10)) == {}


def test_replay_has_the_old_id_and_spares_those_who_have_it(store: Store) -> None:
    tell(store)
    claim = claim_one(store)
    refused = Outcome(state="failed", error="550", recipients=Recipients(("a@example.org",), ("b@example.org",)))
    store.deliveries.settle(claim, refused, AT)
    assert store.deliveries.claim(later(days=9), ALL) == []
    assert store.deliveries.replay([claim.alert_id, "nothing"], later(10)) == ["nothing"]
    again = claim_one(store, later(10))
    assert (again.alert_id, again.tries, again.recipients) == (claim.alert_id, 0, Recipients(("a@example.org",)))


def test_replay_of_one_row_is_the_whole_message(store: Store) -> None:
    for number in range(3):
        tell(store, number, due_at=later(hours=1))
    digest = claim_one(store, later(hours=1))
    store.deliveries.settle(digest, Outcome(state="delivered", recipients=Recipients(("a@example.org",))), later(hours=1))
    assert store.deliveries.replay([str(digest.rows[1].id)], later(hours=2)) == []
    again = claim_one(store, later(hours=2))
    assert (again.rows, again.recipients) == (digest.rows, Recipients())


def test_what_is_under_way_is_not_replayed(store: Store) -> None:
    tell(store)
    claim = claim_one(store)
    assert store.deliveries.replay([claim.alert_id], AT) == [claim.alert_id]


def test_questions(store: Store) -> None:
    for number in range(3):
        tell(store, number)
    first, *_ = store.deliveries.claim(AT, {"desk-hook": 1})
    store.deliveries.settle(first, Outcome(state="delivered"), AT)
    assert store.deliveries.counts() == {"delivered": 1, "queued": 2}
    assert store.deliveries.said_since(AT) == {"desk-hook": 1}
    assert store.deliveries.said_since(later(1)) == {}


def test_ids_differ_between_stores_and_days(store: Store, tmp_path: Path) -> None:
    tell(store)
    other = Store.open(tmp_path / "other.db")
    with other.transaction():
        article = other.articles.keep(Article(outlet="a", url="u", key="k", title="t", body="b", fetched_at=AT), AT).article
        story = other.stories.join(article, Judgement(relation="new"), AT)
        other.deliveries.queue(WATCH, story, article.id or 0, 0, ("desk-hook",), later(1), AT)
    assert claim_one(store).alert_id != claim_one(other, later(1)).alert_id
    other.close()
