"""`scrapy group`: JSON lines in, in order of arrival; one line out for each, with the ids as they were given."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

TITLE = "المكتبة الوطنية تفتح أبوابها للقراء ليلاً"
BODY = (
    "أعلنت المكتبة الوطنية أنها ستفتح قاعات المطالعة حتى منتصف الليل طوال شهر الامتحانات، استجابة لطلبات تقدم بها طلبة الجامعات. "
    "وقالت مديرة المكتبة إن خدمة الإعارة ستبقى على مواعيدها المعتادة، وإن حافلات مجانية ستنقل الطلبة إلى السكن الجامعي بعد الإغلاق."
)
OTHER = "افتتح في المدينة القديمة معرض للخط العربي يضم أعمال ثلاثين خطاطاً من عشر دول، ويستمر حتى نهاية الأسبوع المقبل برعاية البلدية."


def run(*args: str, text: str | bytes | None = None) -> subprocess.CompletedProcess[str]:
    given = text.encode() if isinstance(text, str) else text
    environment = {**os.environ, "SCRAPY_SETTINGS_MODULE": "crawler.settings", "PYTHONWARNINGS": "default"}
    command = [sys.executable, "-m", "scrapy", "group", *args]
    done = subprocess.run(command, input=given, capture_output=True, cwd=ROOT, env=environment, timeout=60)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def line(given: Any, title: str = TITLE, body: str = BODY, published_at: Any = "2026-03-02T06:00:00Z", outlet: str = "almisbah") -> str:
    return json.dumps({"id": given, "outlet": outlet, "title": title, "body": body, "published_at": published_at}, ensure_ascii=False)


def rows(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(row) for row in done.stdout.splitlines()]


def test_stories_in_order_with_the_given_ids(tmp_path: Path) -> None:
    file = tmp_path / "stream.jsonl"
    file.write_text(
        "\n".join(
            [
                line("أ-1"),
                line(2, "معرض للخط العربي في المدينة القديمة", OTHER),
                line("3", published_at="2026-03-02T09:00:00+03:00"),
                line(4, "المكتبة حتى منتصف الليل", BODY, published_at=None),
            ]
        ),
        encoding="utf-8-sig",
    )
    done = run(str(file))
    assert done.returncode == 0, done.stderr
    found = [(row["id"], row["story"], row["relation"], row["of"]) for row in rows(done)]
    assert found == [("أ-1", "أ-1", "new", None), (2, 2, "new", None), ("3", "أ-1", "copy", "أ-1"), (4, "أ-1", "edit", "أ-1")]
    assert "أ-1" in done.stdout
    assert "100% of the text" in rows(done)[2]["why"]


def test_an_unreadable_line_is_named_and_the_others_go_on() -> None:
    bad = ["{", "[]", '{"id": true, "title": "خبر"}']
    bad += ['{"id": NaN, "title": "خبر"}', '{"id": 1e999, "title": "خبر"}', '{"id": 7, "title": 8}', '{"id": "\\ud800"}']
    bad += [line(5, published_at="أمس"), line(6, "", "")]
    done = run(text="\n".join([line(1), *bad, "", line(2)]))
    assert done.returncode == 1
    assert [row["id"] for row in rows(done)] == [1, 2]
    named = [complaint.split(" cannot be read: ")[0] for complaint in done.stderr.splitlines()]
    assert named == [f"line {number}" for number in range(2, 11)]
    assert "Traceback" not in done.stderr


def test_a_line_that_is_not_utf8_is_named() -> None:
    done = run("-", text=line(1).encode() + b"\n" + line(2).encode("windows-1256", "ignore") + b"\n")
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["line 2 cannot be read: it is not UTF-8"]
    assert len(rows(done)) == 1


def test_a_missing_file_is_wrong_usage(tmp_path: Path) -> None:
    done = run(str(tmp_path / "none.jsonl"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "none.jsonl cannot be read" in done.stderr


def test_two_files_are_wrong_usage() -> None:
    assert run("a", "b").returncode == 2


def test_a_wrong_date_in_the_future_empties_no_memory() -> None:
    wrong = line("wrong", "معرض للخط العربي", OTHER, "2199-01-01T00:00:00Z")
    done = run(text="\n".join([line(1), wrong, line(2, published_at="2026-03-02T12:00:00Z")]))
    assert [row["relation"] for row in rows(done)] == ["new", "new", "copy"]


def test_stories_are_forgotten_after_ten_days_and_their_ids_with_them() -> None:
    days = [
        line(f"day-{day}-{hour}", f"خبر اليوم {day}", f"{OTHER} {day} " * 3, f"2026-03-{day:02}T{hour:02}:00:00Z")
        for day in range(1, 25)
        for hour in (1, 9, 17)
    ]
    done = run(text="\n".join([line("first"), *days]))
    assert done.returncode == 0, done.stderr
    assert len(rows(done)) == 73
