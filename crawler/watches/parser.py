"""The text of a query or of one term in, its tree out; errors point at the character and say what would be right.

Binding, tightest first: `|`, NEAR, NOT, AND (also words side by side), OR.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NoReturn

from crawler.arabic.folding import fold
from crawler.arabic.forms import word
from crawler.arabic.related import related
from crawler.arabic.words import JOINED, Token, tokens
from crawler.errors import ConfigurationError
from crawler.watches import hints
from crawler.watches.concepts import BUILT_IN, Concept
from crawler.watches.query import AllOf, AnyOf, Near, Query, Slot, Term, Without, within
from crawler.watches.scanner import Lexeme, refuse, scan

_STARTERS = frozenset({"word", "phrase", "field", "("})
_MAX_DEPTH = 50
_SHORTEST = 3
"""Letters of an Arabic word that can be looked for alone; shorter ones are part of too many others."""


@dataclass(slots=True)
class _Reader:
    """The state of one parse."""

    query: str
    lexemes: list[Lexeme]
    concepts: Mapping[str, Concept]
    proper_names: bool
    inside: tuple[str, ...] = ()
    """Concepts that are being read, to stop a concept that contains itself."""
    warnings: list[str] = field(default_factory=list)
    at: int = 0
    depth: int = 0

    @property
    def now(self) -> Lexeme:
        return self.lexemes[self.at]

    def take(self) -> Lexeme:
        lexeme = self.now
        self.at += 1
        return lexeme

    def refuse(self, lexeme: Lexeme, problem: str) -> NoReturn:
        refuse(self.query, lexeme.at, problem)


def parse_query(
    text: str, concepts: Mapping[str, Concept] = BUILT_IN, proper_names: bool = False, warnings: list[str] | None = None
) -> Query:
    """The tree of a query; what is allowed but probably not meant is added to `warnings`.

    Raises ConfigurationError that points at the character.
    """
    reader = _Reader(text, scan(text), concepts, proper_names, warnings=warnings if warnings is not None else [])
    if reader.now.kind == "end":
        raise ConfigurationError("is empty: write a word or a \"phrase\"")
    tree = _any_of(reader)
    if reader.now.kind == ")":
        reader.refuse(reader.now, "this ) closes nothing; take it out or open a ( before")
    if reader.now.kind != "end":
        reader.refuse(reader.now, "write AND, OR or NOT before it")
    return tree


def parse_term(
    text: str, concepts: Mapping[str, Concept] = BUILT_IN, proper_names: bool = False, inside: tuple[str, ...] = ()
) -> Query:
    """The tree of one of `terms`: a word, a phrase that needs no quotes, or a @concept, with the signs of the query language.

    Raises ConfigurationError that points at the character.
    """
    if text.strip() and not any(sign in text for sign in "\"«»“”:()@"):
        reader = _Reader(text, [], concepts, proper_names, inside)
        starts = accumulate((len(part) + 1 for part in text.split("|")), initial=0)
        parts = tuple(_unquoted(reader, start, part) for start, part in zip(starts, text.split("|"), strict=False))
        return parts[0] if len(parts) == 1 else AnyOf(parts)
    reader = _Reader(text, scan(text), concepts, proper_names, inside)
    if reader.now.kind == "end":
        raise ConfigurationError("is empty: write a word or a phrase")
    group = next((lexeme for lexeme in reader.lexemes if lexeme.kind in ("(", ")")), None)
    tree = _either(reader) if not group else None
    if tree is None or reader.now.kind != "end":
        reader.refuse(group or reader.now, "a term is one word, one phrase or one @concept: write another, or query = '…' for operators")
    return tree


def _unquoted(reader: _Reader, start: int, part: str) -> Query:
    """A word or a phrase without quotes, with the sign before it; `start` is where it stands in the term."""
    written = part.strip()
    if not written:
        refuse(reader.query, start, "write a word or a phrase on both sides of |")
    start += part.index(written)
    sign = written[0] if written[0] in "=^~" else ""
    content = written.removeprefix(sign)
    lexemes = scan(" " * (start + len(sign)) + content)
    if operator := next((lexeme for lexeme in lexemes if lexeme.kind in ("AND", "OR", "NOT", "NEAR", "ONEAR")), None):
        refuse(reader.query, operator.at, "operators work in query, not in terms: write query = '…' instead")
    return _leaf(reader, Lexeme("word" if len(lexemes) == 2 else "phrase", written, start, sign, content))


def _any_of(reader: _Reader) -> Query:
    reader.depth += 1
    if reader.depth > _MAX_DEPTH:
        reader.refuse(reader.now, f"more than {_MAX_DEPTH} parentheses inside each other; make it several watches")
    parts, mixed = [], False
    while True:
        start = reader.at
        parts.append(_all_of(reader))
        mixed = mixed or hints.has_and(reader.lexemes[start : reader.at])
        if reader.now.kind != "OR":
            break
        reader.take()
    reader.depth -= 1
    if len(parts) > 1 and mixed:
        reader.warnings.append(hints.MIXED)
    return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))


def _all_of(reader: _Reader) -> Query:
    parts: list[Query] = [_without(reader)]
    while True:
        if reader.now.kind == "AND":
            reader.take()
            if reader.now.kind == "NOT":  # AND NOT, as most other languages write it
                reader.take()
                whole: Query = parts[0] if len(parts) == 1 else AllOf(tuple(parts))
                parts = [_subtract(reader, Without(whole, _near(reader)))]
                continue
        elif reader.now.kind in _STARTERS:
            reader.warnings += hints.neighbours(reader.lexemes[reader.at - 1], reader.now)
        else:
            break
        parts.append(_without(reader))
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def _without(reader: _Reader) -> Query:
    if reader.now.kind == "NOT":
        reader.refuse(reader.now, "NOT takes away from what stands before it: write what is looked for first, as in ترامب NOT برج")
    return _subtract(reader, _near(reader))


def _subtract(reader: _Reader, tree: Query) -> Query:
    while reader.now.kind == "NOT":
        reader.take()
        tree = Without(tree, _near(reader))
    return tree


def _near(reader: _Reader) -> Query:
    start = reader.now
    tree = _either(reader)
    while reader.now.kind in ("NEAR", "ONEAR"):
        operator = reader.take()
        side = reader.now
        right = _either(reader)
        for operand, lexeme in ((tree, start), (right, side)):
            if not _has_place(operand):
                reader.refuse(lexeme, f"{operator.text} joins words, phrases and OR of them; put AND and NOT outside")
        tree = Near(tree, right, int(operator.content), operator.kind == "ONEAR")
    return tree


def _either(reader: _Reader) -> Query:
    parts = [_one(reader)]
    while reader.now.kind == "|":
        reader.take()
        parts.append(_one(reader))
    return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))


def _one(reader: _Reader) -> Query:
    lexeme = reader.take()
    match lexeme.kind:
        case "(":
            tree = _any_of(reader)
            if reader.now.kind != ")":
                reader.refuse(lexeme, "this ( is never closed; write ) where the group ends")
            reader.take()
            return tree
        case "field":
            return within(_one(reader), "title" if lexeme.content == "title" else "body")
        case "word" | "phrase":
            return _leaf(reader, lexeme)
    reader.at -= 1
    before = reader.lexemes[reader.at - 1] if reader.at else None
    if lexeme.kind == ")" and before and before.kind == "(":
        reader.refuse(lexeme, "there is nothing between the parentheses")
    wanted = f"{before.text} needs a word, a phrase or a group after it" if before else "start with a word, a phrase or a group"
    return refuse(reader.query, lexeme.at, wanted)


def _leaf(reader: _Reader, lexeme: Lexeme) -> Query:
    if lexeme.sign == "@":
        return _concept(reader, lexeme)
    slots: list[Slot] = []
    previous_end = 0
    found = tokens(lexeme.content)
    if not found or found[0].apart:
        reader.refuse(lexeme, "there is no word in it")
    for token in found:
        if slots and token.gap != JOINED:
            between = lexeme.content[previous_end : token.start].strip()
            problem = f"a phrase is never found across {between or 'a blank line'}"
            reader.refuse(lexeme, f"{problem}; write two phrases with AND or NEAR/5 between")
        previous_end = token.end
        slots.append(_slot(reader, lexeme, token))
    _check_signs(reader, lexeme, slots)
    return Term(lexeme.text, tuple(slots), exact=lexeme.sign == "=")


def _slot(reader: _Reader, lexeme: Lexeme, token: Token) -> Slot:
    before, after = lexeme.content[: token.start][-1:], lexeme.content[token.end : token.end + 1]
    sign = lexeme.sign if lexeme.sign != "=" else ""
    keeps = before == "^" or sign == "^"
    sought = word(token.text, is_name=reader.proper_names, keeps_article=keeps, any_ending=after == "*" and lexeme.sign != "=")
    return (sought, *related(sought)) if sign == "~" or before == "~" else (sought,)


def _check_signs(reader: _Reader, lexeme: Lexeme, slots: list[Slot]) -> None:
    if lexeme.sign == "=" and "*" in lexeme.content:
        reader.refuse(lexeme, "= means exactly as written and * any ending: write one of them")
    if lexeme.sign in ("^", "~") and len(slots) > 1 and lexeme.kind == "word":
        reader.refuse(lexeme, f"{lexeme.sign} stands before one word")
    if lexeme.sign == "~" and len(slots) > 1:
        reader.refuse(lexeme, f"~ stands before one word; inside the quotes it may stand before each: \"~{lexeme.content.split()[0]} …\"")
    (first, *_), alone = slots[0], len(slots) == 1
    letters = len(first.base.rstrip("*"))
    lower_case = hints.lower_case(lexeme)
    if alone and not lower_case and lexeme.sign != "=" and letters < _SHORTEST and first.stem[:1] >= "\u0600" and not first.stem.isdigit():
        reader.refuse(lexeme, f"{letters} letters alone are part of too many words: write ={first.text}, or a phrase")
    reader.warnings += lower_case


def _concept(reader: _Reader, lexeme: Lexeme) -> Query:
    name = lexeme.content
    concept = reader.concepts.get(name)
    if concept is None:
        nearest = difflib.get_close_matches(fold(name), reader.concepts, 1, 0.5)
        hint = f"did you mean @{nearest[0]}?" if nearest else f"there are {', '.join('@' + known for known in sorted(reader.concepts))}"
        refuse(reader.query, lexeme.at, f"there is no concept {name}; {hint}")
    if name in reader.inside:
        reader.refuse(lexeme, f"@{name} contains itself")
    parts = tuple(parse_term(term, reader.concepts, concept.proper_names, (*reader.inside, name)) for term in concept.terms)
    return AnyOf(parts, concept=name)


def _has_place(query: Query) -> bool:
    """Whether it has hits that stand somewhere, which AND and NOT have not."""
    match query:
        case Term():
            return True
        case AnyOf(parts):
            return all(map(_has_place, parts))
        case Near():
            return True
    return False
