"""What an outlet's last crawls came to in; whether it is alive, and if not why, out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

STALE_AFTER = timedelta(days=3)
"""An outlet that announced nothing new for so long, though it answers, needs a person."""

State = Literal["ok", "unchanged", "never worked", "failing", "stale"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """What one feed answered last."""

    url: str
    state: str
    last_error: str
    last_changed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How an outlet is."""

    state: State
    reason: str = ""
    needs_person: bool = False
    """Something that once worked does not any more."""


def diagnose(last_good_at: datetime | None, last_run_good: bool, polls: list[Poll], now: datetime) -> Health:
    """One outlet, from its newest run and what its feeds answered last."""
    failed = [poll for poll in polls if poll.state == "failed"]
    reason = _reasons(failed)
    if last_good_at is None:
        return Health(state="never worked", reason=reason or "no crawl has ended well yet")
    if not last_run_good or (failed and len(failed) == len(polls)):
        return Health(state="failing", reason=reason or "the last crawl read no feed and no page", needs_person=True)
    changed = max((poll.last_changed_at for poll in polls if poll.last_changed_at), default=None)
    if changed and now - changed > STALE_AFTER:
        return Health(state="stale", reason=f"nothing new since {changed:%Y-%m-%d}", needs_person=True)
    return Health(state="unchanged" if polls and all(poll.state == "unchanged" for poll in polls) else "ok", reason=reason)


def _reasons(failed: list[Poll]) -> str:
    """Each reason once: with the address where one feed has it, with their number where several do."""
    urls: dict[str, list[str]] = {}
    for poll in failed:
        urls.setdefault(poll.last_error, []).append(poll.url)
    return "; ".join(f"{where[0] if len(where) == 1 else f'{len(where)} addresses'}: {error}" for error, where in urls.items())
