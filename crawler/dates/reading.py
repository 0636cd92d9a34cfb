"""What was made of the text of a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says about when."""

    at: datetime | None
    """Aware, UTC; None when the text is no date, or one that cannot exist."""
    origin: Literal["absolute", "hijri", "relative", "epoch", "none"]
    """How the text says it."""
    sure: bool
    """False when day and month could be swapped, when it is relative, or when something in the text speaks against it."""
    zone: str
    """IANA name, or `UTC+03:00` where an offset is stated."""


class ImpossibleError(Exception):
    """The text names a day or time that does not exist, or several days."""
