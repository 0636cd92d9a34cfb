"""Same text, edited text, new facts, other story: an article and a memory of the last days in, a judgement out."""

from crawler.stories.fingerprints import Fingerprint, fingerprint
from crawler.stories.judgement import BOILERPLATE_AGE, COPY_WINDOW, STORY_WINDOW, judge
from crawler.stories.likeness import weigh
from crawler.stories.memory import Memory, Neighbour, Past

__all__ = ["BOILERPLATE_AGE", "COPY_WINDOW", "STORY_WINDOW", "Fingerprint", "Memory", "Neighbour", "Past", "fingerprint", "judge", "weigh"]
