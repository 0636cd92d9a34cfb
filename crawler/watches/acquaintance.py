"""The words of a text in, those at which a pattern could start out; each word is judged once and remembered."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable

from crawler.arabic.folding import fold, is_plain
from crawler.arabic.screen import Screen
from crawler.arabic.words import CLITICS, Token, word_token

MAX_KNOWN = 400_000
"""Different words remembered; about 40 MB."""


class Acquaintance:
    """All words met, sorted into wanted and unwanted."""

    def __init__(self, bases: Iterable[str], spelled: Container[str], is_wanted: Callable[[Token], bool]) -> None:
        """`is_wanted` has the last word, but is asked only for words that may be read with one of the bases or are spelled so."""
        self._screen = Screen(bases)
        self._spelled = spelled
        self._is_wanted = is_wanted
        self._unwanted: set[str] = set()
        self.wanted: set[str] = set()
        self.clitics: set[str] = set()
        """Words met that could be a clitic standing apart."""

    def wanted_of(self, words: set[str]) -> set[str]:
        """The wanted ones; the words are as `words.raw_words` gives them."""
        if words <= self._unwanted:
            return set()
        if len(self._unwanted) + len(self.wanted) > MAX_KNOWN:
            self._unwanted.clear()
            self.wanted.clear()
        if new := words - self._unwanted - self.wanted:
            self._meet(new)
        return words & self.wanted

    def _meet(self, words: set[str]) -> None:
        """Judge new words: nearly all by their first letters, and those that are plain folded all together."""
        plain = words if is_plain(" ".join(words)) else set(filter(is_plain, words))
        together = " ".join(plain)
        pairs = zip(together.split(" "), fold(together).split(" "), strict=True)
        passed_over = {word for word, folded in pairs if not self._deserves_a_look(word, folded)}
        self._unwanted |= passed_over
        for word in words - passed_over:
            token = word_token(word)
            is_wanted = self._deserves_a_look(token.spelled, token.folded) and self._is_wanted(token)
            (self.wanted if is_wanted else self._unwanted).update((word, token.text))
            if token.folded in CLITICS:
                self.clitics.update((word, token.text))

    def _deserves_a_look(self, spelled: str, folded: str) -> bool:
        return spelled in self._spelled or folded in CLITICS or self._screen.lets_pass(folded)
