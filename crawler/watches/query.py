"""The tree that a query is: terms, and what joins them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from crawler.arabic.forms import Word
from crawler.items import Field

Slot = tuple[Word, ...]
"""One place of a phrase: the words of which any will do; nearly always one."""


@dataclass(frozen=True, slots=True)
class Term:
    """A leaf: a word or a phrase."""

    text: str
    """As written, with its signs and quotes."""
    slots: tuple[Slot, ...]
    exact: bool = False
    """Exactly as written: no clitics, no inflection."""
    field: Field | None = None
    """Where it must stand; None for anywhere in the watch's scope."""


@dataclass(frozen=True, slots=True)
class AnyOf:
    """OR, `a|b`, the terms of a concept."""

    parts: tuple[Query, ...]
    concept: str = ""
    """Its name, where it came from one."""


@dataclass(frozen=True, slots=True)
class AllOf:
    """AND: all of them in the watch's scope."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """NOT: the first, unless the second is anywhere in the watch's scope."""

    kept: Query
    dropped: Query


@dataclass(frozen=True, slots=True)
class Near:
    """NEAR/n and ONEAR/n: both in one paragraph of one field with at most `distance` words between."""

    left: Query
    right: Query
    distance: int
    is_ordered: bool = False
    """The left one must come first."""


Query = Term | AnyOf | AllOf | Without | Near


def within(query: Query, field: Field) -> Query:
    """The query with all its terms bound to a field."""
    match query:
        case Term():
            return replace(query, field=field)
        case AnyOf():
            return replace(query, parts=tuple(within(part, field) for part in query.parts))
        case AllOf():
            return AllOf(tuple(within(part, field) for part in query.parts))
        case Without():
            return Without(within(query.kept, field), within(query.dropped, field))
        case Near():
            return replace(query, left=within(query.left, field), right=within(query.right, field))


def terms(query: Query) -> Iterator[Term]:
    """All leaves, in the order written; those behind NOT too."""
    match query:
        case Term():
            yield query
        case AnyOf(parts) | AllOf(parts):
            for part in parts:
                yield from terms(part)
        case Without(first, second) | Near(first, second):
            yield from terms(first)
            yield from terms(second)


def canonical(query: Query) -> str:
    """Stable text of what a query finds: equal for equal queries, in whatever concepts and spelling they were written."""
    match query:
        case Term(_, slots, exact, field):
            if exact:
                return f"{field or ''}=[{' '.join(slot[0].text for slot in slots)}]"
            return f"{field or ''}[{' '.join('|'.join(map(_canonical_word, slot)) for slot in slots)}]"
        case AnyOf(parts):
            return f"({' OR '.join(map(canonical, parts))})"
        case AllOf(parts):
            return f"({' AND '.join(map(canonical, parts))})"
        case Without(kept, dropped):
            return f"({canonical(kept)} NOT {canonical(dropped)})"
        case Near(left, right, distance, is_ordered):
            return f"({canonical(left)} {'ONEAR' if is_ordered else 'NEAR'}/{distance} {canonical(right)})"


def _canonical_word(sought: Word) -> str:
    flags = (("*", sought.any_ending), ("ال", sought.has_article), ("!", sought.is_name), ("^", sought.keeps_article))
    return sought.stem + "".join(sign for sign, is_set in flags if is_set)
