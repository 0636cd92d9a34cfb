"""`scrapy match`: texts as JSON lines in, where each watch or a query is met in them out; no store."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from crawler.command import DONE, FAILED, ProjectCommand
from crawler.errors import ConfigurationError
from crawler.items import Match
from crawler.json_lines import complain, open_input, read_object, text_of
from crawler.terminal import clean_line, print_json
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
        for text in _texts(args[0] if args else "-"):
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


def _texts(file: str) -> Iterator[_Text | None]:
    """Every text in order; None for one that cannot be read, which is named on stderr."""
    with open_input(file) as source:
        if file.endswith(".txt"):
            yield _read_plain(file, source.read())
            return
        for number, line in enumerate(source, 1):
            try:
                if line.strip():
                    row = read_object(line)
                    yield _Text(row.get("id"), text_of(row, "title"), text_of(row, "body"))
            except ValueError as error:
                complain(number, error)
                yield None


def _read_plain(file: str, content: bytes) -> _Text | None:
    """A text file: the first line is the title, the rest the body, each as it stands."""
    try:
        title, _, body = content.decode("utf-8-sig").partition("\n")
    except UnicodeDecodeError as error:
        print(f"{clean_line(file)} is not UTF-8 at byte {error.start + 1}: save it as UTF-8", file=sys.stderr)
        return None
    return _Text(Path(file).name, title.removesuffix("\r"), body)


def _row(match: Match) -> dict[str, object]:
    return {"watch": match.watch, "term": match.term, "field": match.field, "start": match.start, "end": match.end, "text": match.text}
