"""How well articles are grouped, and how fast: a JSON lines file as for `scrapy group` in, figures out.

    python benchmarks/stories.py articles.jsonl

Lines that carry a "label" (the story that a person put the article in) are also scored: B-cubed F1 (Bagga and Baldwin
1998), stories that were never told (no article of them was `new` or `update`), and how often one was told again.
"""

from __future__ import annotations

import json
import resource
import sys
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from crawler.items import Article
from crawler.store.story_index import StoryIndex
from crawler.stories import fingerprint, judge


class Judged(NamedTuple):
    label: str
    story: int
    relation: str
    seconds: float


def group(file: Path) -> list[Judged]:
    index, judged = StoryIndex.scratch(), list[Judged]()
    with file.open(encoding="utf-8") as lines:
        for number, row in enumerate(map(json.loads, lines), 1):
            start = perf_counter()
            at = datetime.fromisoformat(row["published_at"])
            print_ = fingerprint(Article(outlet=row["outlet"], url="", key="", title=row["title"], body=row["body"]))
            judgement = judge(print_, at, index)
            story = judgement.story_id or number
            index.add(number, story, print_, at)
            if number % 100 == 0:
                index.prune(at - timedelta(days=10))
            judged.append(Judged(row.get("label", ""), story, judgement.relation, perf_counter() - start))
    return judged


def quality(judged: list[Judged]) -> str:
    wanted, found = defaultdict(set), defaultdict(set)
    for number, article in enumerate(judged):
        wanted[article.label].add(number)
        found[article.story].add(number)
    common = [len(wanted[article.label] & found[article.story]) for article in judged]
    precision = sum(n / len(found[article.story]) for n, article in zip(common, judged, strict=True)) / len(judged)
    recall = sum(n / len(wanted[article.label]) for n, article in zip(common, judged, strict=True)) / len(judged)
    told = Counter(article.label for article in judged if article.relation in ("new", "update"))
    return (
        f"B-cubed F1 {2 * precision * recall / (precision + recall):.3f} (precision {precision:.2f}, recall {recall:.2f}); "
        f"never told {len(wanted) - len(told)} of {len(wanted)} stories, told again {told.total() - len(told)} times"
    )


def speed(judged: list[Judged]) -> str:
    seconds = sorted(article.seconds for article in judged)
    middle, late = (1000 * seconds[int(len(seconds) * share)] for share in (0.5, 0.99))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{len(judged) / sum(seconds):.0f} articles/s; half under {middle:.1f} ms, 99 % under {late:.1f} ms; {memory:.0f} MB at most"


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("usage: python benchmarks/stories.py articles.jsonl")
    judged = group(Path(sys.argv[1]))
    print(f"{len(judged)} articles: {dict(Counter(article.relation for article in judged))}")
    labelled = [article for article in judged if article.label]
    if labelled:
        print(quality(labelled))
    print(speed(judged))


if __name__ == "__main__":
    main()
