"""A file of JSON lines, or standard input, in; its objects out, and for a line that is none the reason why."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from crawler.errors import ConfigurationError


@contextmanager
def open_input(file: str) -> Iterator[BinaryIO]:
    """The bytes of a file, `-` for standard input. Raises ConfigurationError when it cannot be read."""
    if file == "-":
        yield sys.stdin.buffer
        return
    try:
        source = Path(file).open("rb")  # noqa: SIM115  # closed below: what goes wrong in there is not about the name
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ConfigurationError(f"{file} cannot be read: {reason}") from None
    with source:
        yield source


def read_object(line: bytes) -> dict[str, Any]:
    """The object of one line (RFC 8259; a byte order mark is fine). Raises ValueError with the reason."""
    try:
        row = json.loads(line.decode("utf-8-sig"), parse_constant=_refuse_number, parse_float=_read_float)
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"it is no JSON ({error.msg} at character {error.pos + 1})") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(row, dict):
        raise ValueError('it is no object like {"id": 1, "title": "…", "body": "…"}')
    return row


def text_of(row: dict[str, Any], name: str) -> str:
    """A text of the object; absent and null are the empty one. Raises ValueError for anything else."""
    value = row.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} is no text")
    return value or ""


def complain(number: int, reason: ValueError) -> None:
    """Name a line that cannot be read on standard error; the others go on."""
    print(f"line {number} cannot be read: {reason}", file=sys.stderr)


def _read_float(digits: str) -> float:
    """A number that Python holds: what is read as infinite could not be written as JSON again."""
    number = float(digits)
    return number if math.isfinite(number) else _refuse_number(digits)


def _refuse_number(digits: str) -> NoReturn:
    raise ValueError(f"{digits} is no number of JSON")
