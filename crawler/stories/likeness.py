"""How alike two leads are in their words: TF-IDF weights and their cosine."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import log, sqrt

from crawler.stories.words import words

_FUNCTION_WORDS = (
    "في من على إلى عن أن إن التي الذي الذين هذا هذه ذلك تلك مع ما لا لم لن قد كان كانت يكون بعد قبل بين خلال كما أو ثم حتى عند منذ هو هي "
    "كل أي غير بن عبد أنه أنها إنه إنها له لها به بها فيه فيها منه منها عليه عليها حيث وقد وفي ومن وأن وكان وعلى إذا حول ضد نحو أمس اليوم "
    "قال وقال أكد وأكد أضاف وأضاف أوضح وأوضح أعلن وأعلن"
)
_SILENT = frozenset(word.number for word in words(_FUNCTION_WORDS))
"""Their frequency would silence them too, but only after some hundred articles."""
_PRIOR = 3000
"""Articles on other subjects that a new index is taken to have seen: a topic's own words are rare in the press as a whole."""


_TELLING_SHARE, _TELLING_LEAST = 0.02, 20
_PLACES = 400
_HEAVIEST = 40


def telling(words: Collection[int], articles: int, frequencies: Mapping[int, int]) -> list[int]:
    """The words to find like leads by: those of few leads, the rarest first, until they have 400 places to look at."""
    places, chosen = 0, []
    for count, word in sorted((frequencies.get(word, 0), word) for word in words):
        places += count
        if count > _most(articles) or places > _PLACES:
            break
        chosen.append(word)
    return chosen


def heaviest(weights: Mapping[int, float], articles: int, frequencies: Mapping[int, int]) -> list[int]:
    """The words to find a lead by: of those of few leads the 40 with the most weight."""
    most = _most(articles)
    return sorted((word for word in weights if frequencies.get(word, 0) <= most), key=lambda word: (-weights[word], word))[:_HEAVIEST]


def _most(articles: int) -> float:
    return max(_TELLING_SHARE * articles, _TELLING_LEAST)


def weigh(terms: Mapping[int, int], articles: int, frequencies: Mapping[int, int]) -> dict[int, float]:
    """Weights of a lead's words, of length one together: more for a repeated word, less for one that many leads have."""
    most = 1 + log(articles + _PRIOR)
    weights = {
        word: count * (most - log(frequencies.get(word, 0) + 1))
        for word, count in terms.items()
        if word not in _SILENT
    }
    length = sqrt(sum(weight * weight for weight in weights.values()))
    return {word: weight / length for word, weight in weights.items()} if length else {}


def cosine(mine: Mapping[int, float], theirs: Mapping[int, float]) -> float:
    """0 = no word in common, 1 = the same words."""
    return sum(mine[word] * theirs[word] for word in mine.keys() & theirs.keys())
