"""Parts of a query in, what is allowed but probably not meant out, as sentences for `watch check`."""

from __future__ import annotations

from crawler.watches.scanner import Lexeme

MIXED = "AND and OR without parentheses: AND binds tighter; write the parentheses that you mean"
_LOWER = {"and": "AND", "or": "OR", "not": "NOT", "near": "NEAR/5", "أو": "OR", "و": "AND"}


def lower_case(lexeme: Lexeme) -> list[str]:
    """An operator that is taken for a word."""
    operator = _LOWER.get(lexeme.content.lower()) if lexeme.kind == "word" and not lexeme.sign else None
    return [f"{lexeme.content} is looked for as a word; the operator is written {operator}"] if operator else []


def neighbours(before: Lexeme, now: Lexeme) -> list[str]:
    """Two words side by side, which mean AND and look like a phrase."""
    if before.kind != "word" or now.kind != "word" or lower_case(before) or lower_case(now):
        return []
    both = f"{before.text} {now.text}"
    return [f'{both} without quotes finds the two words anywhere in the article; write "{both}" for the phrase, or AND']


def has_and(lexemes: list[Lexeme]) -> bool:
    """Whether AND is written outside all parentheses."""
    depth = 0
    for lexeme in lexemes:
        depth += (lexeme.kind == "(") - (lexeme.kind == ")")
        if not depth and lexeme.kind == "AND":
            return True
    return False
