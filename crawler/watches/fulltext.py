"""A query in, an FTS5 expression out that selects no fewer texts than the query finds; the matcher decides among them."""

from __future__ import annotations

from crawler.arabic.folding import fold
from crawler.arabic.forms import Word
from crawler.arabic.words import CLITICS, tokens
from crawler.watches.query import AllOf, AnyOf, Near, Query, Slot, Term, Without

_MAX_TERMS = 4000
"""Prefixes in one expression; SQLite takes 1 MB of SQL text and is slow long before."""
_HEADS = ("", *sorted(CLITICS))


def fts_expression(query: Query) -> str | None:
    """An FTS5 MATCH expression over `arabic.fold_text`; None when it cannot narrow the search.

    Everything in it is folded letters and digits in quotes, so no input can break it (FTS5, section 3.1).
    """
    expression = _expression(query)
    return expression if expression and expression.count('"') <= 2 * _MAX_TERMS else None


def _expression(query: Query) -> str | None:
    match query:
        case Term():
            parts = [part for slot in query.slots if (part := _slot(query, slot))]
            return " AND ".join(parts) or None
        case AnyOf(parts):
            found = [_expression(part) for part in parts]
            return " OR ".join(f"({part})" for part in found) if all(found) else None
        case AllOf(parts):
            return _both(*map(_expression, parts))
        case Without():
            return _expression(query.kept)
        case Near():
            return _both(_expression(query.left), _expression(query.right))


def _both(*expressions: str | None) -> str | None:
    return " AND ".join(f"({part})" for part in expressions if part) or None


def _slot(term: Term, slot: Slot) -> str:
    if term.exact:
        return _all(token.folded for sought in slot for token in tokens(sought.text))
    prefixes = {prefix for sought in slot for prefix in _prefixes(sought)}
    return f"({' OR '.join(sorted(prefixes))})" if prefixes else ""


def _prefixes(sought: Word) -> list[str]:
    """The starts of all words that can be a form: every clitic, and every way the stem's end can change."""
    folded = fold(sought.stem)
    if not folded[:1] >= "\u0600":
        return [_quoted(folded) + "*" * sought.any_ending]
    if sought.any_ending:
        starts, ending = [folded], "*"
    elif sought.base.endswith("ين"):
        starts, ending = [folded[:-2]], "*"
    elif sought.is_name:
        starts, ending = [folded], ""
    else:
        starts, ending = [folded, *_before_pronouns(sought, folded)], "*"
    reduced = [f"{head}{start[1:]}" for head in ("لل", "ولل", "فلل") for start in starts if start.startswith("ل")]
    return [_quoted(form) + ending for form in (*(f"{head}{start}" for head in _HEADS for start in starts), *reduced)]


def _before_pronouns(sought: Word, folded: str) -> list[str]:
    if sought.ends_feminine:
        return [folded[:-1] + "ت"]
    return [folded[:-1] + "ا"] if sought.stem.endswith("ى") else []


def _all(words: object) -> str:
    return " AND ".join(map(_quoted, words))  # type: ignore[call-overload]


def _quoted(folded: str) -> str:
    return f'"{folded}"'
