"""What a form leaves to be filled in: numbers, days and months between the same words, with other values.

Weather, exchange rates and telegrams of two days share nearly all their words; so do a statement and the same
statement with new casualties. Only these values tell them apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from crawler.stories.words import Word, number, words

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


def read_slots(sequence: Sequence[Word]) -> frozenset[tuple[int, int]]:
    """(where, value) of each number and day in folded words: where = the two words before it, or the two around it.

    A value is even for a day or month and odd for a number.
    """
    values = [_value(word.folded) for word in sequence]
    plain = ["#" if value is not None else word.folded for word, value in zip(sequence, values, strict=True)]
    found = set()
    for place, value in enumerate(values):
        if value is None:
            continue
        if place >= 2:
            found.add((number(f"{plain[place - 2]} {plain[place - 1]} _"), value))
        if 1 <= place < len(plain) - 1:
            found.add((number(f"{plain[place - 1]} _ {plain[place + 1]}"), value))
    return frozenset(found)


def _value(word: str) -> int | None:
    if word in _DAYS_FOLDED:
        return number(word) & ~1
    if count := _COUNT_OF.get(word, word if word.isdecimal() else None):
        return number(count.lstrip("0") or "0") | 1
    return None


def substituted(mine: Collection[tuple[int, int]], theirs: Collection[tuple[int, int]]) -> tuple[int, int]:
    """How many places that both texts have are filled with other numbers, and how many with other days."""
    own, other = _by_place(mine), _by_place(theirs)
    changed = [min(own[place]) for place in own.keys() & other.keys() if own[place].isdisjoint(other[place])]
    return sum(value & 1 for value in changed), sum(1 - (value & 1) for value in changed)


def _by_place(slots: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    places: dict[int, set[int]] = defaultdict(set)
    for place, value in slots:
        places[place].add(value)
    return places
