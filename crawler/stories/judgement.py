"""The judgement: what an article is to the stories known before it, and why.

Thresholds were scanned on labelled pairs and streams of Arabic news; docs/stories.md says what they get wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.items import Judgement
from crawler.stories.fingerprints import Fingerprint, sample
from crawler.stories.likeness import cosine, telling, weigh
from crawler.stories.memory import Memory, Past
from crawler.stories.slots import Substitutions, substituted

COPY_WINDOW = timedelta(hours=48)
"""96 % of copies come within it, half of them within 80 minutes."""
STORY_WINDOW = timedelta(hours=72)
BOILERPLATE_AGE = timedelta(hours=72)
"""A shingle seen before that is a form, a standing background paragraph or navigation: no evidence."""
EDITION_AGE = timedelta(hours=12)
"""The same outlet fills the same form with other numbers: within it a correction, after it the next edition."""

_BODY, _LEAD = 0.35, 0.20
_NEARLY = 0.2
_STILL_ITS_TEXT = 0.2
"""A report that swallows an early brief and is five times as long tells more than the brief."""
_SAME = 0.95
_JOINS, _NOTHING_NEW = 0.23, 0.35
_DECAY_PER_DAY = 0.08
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Overlap:
    """What two texts share, as shares of the shorter one."""

    past: Past
    body: float
    lead: float
    repeated: float
    """Share of the new body that the past one has."""
    accounted: float
    """Share of the new text that the past one has, title and lead counted again: tells which of several it repeats."""
    old: float
    """Share of the new text that is boilerplate and was left out."""

    @property
    def repeats(self) -> bool:
        return self.body >= _BODY and self.lead >= _LEAD


def judge(print_: Fingerprint, at: datetime, memory: Memory) -> Judgement:
    """What an article is to those in memory.

    `at` is when it was published, or when it arrived if that is unknown; aware. Nothing is remembered here.
    """
    others: set[int] = set()
    for overlap in _in_order(overlap for overlap in _overlaps(print_, at, memory) if overlap.repeats):
        other = overlap.past.print_
        substitutions = substituted(print_.slots, print_.vocabulary, other.slots, other.vocabulary)
        if _is_other_edition(print_.outlet == other.outlet, abs(at - overlap.past.at), substitutions):
            others.add(overlap.past.article)
        elif substitutions.numbers:
            return _told_anew(overlap, f"{substitutions.numbers} of its numbers changed", memory)
        elif overlap.repeated < _STILL_ITS_TEXT:
            return _told_anew(overlap, f"{1 - overlap.repeated:.0%} of the text is new", memory)
        else:
            return _repeated(print_, overlap)
    return _by_story(print_, at, memory, others)


def _overlaps(print_: Fingerprint, at: datetime, memory: Memory) -> list[_Overlap]:
    """The articles of the copy window that share text, boilerplate left out on both sides."""
    before = at - BOILERPLATE_AGE
    stale = memory.seen_before([print_], before)
    candidates = memory.sharing(print_, stale, at - COPY_WINDOW, at + COPY_WINDOW)
    if candidates:
        stale |= memory.seen_before([past.print_ for past in candidates], before)
    return [_overlap(print_, past, stale) for past in candidates]


def _in_order(overlaps: Iterable[_Overlap]) -> list[_Overlap]:
    """Those that account for nearly as much of the text as the best does, the first to arrive first; then the others."""
    found = list(overlaps)
    enough = max((overlap.accounted for overlap in found), default=0.0) - _NEARLY
    return sorted(found, key=lambda o: (o.accounted < enough, o.past.article if o.accounted >= enough else -o.accounted))


def _overlap(print_: Fingerprint, past: Past, stale: Set[int]) -> _Overlap:
    body, other_body = (_comparable(one, past.print_.sampled or print_.sampled) - stale for one in (print_, past.print_))
    lead, other_lead = print_.lead - stale, past.print_.lead - stale
    shared, lead_shared = body & other_body, lead & other_lead
    return _Overlap(
        past=past,
        body=_share(shared, min(len(body), len(other_body))),
        lead=_share(lead_shared, min(len(lead), len(other_lead))),
        repeated=_share(shared, len(body)),
        accounted=_share(shared, len(body)) + _share(lead_shared, len(lead)),
        old=_share((print_.lead | print_.body) & stale, len(print_.lead | print_.body)),
    )


def _comparable(print_: Fingerprint, sampled: bool) -> set[int]:
    return sample(print_.body) if sampled and not print_.sampled else set(print_.body)


def _share(part: Collection[int], whole: int) -> float:
    return len(part) / whole if whole else 0.0


def _is_other_edition(same_outlet: bool, apart: timedelta, changed: Substitutions) -> bool:
    """The same form about something else: another day's weather, another country's telegram."""
    if changed.days or changed.names >= (1 if same_outlet else 2):
        return True
    return bool(changed.numbers) and same_outlet and apart >= EDITION_AGE


def _repeated(print_: Fingerprint, overlap: _Overlap) -> Judgement:
    other = overlap.past.print_
    sampled = print_.sampled or other.sampled
    body, other_body = _comparable(print_, sampled), _comparable(other, sampled)
    same = _share(body & other_body, max(len(body), len(other_body)))
    is_copy = same >= _SAME and print_.title == other.title
    title = "the same title" if print_.title == other.title else "another title"
    left_out = f"; {overlap.old:.0%} left out, older than three days" if overlap.old else ""
    return Judgement(
        relation="copy" if is_copy else "edit",
        of_id=overlap.past.article,
        story_id=overlap.past.story,
        why=f"{overlap.body:.0%} of the text and {overlap.lead:.0%} of the lead are the earlier article's, under {title}{left_out}",
    )


def _told_anew(overlap: _Overlap, what: str, memory: Memory) -> Judgement:
    return Judgement(
        relation="update",
        of_id=memory.first_of(overlap.past.story),
        story_id=overlap.past.story,
        why=f"{overlap.lead:.0%} of the lead are an earlier article's, but {what}",
    )


def _by_story(print_: Fingerprint, at: datetime, memory: Memory, others: set[int]) -> Judgement:
    """Join the story whose three nearest articles have the likest leads, or open one."""
    scores = _scores(print_, at, memory, others)
    likeness, story = max(((_mean_of_three(found), -story) for story, found in scores.items()), default=(0.0, 0))
    if likeness < _JOINS:
        return Judgement(relation="new", why=f"no lead of the last days is like it: {likeness:.2f}, a story needs {_JOINS}")
    is_update = likeness < _NOTHING_NEW
    return Judgement(
        relation="update" if is_update else "report",
        of_id=memory.first_of(-story),
        story_id=-story,
        why=f"leads {likeness:.2f} alike: the story in another text, " + ("with something new" if is_update else "hardly anything new"),
    )


def _scores(print_: Fingerprint, at: datetime, memory: Memory, others: set[int]) -> dict[int, list[float]]:
    """For each story how like the leads of its articles are, less for older ones."""
    articles, frequencies = memory.frequencies(print_.terms)
    weights = weigh(print_.terms, articles, frequencies)
    scores: dict[int, list[float]] = {}
    for neighbour in memory.near(weights, telling(weights, articles, frequencies), at - STORY_WINDOW, at + STORY_WINDOW):
        score = cosine(weights, neighbour.weights) - _DECAY_PER_DAY * (abs(at - neighbour.at) / _DAY)
        if score < _JOINS or not _fills_same_form(print_, memory.load(neighbour.article), others):
            scores.setdefault(neighbour.story, []).append(score)
    return scores


def _fills_same_form(print_: Fingerprint, past: Past, others: set[int]) -> bool:
    """Texts alike enough for a copy that were not taken for one: what they share is older, or it is another edition."""
    if past.article in others:
        return True
    return _overlap(print_, past, frozenset()).repeats


def _mean_of_three(scores: Iterable[float]) -> float:
    nearest = sorted(scores, reverse=True)[:3]
    return sum(nearest) / len(nearest)
