"""Words that are looked for in, a quick no out for the words of a text that are none of them in any reading.

Nearly every word that a crawl meets for the first time is wanted by nobody. Reading it as `clitics` does takes ten times
as long as seeing here that it, without what can stand before a stem, starts like no word that is looked for.
"""

from __future__ import annotations

from collections.abc import Iterable

from crawler.arabic.words import CLITICS

_CLITIC_STARTS = frozenset(clitic[:end] for clitic in CLITICS for end in range(1, len(clitic) + 1))
_CHANGED = ("ين", "ه", "ي")
"""How a base may end where the word in the text does not: ون of the plural, ت for ة, ا for ى before a pronoun, ي and و alone."""
_COMPARED = 4
"""First letters that are looked at; more would hardly rule out more."""


class Screen:
    """All that is looked for, by first letters."""

    def __init__(self, bases: Iterable[str]) -> None:
        """`bases` are keys of readings; those of words with any ending have a final *."""
        self._starts = frozenset(_constant(base)[:_COMPARED] for base in bases)
        self._lengths = sorted(set(map(len, self._starts)))

    def lets_pass(self, folded: str) -> bool:
        """False: no reading of the word, without clitics apart, has one of the bases. True: one may."""
        for at in range(len(folded) + 1):
            if at and folded[:at] not in _CLITIC_STARTS:
                return False
            for length in self._lengths:
                if folded[at : at + length] in self._starts:
                    return True
        return False


def _constant(base: str) -> str:
    """What every word read with this base has behind its clitics."""
    if base.endswith("*"):
        return base[:-1]
    for end in _CHANGED:
        if base.endswith(end):
            return base.removesuffix(end)
    return base
