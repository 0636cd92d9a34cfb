"""Folded text → tokens: what each number and word can be in a date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from crawler.dates.words import LONGEST_FORM, NAMES_A_ZONE, TUESDAY_OR_MARCH, WORDS
from crawler.dates.zones import UNKNOWN, iana_names, is_offset


class Clock(NamedTuple):
    """A time of day as printed, and the offset printed with it («+0300», empty when none)."""

    hour: int
    minute: int
    second: int = 0
    offset: str = ""


class Numeric(NamedTuple):
    """Three numbers with separators, as printed."""

    first: str
    second: str
    third: str


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    """One letter; see `words`."""
    value: int | float | str | Clock | Numeric | None


_PART = re.compile(
    r"""
    (?P<basic> (?<!\d) (?P<ymd>\d{8}) t (?P<hms>\d{4}(?:\d\d)?) (?!\d) )                     # ISO 8601 basic: 20260131T0800
  | (?P<date> (?<!\d)(?<!\d[-/.]) (?P<a>\d{1,4}) \s? (?P<sep>[-/.\\]) \s? (?P<b>\d{1,2}) \s? (?P=sep) \s? (?P<c>\d{1,4}) (?!\d|[-/.]\d) )
  | (?P<time> (?<!\d) (?P<hour>\d{1,2}) \s?[:h]\s? (?P<minute>\d\d) (?:\s?:\s?(?P<second>\d\d))? (?:[.,]\d{1,9})? (?!\d)
      (?: \s? (?P<offset>[+-]\d\d:?\d\d) (?![\d/.:-]|\s[-/]\s?\d) | (?P<hours>[+-]\d\d)$ )? )
  | (?P<dotted> (?<![\d.]) (?P<dotted_hour>\d{1,2}) \. (?P<dotted_minute>\d\d) (?![\d.]) )
  | (?P<shift> \b(?:gmt|utc|غرينتش|جرينتش)\s? (?P<sign>[+-]) (?P<shift_hours>\d{1,2}) (?::?(?P<shift_minutes>\d\d))? (?![\d/.-]) )
  | (?P<path> [a-z]{2,}/[a-z_]+(?:/[a-z_]+)? )
  | (?P<half> (?<![a-z]) (?P<letter>[ap])\.\s?m\b\.? )
  | (?: (?P<number>\d+) (?:(?:st|nd|rd|th)\b)? )
  | (?P<word> [^\W\d_]+ )
    """,
    re.VERBOSE,
)


def find_tokens(folded: str) -> list[Token]:
    """The tokens of a folded text, in order. Linear in its length."""
    parts = list(_PART.finditer(folded))
    tokens: list[Token] = []
    at = 0
    while at < len(parts):
        found, used = _read_words(parts, at) if parts[at].lastgroup == "word" else (list(_read_number(parts[at])), 1)
        if tokens and tokens[-1].kind in "ta" and _is_strange_zone(found[0]):
            found = [Token("z", UNKNOWN)]
        tokens += found
        at += used
    return tokens


def _is_strange_zone(token: Token) -> bool:
    """A few Latin letters behind a time: an abbreviation that is not in the vocabulary."""
    return token.kind == "x" and str(token.value).isascii() and 2 <= len(str(token.value)) <= 4


def _read_number(part: re.Match[str]) -> Iterator[Token]:
    """The tokens of a part that is not a plain word."""
    if part["basic"]:
        yield Token("d", Numeric(part["ymd"][:4], part["ymd"][4:6], part["ymd"][6:]))
        yield Token("t", Clock(int(part["hms"][:2]), int(part["hms"][2:4]), int(part["hms"][4:] or 0)))
    elif part["date"]:
        yield Token("d", Numeric(part["a"], part["b"], part["c"]))
    elif part["time"]:
        offset = (part["offset"] or part["hours"] or "").replace(":", "")
        clock = Clock(int(part["hour"]), int(part["minute"]), int(part["second"] or 0), offset and offset.ljust(5, "0"))
        yield Token("t", clock)
    elif part["dotted"]:
        yield Token("k", Clock(int(part["dotted_hour"]), int(part["dotted_minute"])))
    elif part["shift"]:
        offset = f"{part['sign']}{int(part['shift_hours']):02}{part['shift_minutes'] or '00'}"
        yield Token("z", offset if is_offset(offset) else UNKNOWN)
    elif part["path"]:
        yield from _read_path(part["path"])
    elif part["half"]:
        yield Token("a", part["letter"] + "m")
    else:
        digits = part["number"]
        yield Token({1: "n", 2: "n", 4: "y"}.get(len(digits), "N"), int(digits[:9]))


def _read_path(text: str) -> Iterator[Token]:
    """«america/new_york», or words with a slash between them («jan/feb»)."""
    if name := iana_names().get(text):
        yield Token("z", name)
    else:
        for word in re.split("[/_]", text):
            yield Token(*WORDS.get(word, ("x", word)))


def _read_words(parts: list[re.Match[str]], at: int) -> tuple[list[Token], int]:
    """The longest form of the vocabulary that begins here, and how many parts it takes."""
    words = [parts[at][0]]
    for part in parts[at + 1 : at + LONGEST_FORM]:
        if part.lastgroup not in ("word", "number"):
            break
        words.append(part[0])
    for size in range(len(words), 0, -1):
        form = " ".join(words[:size])
        if meaning := WORDS.get(form) or WORDS.get(form.removeprefix("و")):
            return [Token(*meaning)], size
    if words[0] in NAMES_A_ZONE:
        return [Token("z", UNKNOWN)], min(2, len(words))
    if words[0] == TUESDAY_OR_MARCH:
        is_named = any(WORDS.get(part[0], "x")[0] == "m" for part in parts)
        return [Token("w", 1) if is_named else Token("m", 3)], 1
    return [Token("x", words[0])], 1
