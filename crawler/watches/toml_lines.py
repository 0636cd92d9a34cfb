"""TOML source in, the lines that its tables and keys stand on out, and what is wrong in words where it cannot be read."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from typing import Any

from crawler.errors import ConfigurationError

Table = tuple[str, int]
"""Name of a table as in its header, and its number among those of that name, from 0."""

_HEADER = re.compile(r"\s*\[\[?\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([\w.\"'-]+)\s*=")
_ARRAY = re.compile(r"\s*[\w\"'-]+\s*=\s*\[")
_STRING = re.compile(r"\"\"\".*?\"\"\"|'''.*?'''|\"(?:\\.|[^\"\\\n])*\"|'[^'\n]*'|#[^\n]*", re.DOTALL)
_BIDI = re.compile("[\u200b-\u200f\u061c\u202a-\u202e\u2066-\u2069\u2060\ufeff\u00a0]")
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)|\(at end of document\)")
_INSTEAD = {
    "،": ("the Arabic comma «،»", ","),
    "“": ("a curly quote", '"'),
    "”": ("a curly quote", '"'),
    "„": ("a curly quote", '"'),
    "«": ("the quote «", '"'),
    "»": ("the quote »", '"'),
    "‘": ("a curly quote", "'"),
    "’": ("a curly quote", "'"),
    "؛": ("the Arabic semicolon «؛»", ","),
}

_SWITCHES = {"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"}
_SAID = {
    "Unterminated string": 'a " is missing where the text ends',
    "Illegal character": 'a " is missing where the text ends',
    "Unclosed array": "a comma between two texts, or the ] at the end, is missing",
    "Cannot overwrite a value": "the same key stands twice in this table; keep one",
    "Cannot declare": "this table stands twice; keep one, or write [[…]] for a list of them",
    "Unescaped '\\'": "a backslash inside double quotes; put single quotes round the text instead",
    "Expected newline": "something stands after the value; one key and one value to a line",
    "Expected '=' after a key": "a line is key = value: the sign = is missing",
    "Invalid statement": 'a line is key = value, a table in brackets, or a comment after #',
    "Invalid value": "the value is missing or needs quotes",
    "Invalid initial character for a key part": "a table is written [[watch]], nothing between the brackets but its name",
    "Expected ']]'": "a table that begins with [[ ends with ]]",
    "Expected ']'": "a table that begins with [ ends with ]",
}
"""What tomllib says, in words for people who have never seen TOML."""


class Lines:
    """Where things stand in a TOML file; lines are counted from 1."""

    def __init__(self, source: str) -> None:
        self._lines = source.split("\n")
        self._tables: dict[Table, int] = {}
        self._keys: dict[tuple[Table, str], int] = {}
        self._read(_blank_strings(source).split("\n"))

    def table(self, table: Table) -> int:
        """The line of its header; 1 when it has none of its own."""
        return self._tables.get(table, 1)

    def key(self, table: Table, key: str, value: object = None) -> int:
        """The line of a key, or of a string in its array."""
        start = self._keys.get((table, key))
        if start is None:
            return self.table(table)
        after = [line for line in (*self._keys.values(), *self._tables.values()) if line > start]
        for line in range(start, min(after, default=len(self._lines) + 1)):
            if isinstance(value, str) and value and value in self._lines[line - 1]:
                return line
        return start

    def _read(self, lines: list[str]) -> None:
        table: Table = ("", 0)
        counts: Counter[str] = Counter()
        for number, line in enumerate(lines, 1):
            if header := _HEADER.match(line):
                name = header[1].replace('"', "").replace("'", "").replace(" ", "")
                table = (name, counts[name])
                counts[name] += 1
                self._tables[table] = number
            elif key := _KEY.match(line):
                self._keys.setdefault((table, key[1].strip("\"'")), number)


def read_toml(source: str, name: str) -> dict[str, Any]:
    """The tables of a TOML text; raises ConfigurationError that names file, line, and the character to type."""
    try:
        return tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        lines = source.split("\n")
        at = int(place[1]) if place and place[1] else len(lines)
        said = _PLACE.sub("", str(error)).strip()
        problem = next((right for start, right in _SAID.items() if said.startswith(start)), said)
        for number in dict.fromkeys((at, max(1, at - 1))):
            if found := _find_mistake(lines[number - 1]):
                at, problem = number, found
                break
        if said.startswith("Unclosed array"):
            at = next((number for number in range(at, 0, -1) if _ARRAY.match(lines[number - 1])), at)
        key = _KEY.match(lines[at - 1])
        raise ConfigurationError(f"{name}, line {at}{f', {key[1]}' if key else ''}: {problem}") from None


def _find_mistake(line: str) -> str:
    """The usual reasons for a line that TOML refuses."""
    outside = _STRING.sub(lambda found: " " * len(found[0]), line)
    if found := _BIDI.search(outside):
        what = f"an invisible character (U+{ord(found[0]):04X}) stands at column {found.start() + 1}"
        return f"{what}; delete it, and type a plain space if one is needed"
    for column, letter in enumerate(outside, 1):
        if letter in _INSTEAD:
            what, instead = _INSTEAD[letter]
            return f"{what} at column {column} is no sign of TOML; type {instead} instead"
    key, sign, value = (part.strip() for part in line.partition("="))
    if sign and re.fullmatch(r"[^\W\d]+", key) and not key.isascii():
        return "keys are English words, such as name, terms, channels; only what stands in quotes can be Arabic"
    if value.startswith('"') and value.count('"') > 2 and not value.startswith('"""'):
        inner = value.partition(" #")[0].strip()[1:].removesuffix('"')
        return f"quotes inside quotes; put single quotes round the whole: '{inner}' or type \\\" for each inner one"
    if value.lower() in _SWITCHES:
        return f"write {_SWITCHES[value.lower()]}, in small letters and without quotes"
    if value and not re.match(r"[\[\"'{\d+-]|true\b|false\b", value):
        return f'the value needs quotes: "{value.split("#")[0].strip()}"'
    return ""


def _blank_strings(source: str) -> str:
    """The source with the contents of multi-line strings and comments blanked, lines kept; plain strings on key lines stay harmless."""

    def blank(found: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", found[0]) if "\n" in found[0] or found[0].startswith("#") else found[0]

    return _STRING.sub(blank, source)
