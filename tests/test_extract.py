"""`scrapy extract`: lines out, reasons on stderr, exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OUTLETS = HERE / "outlets"


def extract(*args: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "scrapy", "extract", *args]
    return subprocess.run(command, cwd=HERE.parent, input=stdin, capture_output=True, timeout=60, check=False)


def rows(run: subprocess.CompletedProcess[bytes]) -> list[dict[str, object]]:
    return [json.loads(line) for line in run.stdout.decode().splitlines()]


def test_every_article_is_a_line_and_a_refusal_is_a_reason() -> None:
    page, missing = OUTLETS / "daily8" / "cards.html", OUTLETS / "omandaily" / "soft_404.html"
    run = extract("--outlet", "daily8", "--now", "2025-08-22T12:00:00Z", str(page), str(missing))
    assert run.returncode == 1
    assert b"soft_404.html: no article text" in run.stderr
    articles = rows(run)
    assert len(articles) == 5
    assert articles[0]["outlet"] == "daily8"
    assert articles[1]["published_at"] == "2025-08-22T11:30:00Z"
    assert list(articles[0]) == [
        *("file", "outlet", "url", "title", "body", "summary", "authors", "agencies", "credit", "section", "tags", "language"),
        *("image_url", "published_at", "published_from", "published_sure", "updated_at", "carried_by"),
    ]


def test_standard_input_and_the_outlet_by_its_address() -> None:
    page = (OUTLETS / "al_ain" / "visit_1.html").read_bytes()
    run = extract("--url", "https://al-ain.com/article/uae-fourth-aid-plane", "-", stdin=page)
    assert run.returncode == 0
    (article,) = rows(run)
    assert (article["file"], article["outlet"], article["published_at"]) == ("-", "al_ain", "2025-07-02T05:15:00Z")


def test_without_now_an_age_is_no_date() -> None:
    run = extract("--outlet", "daily8", str(OUTLETS / "daily8" / "cards.html"))
    assert run.returncode == 0
    assert {row["published_at"] for row in rows(run)} == {None}


def test_wrong_usage_is_one_sentence_and_two() -> None:
    page = str(OUTLETS / "al_ain" / "visit_1.html")
    for args, words in (
        (("--outlet", "al_aim", page), "did you mean al_ain?"),
        (("--url", "https://al-ain.com/1", page, page), "one FILE"),
        (("no-such-file.html",), "cannot be read"),
    ):
        run = extract(*args)
        assert (run.returncode, run.stdout) == (2, b"")
        assert words in run.stderr.decode()
        assert len(run.stderr.decode().strip().splitlines()) == 1
