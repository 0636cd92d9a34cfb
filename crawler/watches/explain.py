"""A query in, what it means in words out, with the forms in which each term is found."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.arabic.forms import surface_forms
from crawler.watches.query import AllOf, AnyOf, Near, Query, Term, Without, terms

_FIELDS = {"title": " in the title", "body": " in the body", None: ""}


def explain(query: Query) -> list[str]:
    """The tree in words, one line each, deeper parts further in."""
    return list(_lines(query, 0))


def term_forms(query: Query, limit: int = 30) -> dict[str, list[str]]:
    """Up to `limit` surface forms of each term; of a phrase those of each word in turn."""
    return {term.text: _forms(term, limit) for term in terms(query)}


def _forms(term: Term, limit: int) -> list[str]:
    if term.exact:
        return [" ".join(slot[0].text for slot in term.slots)]
    found: list[str] = []
    for slot in term.slots:
        for sought in slot:
            found += [f"{sought.stem}…"] if sought.any_ending else surface_forms(sought, max(1, limit // (len(term.slots) * len(slot))))
    return list(dict.fromkeys(found))[:limit]


def _lines(query: Query, depth: int) -> Iterator[str]:
    indent = "  " * depth
    match query:
        case Term():
            yield f"{indent}{_kind(query)} {query.text}{_FIELDS[query.field]}"
        case AnyOf(parts, concept):
            yield f"{indent}any of these" + (f" (@{concept})" if concept else "")
            for part in parts:
                yield from _lines(part, depth + 1)
        case AllOf(parts):
            yield f"{indent}all of these, anywhere in the article"
            for part in parts:
                yield from _lines(part, depth + 1)
        case Without(kept, dropped):
            yield from _lines(kept, depth)
            yield f"{indent}but not if this is anywhere in the article"
            yield from _lines(dropped, depth + 1)
        case Near(left, right, distance, is_ordered):
            order = "in this order" if is_ordered else "in either order"
            yield f"{indent}both in one paragraph, at most {distance} words between, {order}"
            yield from _lines(left, depth + 1)
            yield from _lines(right, depth + 1)


def _kind(term: Term) -> str:
    what = "the phrase" if len(term.slots) > 1 else "the word"
    if term.exact:
        return f"{what}, exactly as written,"
    sought = [word for slot in term.slots for word in slot]
    if any(word.any_ending for word in sought):
        return f"{what} with any ending"
    if any(word.is_name for word in sought):
        return f"{'the name' if len(term.slots) == 1 else 'the name, a phrase,'}"
    return what
