"""Same text, edited text, new facts, other story: an article and a memory of the last days in, a judgement out."""

from crawler.stories.fingerprints import Fingerprint, fingerprint, keys_of
from crawler.stories.judgement import BOILERPLATE_AGE, COPY_WINDOW, STORY_WINDOW, judge
from crawler.stories.likeness import heaviest, weigh
from crawler.stories.memory import Memory, Neighbour, Past

__all__ = [
    "BOILERPLATE_AGE",
    "COPY_WINDOW",
    "STORY_WINDOW",
    "Fingerprint",
    "Memory",
    "Neighbour",
    "Past",
    "fingerprint",
    "heaviest",
    "judge",
    "keys_of",
    "weigh",
]
