"""A seed in; Arabic-looking articles out that nobody wrote: Zipf vocabulary, paragraphs, copies and edits among them.

The words are roots in patterns with clitics, so that folding, clitic grammar and the full-text index meet as many
different forms as in news (about 90,000 in 2,000 articles). They mean nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate
from random import Random

LETTERS = "ببتثججحححخخدددررررزسسسسششصضطععععغفففقققككلللللمممممنننننهوي"
PATTERNS = (
    *("{0}{1}{2}", "{0}ا{1}{2}", "م{0}{1}و{2}", "ت{0}{1}ي{2}", "{0}{1}ا{2}", "{0}{1}ي{2}", "ا{0}ت{1}ا{2}", "م{0}ا{1}{2}ة"),
    *("{0}{1}{2}ة", "ان{0}{1}ا{2}", "است{0}{1}ا{2}", "م{0}{1}{2}", "{0}{1}{2}ي", "أ{0}{1}ا{2}"),
)
ROOTS, LEMMAS = 5_000, 14_000
FUNCTION_WORDS = "في من على إلى أن عن مع بعد التي الذي قال هذا هذه كما بين خلال وقد كان حيث لا ما أو ثم لم قبل عند كل غير بعض حتى أكد أضاف"
PREFIXES, PREFIX_WEIGHTS = ("", "ال", "و", "وال", "ب", "بال", "لل", "ل", "ف"), (50, 27, 7, 4, 4, 2, 2, 3, 1)
SUFFIXES, SUFFIX_WEIGHTS = ("", "ات", "ين", "ها", "ه", "هم"), (80, 6, 5, 5, 3, 1)
WORDS, NAMES = (330, 480), 10
"""Words of an article (news has 300 to 600), and how many of them are its own subject, said again and again."""
COPIED, EDITED = 0.09, 0.06
"""Shares of articles that are a copy of an earlier one, and that are its text reworked."""
REMEMBERED = 1_500
"""So far back lies what is copied."""
PLANTED = 0.1
"""Share of articles in which a watched phrase is put; watched single words occur as Zipf has it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One invented article."""

    number: int
    title: str
    paragraphs: tuple[str, ...]
    repeats: int | None = None
    """The piece that it is a copy or an edit of."""

    @property
    def summary(self) -> str:
        return self.paragraphs[0][:200]


class Press:
    """Writes pieces; the same ones for the same seed."""

    def __init__(self, seed: int = 1) -> None:
        self._random = Random(seed)
        roots = ["".join(self._random.choices(LETTERS, k=3)) for _ in range(ROOTS)]
        forms = {self._random.choice(PATTERNS).format(*self._random.choice(roots)): None for _ in range(LEMMAS * 2)}
        self._lemmas = list(forms)[:LEMMAS]
        self._weights = list(accumulate(1 / (rank + 10) for rank in range(len(self._lemmas))))  # Zipf-Mandelbrot
        self._phrases: list[str] = []

    def choose_terms(self, count: int) -> list[str]:
        """So many words and phrases to watch, by turns; the phrases are put into some of the pieces written later."""
        terms = []
        for place in range(count):
            if place % 2:
                terms.append(self._random.choice(self._lemmas[LEMMAS // 2 :]))
            else:
                terms.append(" ".join(self._random.sample(self._lemmas[200:5_000], 2)))
                self._phrases.append(terms[-1])
        return terms

    def write(self, count: int, outlets: int) -> Iterator[Piece]:
        """Pieces in order of publication; piece n is of outlet n modulo `outlets`, and no outlet copies from itself."""
        known: deque[Piece] = deque(maxlen=REMEMBERED)
        for number in range(count):
            chance = self._random.random()
            others = [piece for piece in self._random.sample(known, min(len(known), 3)) if (piece.number - number) % outlets]
            if others and chance < COPIED + EDITED:
                piece = replace(others[0], number=number, repeats=others[0].number)
                yield piece if chance < COPIED else self._rework(piece)
                continue
            known.append(piece := self._write_own(number))
            yield piece

    def _write_own(self, number: int) -> Piece:
        names = self._random.sample(self._lemmas[2_000:], NAMES)
        words = self._words(self._random.randint(*WORDS), names)
        if self._phrases and self._random.random() < PLANTED:
            words.insert(self._random.randrange(len(words)), self._random.choice(("", "و", "ب", "ل")) + self._random.choice(self._phrases))
        return Piece(number, self._headline(names), tuple(self._paragraphs(words)))

    def _rework(self, piece: Piece) -> Piece:
        """Another headline, a paragraph less, and a sentence of its own at the end."""
        dropped = self._random.randrange(1, len(piece.paragraphs))
        kept = [text for place, text in enumerate(piece.paragraphs) if place != dropped]
        return replace(piece, title=f"{self._inflect(1)[0]} {piece.title}", paragraphs=(*kept, *self._paragraphs(self._words(20, []))))

    def _words(self, count: int, names: list[str]) -> list[str]:
        words, small = self._inflect(count), FUNCTION_WORDS.split()
        for place, chance in enumerate(self._random.random() for _ in range(count)):
            if chance < 0.28:
                words[place] = self._random.choice(small)
            elif chance < 0.38 and names:
                words[place] = self._random.choice(names)
            elif chance < 0.40:
                words[place] = str(self._random.randint(2, 2030))
        return words

    def _inflect(self, count: int) -> list[str]:
        """Words with their clitics, the frequent ones more often."""
        drawn = zip(
            self._random.choices(PREFIXES, PREFIX_WEIGHTS, k=count),
            self._random.choices(self._lemmas, cum_weights=self._weights, k=count),
            self._random.choices(SUFFIXES, SUFFIX_WEIGHTS, k=count),
            strict=True,
        )
        return [prefix + (word[:-1] + "ت" if suffix and word[-1] == "ة" else word) + suffix for prefix, word, suffix in drawn]

    def _headline(self, names: list[str]) -> str:
        words = [*self._inflect(self._random.randint(4, 7)), *names[:3]]
        self._random.shuffle(words)
        return " ".join(words)

    def _paragraphs(self, words: list[str]) -> Iterator[str]:
        """Two to four sentences each, some with a quotation."""
        rest = deque(words)
        while rest:
            sentences = []
            for _ in range(self._random.randint(2, 4)):
                sentence = " ".join(rest.popleft() for _ in range(min(len(rest), self._random.randint(10, 24))))
                if sentence:
                    sentences.append(f"«{sentence}»." if self._random.random() < 0.15 else f"{sentence}.")
            yield " ".join(sentences)
