"""What a form leaves to be filled in: numbers, days and names between the same words, with other values.

Weather, exchange rates and telegrams of two days share nearly all their words; so do a statement and the same
statement with new casualties. Only these values tell them apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import lru_cache
from typing import NamedTuple

from crawler.stories.words import Word, number, pair, words

_DAYS = (
    "الأحد الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر "
    "محرم صفر رجب شعبان رمضان شوال"
)
_COUNTS = (
    "ثلاثة ثلاث أربعة أربع خمسة خمس ستة ست سبعة سبع ثمانية ثماني تسعة تسع عشرة عشر عشرين عشرون ثلاثين ثلاثون أربعين أربعون "
    "خمسين خمسون ستين ستون سبعين سبعون ثمانين ثمانون تسعين تسعون"
)
_VALUES = (3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 20, 20, 30, 30, 40, 40, 50, 50, 60, 60, 70, 70, 80, 80, 90, 90)
_COUNT_OF = {form: str(value) for word, value in zip(words(_COUNTS), _VALUES, strict=True) for form in (word.folded, "و" + word.folded)}
_DAYS_FOLDED = frozenset(word.folded for word in words(_DAYS))


_FILLED = words("0")[0]
"""What stands in a place for a number or a day next to it."""
_BEFORE, _AROUND = 1, 2
_DAY, _NUMBER, _NAME = 0, 1, 2
_KIND = 3
"""A value is a hash whose last two bits say what it is."""


class Substitutions(NamedTuple):
    """In how many places that two texts have in common each says something else."""

    numbers: int
    days: int
    """Days of the week and months."""
    names: int
    """What the one text is about and the other never says, and the other way round."""


def read_slots(sequence: Sequence[Word], subject: Set[int]) -> frozenset[tuple[int, int]]:
    """(place, value) of each number, day and word of the subject (gists) in a text.

    A place is the two words before it, or the two around it.
    """
    values = [_value(word, subject) for word in sequence]
    fixed = [word if value is None or value & _KIND == _NAME else _FILLED for word, value in zip(sequence, values, strict=True)]
    found = set()
    for place, value in enumerate(values):
        if value is None:
            continue
        if place >= 2:
            found.add((pair(fixed[place - 2], fixed[place - 1], _BEFORE), value))
        if 1 <= place < len(fixed) - 1:
            found.add((pair(fixed[place - 1], fixed[place + 1], _AROUND), value))
    return frozenset(found)


def _value(word: Word, subject: Set[int]) -> int | None:
    filled = _filled(word.folded)
    return word.gist << 2 | _NAME if filled is None and word.gist in subject else filled


@lru_cache(maxsize=1 << 14)
def _filled(text: str) -> int | None:
    """The value of a number, a day or a month; None for any other word."""
    if text in _DAYS_FOLDED:
        return number(text) & ~_KIND | _DAY
    if count := _COUNT_OF.get(text, text if text.isdecimal() else None):
        return number(count.lstrip("0") or "0") & ~_KIND | _NUMBER
    return None


def substituted(mine: Set[tuple[int, int]], said: Set[int], theirs: Set[tuple[int, int]], they_said: Set[int]) -> Substitutions:
    """Compare the slots of two texts; `said` and `they_said` are the gists of all their words."""
    own, other = _by_place(mine), _by_place(theirs)
    kinds = [kind for place in own.keys() & other.keys() for kind in _changed(own[place], said, other[place], they_said)]
    return Substitutions(numbers=kinds.count(_NUMBER), days=kinds.count(_DAY), names=kinds.count(_NAME))


def _changed(own: Set[int], said: Set[int], other: Set[int], they_said: Set[int]) -> Iterator[int]:
    if not own.isdisjoint(other):
        return
    for kind in {value & _KIND for value in own} & {value & _KIND for value in other}:
        if kind != _NAME or (_unsaid(own, they_said) and _unsaid(other, said)):
            yield kind


def _unsaid(values: Set[int], said: Set[int]) -> bool:
    return any(value & _KIND == _NAME and value >> 2 not in said for value in values)


def _by_place(slots: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    places: dict[int, set[int]] = defaultdict(set)
    for place, value in slots:
        places[place].add(value)
    return places
