"""The truth, stored rows and delivered alerts come in, what differs goes out in plain sentences.

Outlets are crawled side by side, so which of two equal texts arrives first varies: stories are compared as sets, copies and edits as
sets of texts that repeat each other, and the relation of the others only where they arrived in the order of publication.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from crawler.newsroom.site.directory import OUTLETS
from crawler.newsroom.truth import ExpectedText, Truth, root

Row = Mapping[str, object]
"""A row of `articles`: id, outlet, url, title, body, published_at, story_id, relation, of_id, is_backfill, carried_by."""


def find_differences(
    truth: Truth,
    rows: Sequence[Row],
    fired: Mapping[int, Collection[str]],
    delivered: Mapping[str, Sequence[tuple[str, str]]],
) -> list[str]:
    """Empty when all is as it must be.

    `fired`: row id to the mission watches that match it. `delivered`: channel to (watch, article's address) of every alert that arrived.
    """
    texts = truth.texts()
    known, differences = _recognise(texts, rows)
    for name, row in known.items():
        differences += _text_differences(truth, texts[name], row)
        differences += _fired_differences(texts[name], set(fired.get(_id(row), ())))
    differences += _story_differences(texts, known)
    differences += _copy_differences(texts, known)
    differences += _relation_differences(truth, texts, known)
    for channel, alerts in delivered.items():
        differences += _alert_differences(truth.alerts(), texts, known, channel, alerts)
    return differences


def _recognise(texts: Mapping[str, ExpectedText], rows: Iterable[Row]) -> tuple[dict[str, Row], list[str]]:
    """The row of each expected text, by name; and what is missing or too much."""
    own = {text.url: name for name, text in texts.items() if text.url}
    guests = {(page, text.article.title): name for name, text in texts.items() for page in text.carriers}
    known: dict[str, Row] = {}
    differences = []
    for row in rows:
        name = guests.get((str(row["carried_by"]), str(row["title"]))) if row["carried_by"] else own.get(str(row["url"]))
        if name is None or name in known:
            differences.append(f"{row['url']} is stored{' twice' if name else ''}, «{row['title']}» ({row['outlet']})")
        else:
            known[name] = row
    differences += [f"{name} is not stored, «{text.article.title}»" for name, text in texts.items() if name not in known]
    return known, differences


def _text_differences(truth: Truth, text: ExpectedText, row: Row) -> list[str]:
    wanted = {"outlet": text.article.outlet, "title": text.article.title, "body": text.body}
    differences = [f"{text.name}: {key} is {row[key]!r}, not {value!r}" for key, value in wanted.items() if row[key] != value]
    if text.url:  # a guest has the age that its card prints
        stored, zone = row["published_at"], OUTLETS[text.article.outlet].zone
        if _wall_clock(stored, zone) != _wall_clock(text.published_at, zone):
            differences.append(f"{text.name}: published_at is {stored}, not {text.published_at}")
    backfill = text.is_backfill(truth.anchor, truth.backfill_hours)
    if bool(row["is_backfill"]) != backfill:
        differences.append(f"{text.name}: is_backfill is {bool(row['is_backfill'])}, not {backfill}")
    return differences


def _wall_clock(moment: object, zone: ZoneInfo) -> datetime | None:
    """On the outlet's clock: the hour that comes twice when summer time ends is one hour on its pages."""
    if not moment:
        return None
    at = moment if isinstance(moment, datetime) else datetime.fromisoformat(str(moment))
    return at.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)


def _fired_differences(text: ExpectedText, fired: set[str]) -> list[str]:
    wanted = set(text.article.fires)
    return [f"{text.name}: {watch} {'does not match' if watch in wanted else 'matches'}" for watch in sorted(wanted ^ fired)]


def _story_differences(texts: Mapping[str, ExpectedText], known: Mapping[str, Row]) -> list[str]:
    return _partition_differences(
        {name: texts[name].article.story for name in known},
        {name: row["story_id"] for name, row in known.items()},
        "the story of {0} is stored as {1} stories: {2}",
        "one story is stored for {1}: {2}",
    )


def _copy_differences(texts: Mapping[str, ExpectedText], known: Mapping[str, Row]) -> list[str]:
    names = {_id(row): name for name, row in known.items()}
    repeated = {name: names.get(_int(row["of_id"]), "") for name, row in known.items() if row["relation"] in ("copy", "edit")}
    differences = _partition_differences(
        {name: root(texts, name) for name in known},
        {name: _end(repeated, name) for name in known},
        "the copies and edits of {0} are not all linked: {2}",
        "texts of {1} are linked as copies or edits: {2}",
    )
    for name, of in repeated.items():  # copy or edit: told only where the truth links the same two
        for later, earlier in ((name, of), (of, name)):
            if later in texts and texts[later].copy_of == earlier and texts[later].article.id == later:
                wanted, stored = texts[later].article.relation, known[name]["relation"]
                if wanted != stored:
                    differences.append(f"{later} and {earlier} are linked as {stored}, not {wanted}")
    return differences


def _end(repeated: Mapping[str, str], name: str) -> str:
    seen = {name}
    while (following := repeated.get(name, "")) and following not in seen:
        name = following
        seen.add(name)
    return name


def _partition_differences(wanted: Mapping[str, Hashable], stored: Mapping[str, Hashable], split: str, merged: str) -> list[str]:
    """Where two ways of dividing the same names disagree; {0} a wanted part, {1} how many or which, {2} the names."""
    differences = []
    for part in dict.fromkeys(wanted.values()):
        pieces: dict[Hashable, list[str]] = {}
        for name in (name for name, value in wanted.items() if value == part):
            pieces.setdefault(stored[name], []).append(name)
        if len(pieces) > 1:
            differences.append(split.format(part, len(pieces), " | ".join(", ".join(piece) for piece in pieces.values())))
    for piece in dict.fromkeys(stored.values()):
        names = [name for name, value in stored.items() if value == piece]
        parts = dict.fromkeys(str(wanted[name]) for name in names)
        if len(parts) > 1:
            differences.append(merged.format(piece, " and ".join(parts), ", ".join(names)))
    return differences


def _relation_differences(truth: Truth, texts: Mapping[str, ExpectedText], known: Mapping[str, Row]) -> list[str]:
    """Own words only: one opens the story; report or update where they arrived in order of publication."""
    differences = []
    stories: dict[str, list[str]] = {}
    for name in sorted(known, key=lambda name: _id(known[name])):
        if known[name]["relation"] not in ("copy", "edit"):
            stories.setdefault(texts[name].article.story, []).append(name)
    for story, names in stories.items():
        opened = [name for name in names if known[name]["relation"] == "new"]
        if len(opened) != 1:
            differences.append(f"the story of {story} is opened by {', '.join(opened) or 'nothing'}")
        elif names == _in_order(truth, texts, known, story):
            differences += [
                f"{name} is {known[name]['relation']}, not {texts[name].article.relation}"
                for name in names
                if known[name]["relation"] != texts[name].article.relation
            ]
    return differences


def _in_order(truth: Truth, texts: Mapping[str, ExpectedText], known: Mapping[str, Row], story: str) -> list[str]:
    """The texts of a story that are nobody's copy, by publication."""
    names = [name for name in known if texts[name].article.story == story and not texts[name].copy_of]
    return sorted(names, key=lambda name: texts[name].article.out_at(truth.anchor))


def _alert_differences(
    wanted: set[tuple[str, str]],
    texts: Mapping[str, ExpectedText],
    known: Mapping[str, Row],
    channel: str,
    alerts: Sequence[tuple[str, str]],
) -> list[str]:
    stories = {str(row["url"]): texts[name].article.story for name, row in known.items()}
    told = Counter((watch, stories.get(url, url)) for watch, url in alerts)
    return [
        *(f"{channel}: {watch} did not tell of the story of {story}" for watch, story in sorted(wanted - told.keys())),
        *(f"{channel}: {watch} told of the story of {story}, which it should not" for watch, story in sorted(told.keys() - wanted)),
        *(f"{channel}: {watch} told of the story of {story} {times} times" for (watch, story), times in told.items() if times > 1),
    ]


def _id(row: Row) -> int:
    return _int(row["id"])


def _int(value: object) -> int:
    return int(str(value)) if value is not None else 0
