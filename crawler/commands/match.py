"""`scrapy match`: texts as JSON lines in, where each watch or a query is met in them out; no store."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, TextIO

from crawler.command import DONE, FAILED, ProjectCommand, print_json
from crawler.errors import ConfigurationError
from crawler.items import Match
from crawler.watches import Matcher, Watch, load_watches, parse_query


@dataclass(frozen=True, slots=True)
class _Text:
    id: object
    title: str
    body: str


class Command(ProjectCommand):
    takes: ClassVar[tuple[int, int | None]] = (0, 1)
    example: ClassVar[str] = "scrapy match --query '\"ضمانات أمنية\" NEAR/12 @nato' articles.jsonl"

    def syntax(self) -> str:
        return "(--watches FILE | --query Q) [FILE]"

    def short_desc(self) -> str:
        return "Match texts (JSON lines, or a .txt file) against watches or one query"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--watches", metavar="FILE", help="a watch file")
        parser.add_argument("--query", metavar="Q", help="one query")

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        matcher = Matcher(_watches(opts))
        status = DONE
        with _open(args[0] if args else "-") as source:
            for text in _texts(source, is_plain=bool(args) and args[0].endswith(".txt")):
                if text is None:
                    status = FAILED
                else:
                    print_json({"id": text.id, "matches": [_row(match) for match in matcher.find(text.title, text.body)]})
        return status


def _watches(opts: argparse.Namespace) -> list[Watch]:
    if (opts.watches is None) == (opts.query is None):
        raise ConfigurationError("scrapy match needs either --watches FILE or --query Q")
    if opts.query is None:
        return [watch for watch in load_watches(Path(opts.watches)).watches if watch.enabled]
    try:
        return [Watch(name="query", query=parse_query(opts.query))]
    except ConfigurationError as error:
        raise ConfigurationError(f"--query {error}") from None


def _open(file: str) -> TextIO:
    """The file as UTF-8 text; what is no UTF-8 reads as the replacement character, so that its line is named."""
    if file == "-":
        return open(sys.stdin.fileno(), encoding="utf-8-sig", errors="surrogateescape", newline="\n", closefd=False)
    try:
        return Path(file).open(encoding="utf-8-sig", errors="surrogateescape", newline="\n")
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read: {error.strerror}") from None


def _texts(source: TextIO, is_plain: bool) -> Iterator[_Text | None]:
    """Every text in order; None for a line that cannot be read, which is named on stderr."""
    if is_plain:
        title, _, body = source.read().replace("\r\n", "\n").partition("\n")
        yield _Text(Path(source.name).name, title, body)
        return
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        try:
            yield _read(line)
        except ValueError as error:
            print(f"line {number} cannot be read: {error}", file=sys.stderr)
            yield None


def _read(line: str) -> _Text:
    """Raises ValueError with the reason."""
    try:
        row = json.loads(line.encode("utf-8", "surrogateescape").decode("utf-8"))
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"it is no JSON ({error.msg} at character {error.pos + 1})") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(row, dict):
        raise ValueError('it is no object like {"id": 1, "title": "…", "body": "…"}')
    title, body = (_field(row, name) for name in ("title", "body"))
    return _Text(row.get("id"), title, body)


def _field(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} is no text")
    return value or ""


def _row(match: Match) -> dict[str, object]:
    return {"watch": match.watch, "term": match.term, "field": match.field, "start": match.start, "end": match.end, "text": match.text}
