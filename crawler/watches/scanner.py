"""The text of a query in, its signs, words and quotes out, each with its place; what cannot be one is named."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NoReturn

from crawler.errors import ConfigurationError

_SPACE = re.compile(r"\s+")
_NEAR = re.compile(r"(O?NEAR)(?:/(\d+))?(?=[\s()]|$)")
_FARTHEST = 1000
_OPERATOR = re.compile(r"(AND|OR|NOT)(?=[\s()\"«“]|$)")
_FIELD = re.compile(r"([^\W\d_]+):")
_QUOTED = re.compile(r"\"[^\"]*\"|«[^»]*»|“[^”“]*”|„[^“”]*[“”]|”[^“”]*“")
_QUOTES = "\"«»“”„‟"
_WORD = re.compile(r"[^\s()|\"«»“”„‟]+")
_CONTROLS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]")
_FIELDS = ("title", "body")
_SIGNS = "=^~@"
_INSTEAD = {
    "،": "OR between alternatives, AND between what must all be there, or leave it out",
    ",": "OR between alternatives, AND between what must all be there, or leave it out",
    "؛": "OR or AND",
    ";": "OR or AND",
    "&&": "AND",
    "||": "OR",
    "!": "NOT",
    "-": "NOT",
    "+": "AND: words side by side must all be there anyway",
    "'": 'straight double quotes: "…"',
    "‘": 'straight double quotes: "…"',
    "’": 'straight double quotes: "…"',
    "؟": "nothing, or * at the end of a word for any ending",
    "?": "nothing, or * at the end of a word for any ending",
    "[": "parentheses: ( and )",
    "{": "parentheses: ( and )",
    "/": "a word with * for any ending: there are no regular expressions",
}


@dataclass(frozen=True, slots=True)
class Lexeme:
    """One sign, word or quote of a query."""

    kind: str
    """( ) | AND OR NOT NEAR ONEAR field word phrase end"""
    text: str
    """As written."""
    at: int
    """Code points from the start of the query."""
    sign: str = ""
    """= ^ ~ or @ before a word or phrase."""
    content: str = ""
    """A word or phrase without sign and quotes; a field's name; the n of NEAR/n."""


def refuse(query: str, at: int, problem: str) -> NoReturn:
    """Raise ConfigurationError that points at the character."""
    here = f"at character {at + 1}, {query[at : at + 12].split()[0]!r}" if query[at:].strip() else "at its end"
    raise ConfigurationError(f"cannot be read {here}: {problem}")


def scan(query: str) -> list[Lexeme]:
    """All lexemes and a last one of kind `end`."""
    text = _CONTROLS.sub("\u200d", query)  # invisible, and no part of any sign: dropped from words below, places stay
    found: list[Lexeme] = []
    at = 0
    while at < len(text):
        if text[at] == "\u200d" or text[at].isspace():
            at += 1
            continue
        lexeme = _next(text, at)
        found.append(replace(lexeme, text=lexeme.text.replace("\u200d", ""), content=lexeme.content.replace("\u200d", "")))
        at += len(lexeme.text)
    return [*found, Lexeme("end", "", len(query))]


def _next(query: str, at: int) -> Lexeme:
    if query[at] in "()" or (query[at] == "|" and query[at : at + 2] != "||"):
        return Lexeme(query[at], query[at], at)
    if near := _NEAR.match(query, at):
        if near[2] is None:
            refuse(query, at, f"say how many words may stand between: {near[1]}/5")
        if len(near[2]) > 4 or int(near[2]) > _FARTHEST:
            refuse(query, at, f"at most {_FARTHEST} words may stand between; write AND for anywhere in the article")
        return Lexeme(near[1], near[0], at, content=near[2])
    if operator := _OPERATOR.match(query, at):
        return Lexeme(operator[1], operator[0], at)
    if field := _FIELD.match(query, at):
        if field[1] not in _FIELDS:
            refuse(query, at, f"there are two fields, title: and body:, and {field[0]} is none; leave the colon out")
        return Lexeme("field", field[0], at, content=field[1])
    return _leaf(query, at)


def _leaf(query: str, at: int) -> Lexeme:
    """A word or a phrase with the sign before it."""
    sign = query[at] if query[at] in _SIGNS else ""
    start = at + len(sign)
    if quoted := _QUOTED.match(query, start):
        return Lexeme("phrase", sign + quoted[0], at, sign, quoted[0][1:-1])
    if query[start : start + 1] and query[start] in _QUOTES:
        refuse(query, start, "this quote is never closed; write one more straight quote \" where the phrase ends")
    word = _WORD.match(query, start)
    if not word:
        instead = _INSTEAD.get(query[start : start + 2], f"a word or a phrase directly after {sign}")
        refuse(query, at, f"write {instead}")
    _check_word(query, start, word[0])
    return Lexeme("word", sign + word[0], at, sign, word[0])


def _check_word(query: str, at: int, word: str) -> None:
    """Name what other search languages have and this one has not."""
    for wrong in (word[:2], word[:1]):
        if wrong in _INSTEAD:
            refuse(query, at, f"instead of {wrong} write {_INSTEAD[wrong]}")
    if found := re.search(r"[،؛,;](?!\d)|[؟?!]$", word):
        refuse(query, at + found.start(), f"instead of {found[0]} write {_INSTEAD[found[0]]}")
    if found := re.search(r"(?<=.)~", word):
        plain = word[: found.start()]
        refuse(query, at + found.start(), f"~ stands before its word: ~{plain} finds its dual, plurals, feminine and nisba")
    if found := re.search(r"(?<=.)\^", word):
        plain = word[: found.start()]
        refuse(query, at + found.start(), f"no term weighs more than another; write {plain}, or ^{plain} to keep its article as typed")
    if found := re.search(r"\*(?=[^*])|^\*|\*\*", word):
        refuse(query, at + found.start(), "* stands at the end of a word and means any ending: أوكران*")
    if word.lower().startswith(("near/", "onear/", "near\\", "w/")):
        refuse(query, at, "write NEAR/5 or ONEAR/5 in capitals")
    if found := re.search(r"[=@]", word):
        refuse(query, at + found.start(), f"{found[0]} stands directly before a word")
