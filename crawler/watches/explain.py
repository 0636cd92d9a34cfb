"""A query in, what it means in words out, with the forms in which each term is found."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import chain, zip_longest

from crawler.arabic.clitics import Reading
from crawler.arabic.forms import Word, attach, before_pronoun, find_forms, surface_forms
from crawler.arabic.words import Token, tokens
from crawler.watches.phrases import is_at
from crawler.watches.query import AllOf, AnyOf, Near, Query, Term, Without, terms

_FIELDS = {"title": " in the title", "body": " in the body", None: ""}


def explain(query: Query) -> list[str]:
    """The tree in words, one line each, deeper parts further in."""
    return list(_lines(query, 0))


def term_forms(query: Query, limit: int = 30) -> dict[str, list[str]]:
    """Up to `limit` surface forms of each term."""
    return {term.text: _forms(term, limit) for term in terms(query)}


def _forms(term: Term, limit: int) -> list[str]:
    if term.exact:
        return [" ".join(slot[0].text for slot in term.slots)]
    if len(term.slots) > 1:
        return _phrase_forms(term)[:limit]
    by_word = [_endless(sought) if sought.any_ending else surface_forms(sought) for sought in term.slots[0]]
    return list(dict.fromkeys(form for form in chain(*zip_longest(*by_word)) if form))[:limit]


def _endless(sought: Word) -> list[str]:
    return [f"{attach(head, sought.stem)}…" for head in ("", "ال", "و", "ب", "لل")]


def _phrase_forms(term: Term) -> list[str]:
    """The phrase indefinite, definite and with a pronoun, after each clitic; only those that the grammar takes."""
    first, *others = (slot[0].stem for slot in term.slots)
    typed = [slot[0].text for slot in term.slots]
    definite = [attach("ال", stem) for stem in others]
    tried = [[attach(head, first), *typed[1:]] for head in ("", "و", "ب", "ل", "ف", "وب", "ول", "فب")]
    tried += [[attach(head, first), *definite] for head in ("ال", "لل", "بال", "وال", "ولل", "وبال")]
    tried += [[f"{before_pronoun(first)}{pronoun}", *definite] for pronoun in ("ه", "ها", "هم", "نا")]
    tried += [[first, *others], [first, f"ل{others[0]}", *typed[2:]], [first, *others[:-1], f"{before_pronoun(others[-1])}ها"]]
    forms = dict.fromkeys(" ".join(words) for words in [typed, *tried])
    return [form for form in forms if is_at(term.slots, tokens(form), 0, partial(_all_readings, term))]


def _all_readings(term: Term, token: Token) -> list[Reading]:
    return [reading for slot in term.slots for sought in slot for reading in find_forms(sought, token)]


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
