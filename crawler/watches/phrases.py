"""A term and the words of a paragraph in, whether it stands at one place out: rules P1 to P5 of the phrase grammar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crawler.arabic.clitics import Reading
from crawler.arabic.folding import has_marks, marked, spell
from crawler.arabic.forms import Word, follows, is_form, leaves_tanwin
from crawler.arabic.numbers import is_cut_from_number
from crawler.arabic.words import JOINED, Token
from crawler.watches.query import Slot, Term

Readings = Callable[[Token], Sequence[Reading]]
"""The readings of a word that any term could want."""


@dataclass(frozen=True, slots=True)
class ExactPhrase:
    """A term with =: the letters as written, and the harakat where the term has them."""

    spelled: tuple[str, ...]
    marks: tuple[str, ...]
    """The words with their harakat; empty when the term has none."""


def exact_phrase(term: Term) -> ExactPhrase:
    """What the words of a term with = must be."""
    texts = tuple(slot[0].text for slot in term.slots)
    return ExactPhrase(tuple(map(spell, texts)), texts if any(map(has_marks, texts)) else ())


def is_exactly_at(phrase: ExactPhrase, found: Sequence[Token], first: int) -> bool:
    """Whether the phrase stands at found[first], written so."""
    last = first + len(phrase.spelled)
    if last > len(found) or any(found[first + at].spelled != spelled for at, spelled in enumerate(phrase.spelled)):
        return False
    if any(token.gap != JOINED or token.apart for token in found[first + 1 : last]):
        return False
    return all(_carries(found[first + at].text, text) for at, text in enumerate(phrase.marks))


def is_at(slots: tuple[Slot, ...], found: Sequence[Token], first: int, read: Readings) -> bool:
    """Whether words that fit the slots stand next to each other from found[first]."""
    if first + len(slots) > len(found):
        return False
    states: list[tuple[Word, Reading]] = []
    for at, slot in enumerate(slots):
        token = found[first + at]
        if at and token.gap != JOINED:
            return False
        readings = read(token)
        states = [
            (sought, reading)
            for sought in slot
            for reading in readings
            if reading.base == sought.base
            and (_continues(states, sought, reading, at == len(slots) - 1) if at else is_form(sought, reading, alone=len(slots) == 1))
        ]
        if not states:
            return False
    return True


def is_whole_number(text: str, found: Sequence[Token], first: int, last: int) -> bool:
    """Whether no number at the edge of the place goes on outside it."""
    return not is_cut_from_number(text, found, first, last)


def _continues(states: list[tuple[Word, Reading]], sought: Word, reading: Reading, last: bool) -> bool:
    return any(
        is_form(sought, reading, alone=False, after_tanwin=leaves_tanwin(before, read_before))
        and follows(before, read_before, sought, reading, last=last)
        for before, read_before in states
    )


def _carries(text: str, wanted: str) -> bool:
    """Whether the text has, letter by letter, at least the harakat that are wanted."""
    return all(marks <= there for (_, marks), (_, there) in zip(marked(wanted), marked(text), strict=False))
