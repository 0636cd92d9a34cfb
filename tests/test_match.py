"""`scrapy match` and `scrapy watch` as a user runs them: lines in, lines out, exit statuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
GOLD = ROOT.parent / "shared" / "arabic"


def scrapy(*args: str, text: str | bytes = "", **env: str) -> subprocess.CompletedProcess[str]:
    given = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    command = [sys.executable, "-m", "scrapy", *args]
    done = subprocess.run(command, input=given, capture_output=True, cwd=ROOT, env={**os.environ, **env}, check=False)
    return subprocess.CompletedProcess(args, done.returncode, done.stdout.decode(), done.stderr.decode())


def test_one_line_out_for_each_line_in() -> None:
    rows = [
        {"id": 7, "title": "قمة", "body": "🙂 جنود &quot;الناتو&quot; يغادرون"},
        {"id": "ب", "title": "", "body": ""},
        {"title": None, "body": "وبالضمانات الأمنيّة"},
    ]
    done = scrapy("match", "--query", '@nato OR "ضمانات أمنية"', text="\ufeff" + "\n".join(json.dumps(row) for row in rows))
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert found == [
        {"id": 7, "matches": [{"watch": "query", "term": "الناتو", "field": "body", "start": 13, "end": 19, "text": "الناتو"}]},
        {"id": "ب", "matches": []},
        {
            "id": None,
            "matches": [{"watch": "query", "term": '"ضمانات أمنية"', "field": "body", "start": 0, "end": 19, "text": "وبالضمانات الأمنيّة"}],
        },
    ]
    assert "الناتو" in done.stdout


def test_an_unreadable_line_is_named_and_the_others_go_on() -> None:
    good = '{"id": 1, "body": "الناتو"}\n'.encode()
    bad = b'{"id": 2\n[]\n{"id": 3, "body": 5}\n{"id": "\xff"}\n\n{"id": NaN}\n{"id": -1e999}\n'
    done = scrapy("match", "--query", "@nato", "-", text=good + bad + b"[" * 100_000 + b"\n" + good)
    assert done.returncode == 1
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [1, 1]
    named = [line.split(" cannot")[0] for line in done.stderr.splitlines() if line.startswith("line ")]
    assert named == ["line 2", "line 3", "line 4", "line 5", "line 7", "line 8", "line 9"]


def test_a_text_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("الناتو يجتمع\nقال الحلف الأطلسي\n", encoding="utf-8")
    done = scrapy("match", "--query", "@nato", str(tmp_path / "a.txt"))
    (found,) = (json.loads(line) for line in done.stdout.splitlines())
    assert [(match["field"], match["start"]) for match in found["matches"]] == [("title", 0), ("body", 4), ("body", 4)]


def test_offsets_in_a_text_file_count_its_own_line_ends(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("قمة\r\nنص\r\n\r\nالناتو".encode("utf-8-sig"))
    (found,) = (json.loads(line) for line in scrapy("match", "--query", "@nato", str(tmp_path / "a.txt")).stdout.splitlines())
    assert [(match["field"], match["start"]) for match in found["matches"]] == [("body", 6)]


def test_a_text_file_in_another_charset_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("الناتو".encode("windows-1256"))
    done = scrapy("match", "--query", "@nato", str(tmp_path / "a.txt"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "a.txt is not UTF-8 at byte 1" in done.stderr


@pytest.mark.parametrize(
    ("args", "right"),
    [
        ((), "either --watches FILE or --query Q"),
        (("--query", "a", "--watches", "b"), "either"),
        (("--query", "(كييف"), "character 1"),
        (("--watches", "none.toml"), "none.toml"),
        (("--query", "كييف", "none.jsonl"), "none.jsonl cannot be read"),
        (("--query", "كييف", "a", "b"), "'b'"),
    ],
)
def test_wrong_usage_is_one_sentence(args: tuple[str, ...], right: str) -> None:
    done = scrapy("match", *args)
    assert done.returncode == 2
    assert right in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_watch_init_writes_once_and_check_accepts_it(tmp_path: Path) -> None:
    path = tmp_path / "watches.toml"
    assert scrapy("watch", "init", WATCHES_PATH=str(path)).returncode == 0
    assert path.read_bytes() == (ROOT / "watches.example.toml").read_bytes()
    again = scrapy("watch", "init", WATCHES_PATH=str(path))
    assert (again.returncode, "is there already" in again.stderr) == (2, True)
    with path.open("a", encoding="utf-8") as file:
        file.write('[[channel]]\nname = "desk"\nurl = "mailto:desk@example.org"\n')
    done = scrapy("watch", "check", "--json", WATCHES_PATH=str(path))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert "security-guarantees" in found["watches"]
    assert any("SMTP_URL" in warning for warning in found["warnings"])
    path.write_text('[[watch]]\nname = "a"\nterm = ["كييف"]\n', encoding="utf-8")
    wrong = scrapy("watch", "check", WATCHES_PATH=str(path))
    assert wrong.returncode == 2
    assert "watches.toml, line 3, term:" in wrong.stderr


def test_watch_explain_says_what_a_query_means() -> None:
    done = scrapy("watch", "explain", "--json", "-", text='"ضمانات أمنية" NEAR/3 @nato')
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert "at most 3 words between" in found["meaning"][0]
    assert "ضماناتها الأمنية" in found["forms"]['"ضمانات أمنية"']
    people = scrapy("watch", "explain", "=أمنية")
    assert "exactly as written" in people.stdout
    assert scrapy("watch", "explain", "كييف AND").returncode == 2
    assert scrapy("watch", "explain").returncode == 2
    assert scrapy("watch", "sing").returncode == 2


@pytest.mark.skipif(not GOLD.exists(), reason="the labelled sentences are not beside the project")
def test_labelled_sentences() -> None:
    rows = [json.loads(line) for line in (GOLD / "dev.jsonl").read_text(encoding="utf-8").splitlines()]
    done = scrapy("match", "--watches", str(GOLD / "watches.toml"), str(GOLD / "dev.jsonl"))
    fired = {(row["id"], match["watch"]) for row in map(json.loads, done.stdout.splitlines()) for match in row["matches"]}
    wanted = {(row["id"], watch) for row in rows for watch, label in row["labels"].items() if label == 1}
    open_ = {(row["id"], watch) for row in rows for watch, label in row["labels"].items() if label == "x"}
    assert len(wanted - fired) <= 0.01 * len(wanted)
    assert len(fired - wanted - open_) <= 0.01 * len(wanted)
