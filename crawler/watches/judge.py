"""A query's tree in, a function out that says from the places of its terms which of them make it true; none: it is not."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from crawler.items import Field
from crawler.watches.query import AllOf, AnyOf, Near, Query, Term, Without

Scope = Literal["title", "title+lead", "title+body"]

Span = tuple[str, Field, int, int]
"""Term as written, field, start and end in code points."""


class Place(NamedTuple):
    """Where a pattern stands, or two that are near each other."""

    field: Field
    paragraph: int
    first: int
    """First word, counted in its paragraph."""
    last: int
    start: int
    """Code points of the field."""
    end: int


class Found(NamedTuple):
    """A place and the terms that it is made of."""

    place: Place
    spans: tuple[Span, ...]


Judge = Callable[[Mapping[int, Sequence[Place]], int], list[Found]]
"""Takes the places by number of pattern and where the lead ends; the places that make the query true."""


def compile_judge(query: Query, numbers: Mapping[int, int], scope: Scope) -> Judge:
    """`numbers` gives the pattern of each term by `id()`; terms of equal words share one."""
    match query:
        case Term():
            return _term(query, numbers[id(query)], scope)
        case AnyOf(parts):
            return _any_of([compile_judge(part, numbers, scope) for part in parts])
        case AllOf(parts):
            return _all_of([compile_judge(part, numbers, scope) for part in parts])
        case Without(kept, dropped):
            return _without(compile_judge(kept, numbers, scope), compile_judge(dropped, numbers, scope))
        case Near(left, right, distance, is_ordered):
            return _near(compile_judge(left, numbers, scope), compile_judge(right, numbers, scope), distance, is_ordered)


def longest(found: Iterable[Found]) -> list[Span]:
    """Spans of the places, without those inside or across a longer one of the same term; title first."""
    by_term: dict[tuple[str, Field], list[Span]] = {}
    for span in dict.fromkeys(span for one in found for span in one.spans):
        by_term.setdefault(span[:2], []).append(span)
    kept = [span for spans in by_term.values() for span in _apart(spans)]
    return sorted(kept, key=lambda span: (span[1] != "title", span[2], span[3]))


def _apart(spans: list[Span]) -> list[Span]:
    """The longest of those that overlap; all but a few terms have none."""
    spans.sort(key=lambda span: (span[2], -span[3]))
    if all(first[3] <= second[2] for first, second in pairwise(spans)):
        return spans
    taken: list[Span] = []
    for span in sorted(spans, key=lambda span: (span[2] - span[3], span[2])):
        at = bisect_left(taken, span[2], key=lambda other: other[2])
        if (at == len(taken) or taken[at][2] >= span[3]) and (not at or taken[at - 1][3] <= span[2]):
            taken.insert(at, span)
    return taken


def _term(term: Term, number: int, scope: Scope) -> Judge:
    def judge(places: Mapping[int, Sequence[Place]], lead: int) -> list[Found]:
        return [
            Found(place, ((term.text, place.field, place.start, place.end),))
            for place in places.get(number, ())
            if (term.field is None or place.field == term.field)
            and (place.field == "title" or scope == "title+body" or (scope == "title+lead" and place.end <= lead))
        ]

    return judge


def _any_of(judges: list[Judge]) -> Judge:
    def judge(places: Mapping[int, Sequence[Place]], lead: int) -> list[Found]:
        return [found for part in judges for found in part(places, lead)]

    return judge


def _all_of(judges: list[Judge]) -> Judge:
    def judge(places: Mapping[int, Sequence[Place]], lead: int) -> list[Found]:
        together: list[Found] = []
        for part in judges:
            if not (found := part(places, lead)):
                return []
            together += found
        return together

    return judge


def _without(kept: Judge, dropped: Judge) -> Judge:
    def judge(places: Mapping[int, Sequence[Place]], lead: int) -> list[Found]:
        found = kept(places, lead)
        return found if found and not dropped(places, lead) else []

    return judge


def _near(left: Judge, right: Judge, distance: int, is_ordered: bool) -> Judge:
    def judge(places: Mapping[int, Sequence[Place]], lead: int) -> list[Found]:
        lefts, rights = left(places, lead), right(places, lead)
        pairs = _pairs(lefts, rights, distance)
        if not is_ordered:
            pairs += _pairs(rights, lefts, distance)
        return [_together(first, second) for first, second in dict.fromkeys(pairs)]

    return judge


def _pairs(befores: list[Found], afters: list[Found], distance: int) -> list[tuple[Found, Found]]:
    """For each place the nearest of the others on its side, if it is near enough: one linear sweep after sorting."""
    if not befores or not afters:
        return []
    by_end = sorted(befores, key=lambda found: _key(found.place, found.place.last))
    by_start = sorted(afters, key=lambda found: _key(found.place, found.place.first))
    ends = [_key(found.place, found.place.last) for found in by_end]
    starts = [_key(found.place, found.place.first) for found in by_start]
    pairs: list[tuple[Found, Found]] = []
    for before, end in zip(by_end, ends, strict=True):
        at = bisect_right(starts, end)
        if at < len(starts) and _is_near(before.place, by_start[at].place, distance):
            pairs.append((before, by_start[at]))
    for after, start in zip(by_start, starts, strict=True):
        at = bisect_left(ends, start) - 1
        if at >= 0 and _is_near(by_end[at].place, after.place, distance):
            pairs.append((by_end[at], after))
    return pairs


def _key(place: Place, word: int) -> tuple[bool, int, int]:
    return place.field == "body", place.paragraph, word


def _is_near(before: Place, after: Place, distance: int) -> bool:
    return before[:2] == after[:2] and 0 <= after.first - before.last - 1 <= distance


def _together(first: Found, second: Found) -> Found:
    one, other = first.place, second.place
    place = Place(one.field, one.paragraph, one.first, other.last, one.start, other.end)
    return Found(place, tuple(dict.fromkeys(first.spans + second.spans)))
