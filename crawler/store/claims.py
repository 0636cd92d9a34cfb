"""Rows that are due in, the messages that carry them out: which stories go together under which id."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.alerts.policy import BURST, DIGEST_SIZE, Recipients


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One story that a message tells."""

    id: int
    story_id: int
    article_id: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One message to one channel, ours to send until the lease ends."""

    alert_id: str
    watch: str
    channel: str
    created_at: datetime
    """When its first story was queued (UTC)."""
    tries: int
    """Finished ones."""
    recipients: Recipients
    """Of a mail: who needs no further try."""
    rows: tuple[Row, ...]
    lease: str = ""
    """Proof that the claim is ours; empty in a preview."""

    @property
    def is_digest(self) -> bool:
        return self.alert_id.startswith("digest_")


def to_messages(rows: Sequence[tuple[Any, ...]]) -> list[Claim]:
    """Due rows as messages, oldest first: those of a message that was claimed before stay together, new ones are put together."""
    fixed, fresh = defaultdict(list), defaultdict(list)
    for row in rows:
        _, alert_id, watch, channel, *_, claimed_at, deferred = row
        if claimed_at:
            fixed[alert_id].append(row)
        else:
            fresh[watch, channel, deferred].append(row)
    messages = [_message(alert_id, group) for alert_id, group in fixed.items()]
    for (*_, deferred), group in fresh.items():
        if deferred or len(group) > BURST:
            parts = [group[start : start + DIGEST_SIZE] for start in range(0, len(group), DIGEST_SIZE)]
            messages += [_message(make_id("digest", *(row[1] for row in part)), part) for part in parts]
        else:
            messages += [_message(row[1], [row]) for row in group]
    return sorted(messages, key=lambda message: (message.created_at, message.rows[0].id))


def _message(alert_id: str, rows: Sequence[tuple[Any, ...]]) -> Claim:
    _, _, watch, channel, _, _, _, created_at, tries, served, refused, _, _ = rows[0]
    return Claim(
        alert_id=alert_id,
        watch=watch,
        channel=channel,
        created_at=datetime.fromisoformat(created_at),
        tries=tries,
        recipients=Recipients(tuple(served.split()), tuple(refused.split())),
        rows=tuple(Row(id=id_, story_id=story, article_id=article, version=version) for id_, _, _, _, story, article, version, *_ in rows),
    )


def make_id(kind: str, *parts: object) -> str:
    """`alert_` or `digest_` and 128 bits of a hash: the same for the same parts, on any machine."""
    return f"{kind}_{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]}"
