"""Watches and a text in, every place that makes a watch true out: one pass over the text for any number of watches.

The words of a text are looked up in a table of the words that any watch could want; only a paragraph that has one is cut
into tokens, and only there the grammar decides. Cost hardly depends on the number of watches.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from crawler.arabic.clitics import Reading, readings, stems
from crawler.arabic.folding import BREAKERS
from crawler.arabic.words import LazyTokens, Token, has_entities, paragraphs, raw_words, tokens
from crawler.items import Field, Match
from crawler.watches.acquaintance import MAX_KNOWN, Acquaintance
from crawler.watches.judge import Judge, Place, Scope, compile_judge, longest
from crawler.watches.phrases import ExactPhrase, exact_phrase, is_at, is_exactly_at, is_whole_number
from crawler.watches.query import Query, Slot, Term, terms


class Watched(Protocol):
    """What the matcher asks of a watch."""

    @property
    def name(self) -> str: ...
    @property
    def query(self) -> Query: ...
    @property
    def scope(self) -> Scope: ...


class _Pattern(NamedTuple):
    slots: tuple[Slot, ...]
    exact: ExactPhrase | None


class Matcher:
    """All watches compiled for texts to be met with."""

    def __init__(self, watches: Sequence[Watched]) -> None:
        self._patterns: list[_Pattern] = []
        self._singles: dict[str, list[int]] = defaultdict(list)
        """Patterns of one word by its base."""
        self._phrases: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        """Longer patterns by the bases of their first two words."""
        self._exact: dict[str, list[int]] = defaultdict(list)
        """Patterns with = by their first word as spelled."""
        self._bases: set[str] = set()
        self._starts: set[str] = set()
        self._lengths: set[int] = set()
        self._watchers: dict[int, list[int]] = defaultdict(list)
        """Watches by pattern."""
        self._judges: list[tuple[str, Judge]] = []
        self._readings: dict[str, tuple[Reading, ...]] = {}
        self._verdicts: dict[str, tuple[int, ...]] = {}
        """Patterns of one word by the word, as far as met."""
        self._compile(watches)
        self._met = Acquaintance({*self._singles, *self._phrases}, self._exact, self._is_wanted)

    def find(self, title: str, body: str) -> list[Match]:
        """Matches of every watch that is true, watch by watch in the order given, title before body, from the start."""
        places: dict[int, list[Place]] = defaultdict(list)
        for field, text in (("title", title), ("body", body)):
            for pattern, place in self._scan(field, text):  # type: ignore[arg-type]
                places[pattern].append(place)
        if not places:
            return []
        lead = _lead_end(body)
        watchers = sorted({watcher for pattern in places for watcher in self._watchers[pattern]})
        texts = {"title": title, "body": body}
        return [
            Match(watch=name, term=term, field=field, start=start, end=end, text=texts[field][start:end])
            for name, judge in map(self._judges.__getitem__, watchers)
            for term, field, start, end in longest(judge(places, lead))
        ]

    def _compile(self, watches: Sequence[Watched]) -> None:
        known: dict[tuple[tuple[Slot, ...], bool], int] = {}
        for number, watch in enumerate(watches):
            found: set[int] = set()
            numbers: dict[int, int] = {}
            for term in terms(watch.query):
                key = (term.slots, term.exact)
                if key not in known:
                    known[key] = len(self._patterns)
                    self._add(term)
                numbers[id(term)] = known[key]
                found.add(known[key])
            for pattern in found:
                self._watchers[pattern].append(number)
            self._judges.append((watch.name, compile_judge(watch.query, numbers, watch.scope)))

    def _add(self, term: Term) -> None:
        """File a pattern under the words that it can start with."""
        number = len(self._patterns)
        self._patterns.append(_Pattern(term.slots, exact_phrase(term) if term.exact else None))
        if exact := self._patterns[-1].exact:
            self._exact[exact.spelled[0]].append(number)
            return
        for sought in (sought for slot in term.slots for sought in slot):
            if sought.any_ending:
                self._starts.add(sought.base[:-1])
                self._lengths.add(len(sought.base) - 1)
            else:
                self._bases.add(sought.base)
        for first in {sought.base for sought in term.slots[0]}:
            if len(term.slots) == 1:
                self._singles[first].append(number)
            for second in {sought.base for sought in term.slots[1]} if len(term.slots) > 1 else ():
                self._phrases[first][second].append(number)

    def _scan(self, field: Field, text: str) -> Iterator[tuple[int, Place]]:
        """Every place of every pattern in a text."""
        is_simple = not has_entities(text)
        bounds = paragraphs(text)
        raws = [raw_words(text[start:end]) for start, end in bounds]
        wanted = self._met.wanted_of(set().union(*raws))
        for number, ((start, end), raw) in enumerate(zip(bounds, raws, strict=True) if wanted else ()):
            if wanted.isdisjoint(raw):
                continue
            has_breakers = any(breaker in text[start:end] for breaker in _BREAKERS)
            words: Sequence[Token]
            if is_simple and not has_breakers and self._met.clitics.isdisjoint(raw):
                words = LazyTokens(text, start, end)
                firsts: Iterable[int] = [at for at, word in enumerate(raw) if word in wanted]
            else:
                words = tokens(text, start, end)
                firsts = self._wanted_of(words)
            seen: set[tuple[int, int, int]] = set()
            for pattern, first, last in self._find(text, words, firsts):
                place = Place(field, number, first, last, words[first].start, words[last].end)
                seen.add((pattern, place.start, place.end))
                yield pattern, place
            if has_breakers:
                yield from self._scan_whole(field, text, (number, start, end), words, seen)

    def _scan_whole(
        self, field: Field, text: str, paragraph: tuple[int, int, int], apart: Sequence[Token], seen: set[tuple[int, int, int]]
    ) -> Iterator[tuple[int, Place]]:
        """What the other reading of zero-width separators adds; words are counted in the first reading."""
        number, start, end = paragraph
        words = tokens(text, start, end, whole=True)
        starts = {token.start: at for at, token in enumerate(apart)}
        ends = {token.end: at for at, token in enumerate(apart)}
        for pattern, first, last in self._find(text, words, self._wanted_of(words)):
            at, to = words[first].start, words[last].end
            if (pattern, at, to) not in seen and at in starts and to in ends:
                yield pattern, Place(field, number, starts[at], ends[to], at, to)

    def _wanted_of(self, words: Sequence[Token]) -> list[int]:
        return [at for at, token in enumerate(words) if token.apart or token.text in self._met.wanted]

    def _is_wanted(self, token: Token) -> bool:
        if token.spelled in self._exact:
            return True
        return any(reading.base in self._singles or reading.base in self._phrases for reading in self._read_anew(token))

    def _read(self, token: Token) -> tuple[Reading, ...]:
        """The readings that some pattern could want."""
        if token.apart:
            return self._read_anew(token)
        found = self._readings.get(token.text)
        if found is None:
            if len(self._readings) > MAX_KNOWN:
                self._readings.clear()
            found = self._readings[token.text] = self._read_anew(token)
        return found

    def _read_anew(self, token: Token) -> tuple[Reading, ...]:
        found = list(readings(token, self._bases))
        if self._starts:
            found += stems(token, self._starts, self._lengths)
        return tuple(found)

    def _find(self, text: str, words: Sequence[Token], firsts: Iterable[int]) -> Iterator[tuple[int, int, int]]:
        """Pattern, first and last word of every place in one paragraph that starts at one of `firsts`."""
        for first in firsts:
            token = words[first]
            for pattern in self._alone(token):
                if is_whole_number(text, words, first, first):
                    yield pattern, first, first
            for pattern in self._beginning(words, first):
                last = first + len(self._patterns[pattern].slots) - 1
                if is_at(self._patterns[pattern].slots, words, first, self._read) and is_whole_number(text, words, first, last):
                    yield pattern, first, last
            for pattern in self._exact.get(token.spelled, ()):
                exact = self._patterns[pattern].exact
                if exact and is_exactly_at(exact, words, first):
                    yield pattern, first, first + len(exact.spelled) - 1

    def _alone(self, token: Token) -> tuple[int, ...]:
        """Patterns of one word that the word is a form of; it depends on nothing around it but a clitic apart."""
        found = None if token.apart else self._verdicts.get(token.text)
        if found is None:
            patterns = {pattern for reading in self._read(token) for pattern in self._singles.get(reading.base, ())}
            found = tuple(pattern for pattern in sorted(patterns) if is_at(self._patterns[pattern].slots, [token], 0, self._read))
            if not token.apart:
                if len(self._verdicts) > MAX_KNOWN:
                    self._verdicts.clear()
                self._verdicts[token.text] = found
        return found

    def _beginning(self, words: Sequence[Token], first: int) -> set[int]:
        """Longer patterns whose first two bases stand here."""
        if first + 1 >= len(words):
            return set()
        bases = {reading.base for reading in self._read(words[first])}
        return {
            pattern
            for seconds in filter(None, map(self._phrases.get, bases))
            for reading in self._read(words[first + 1])
            for pattern in seconds.get(reading.base, ())
        }


_BREAKERS = tuple(BREAKERS)


def _lead_end(body: str) -> int:
    """Where the second paragraph of the body ends."""
    written = [end for start, end in paragraphs(body) if body[start:end].strip()]
    return written[1] if len(written) > 1 else len(body)
