"""What is not kept, and what is missing in what is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawler.checks import SHORTEST, find_fault, gaps
from crawler.items import Article

GOOD = Article(
    outlet="almisbah",
    url="https://almisbah.example/news/1",
    key="almisbah.example/news/1",
    title="مجلس المدينة يقر موازنة العام المقبل",
    body="أقر مجلس المدينة موازنة العام المقبل بعد نقاش استمر ثلاث ساعات، وخصص ثلثها للطرق.",
    authors=("سمر العبادي",),
    published_at=datetime(2025, 11, 3, 9, tzinfo=UTC),
)


def test_a_good_article_has_neither_fault_nor_gap() -> None:
    assert find_fault(GOOD) is None
    assert gaps(GOOD) == ()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"body": ""}, "no text"),
        ({"body": " \n\n "}, "no text"),
        ({"body": "س" * (SHORTEST - 1)}, "too short"),
        ({"title": ""}, "no title"),
        ({"title": "عنوان " * 200}, "longer than any headline"),
        ({"title": "{{ article.title }}"}, "browser"),
        ({"body": "{{ article.body }} " * 10}, "browser"),
        ({"key": ""}, "neither an address nor a key"),
    ],
)
def test_fault(change: dict[str, str], reason: str) -> None:
    fault = find_fault(replace(GOOD, **change))
    assert fault
    assert reason in fault
    assert "almisbah" not in fault  # it names a counter: the same words for every article


def test_an_urgent_line_of_one_sentence_is_kept() -> None:
    assert find_fault(replace(GOOD, body="عاجل: وزير الخارجية يصل إلى العاصمة في زيارة لم تعلن.")) is None


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"published_at": None}, ("published_at",)),
        ({"authors": ()}, ("authors",)),
        ({"authors": (), "agencies": ("رويترز",)}, ()),
        ({"authors": (), "credit": "صحيفة الاتحاد"}, ()),
        ({"authors": (), "published_at": None}, ("published_at", "authors")),
    ],
)
def test_gaps(change: dict[str, object], missing: tuple[str, ...]) -> None:
    assert gaps(replace(GOOD, **change)) == missing  # type: ignore[arg-type]
