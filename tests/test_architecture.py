"""The rules of the house that a machine can check: floors, doors, names, clocks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted(path for folder in ("crawler", "spiders") for path in (ROOT / folder).rglob("*.py"))

FLOORS = {
    "items": 0,
    "errors": 0,
    "json_lines": 1,
    "arabic": 1,
    "dates": 1,
    "urls": 1,
    "net": 1,
    "feeds": 2,
    "pages": 2,
    "checks": 2,
    "stories": 2,
    "watches": 2,
    "alerts": 2,
    "schedule": 2,
    "health": 2,
    "families": 2.5,
    "store": 3,
    "run": 4,
    "download": 4.5,
    "browser": 4.6,
    "spider": 5,
    "middlewares": 5,
    "pipelines": 5,
    "terminal": 5.5,
    "newsroom": 6,
    "deliver": 6,
    "monitor": 6.2,
    "demo": 6.6,
    "command": 6.5,
    "commands": 7,
    "spiders": 8,
}
"""A room imports from lower floors and itself only."""
BESIDE = {"settings", "secrets"}
"""These import none of ours but `errors`; any room may import them."""
OUTLETS_MAY_IMPORT = {"spider", "pages", "families", "dates", "items", "urls", "errors", "settings"}

DOORS = {
    "feedparser": {"feeds"},
    "sqlite3": {"store"},
    "sqlite_utils": {"store"},
    "aiosmtplib": {"alerts"},
    "smtplib": {"alerts"},
    "aiohttp": {"alerts", "newsroom"},
    "aiosmtpd": {"newsroom"},
    "trafilatura": {"pages"},
    "scrapy_playwright": {"browser"},
    "playwright": {"browser"},
    "dotenv": {"settings", "secrets"},
}
"""A library of one outside world is imported in one room; the practice newsroom is itself an outside world."""
PURE = {room for room, floor in FLOORS.items() if floor <= FLOORS["families"]}
VAGUE = {"utils", "helpers", "common", "misc", "base", "core", "manager", "handler", "data", "info", "util", "helper"}


def room_of(path: Path) -> str:
    """`crawler/store/rows.py` is of the room `store`, every outlet of `spiders`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return "spiders" if parts[0] == "spiders" else parts[1]


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module that a file imports, wherever in the file, in full."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imported_room(module: str) -> str | None:
    """The room of ours that a dotted name leads to."""
    parts = module.split(".")
    if parts[0] == "spiders":
        return "spiders"
    return parts[1] if parts[0] == "crawler" and len(parts) > 1 else None


def floor_faults(path: Path, tree: ast.AST) -> list[str]:
    """Imports that go upwards or sideways."""
    room, faults = room_of(path), []
    for module in imports(tree):
        target = imported_room(module)
        if target is None or (target == room and room != "spiders") or target in BESIDE:
            continue
        if room in BESIDE and target != "errors":
            faults.append(f"{room} imports {module}")
        elif room == "spiders":
            if target not in OUTLETS_MAY_IMPORT:
                faults.append(f"{path.name} imports {module}")
        elif room not in BESIDE and FLOORS[target] >= FLOORS[room]:
            faults.append(f"{room} (floor {FLOORS[room]}) imports {module} (floor {FLOORS[target]})")
    return faults


def door_faults(path: Path, tree: ast.AST) -> list[str]:
    """Libraries of an outside world used beside their door."""
    return [
        f"{path.relative_to(ROOT)} imports {module}: only {sorted(rooms)} may"
        for module in imports(tree)
        for library, rooms in DOORS.items()
        if module.split(".")[0] == library and room_of(path) not in rooms
    ]


def clock_faults(path: Path, tree: ast.AST) -> list[str]:
    """A pure room that reads a clock or the environment."""
    if room_of(path) not in PURE:
        return []
    forbidden = {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time"), ("os", "environ"), ("os", "getenv")}
    return [
        f"{path.relative_to(ROOT)}:{node.lineno} uses {node.value.id}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) in forbidden
    ]


def word_faults(path: Path, tree: ast.Module) -> list[str]:
    """Modules without a sentence, vague names, errors swallowed."""
    faults = []
    if path.stat().st_size and not ast.get_docstring(tree):
        faults.append("no docstring")
    if path.stem in VAGUE:
        faults.append("a vague file name")
    named = [node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)]  # a method's may be a library's
    faults += [f"{name} says nothing" for name in named if name.lower() in VAGUE]
    handlers = [node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)]
    faults += [f"line {handler.lineno} catches everything" for handler in handlers if catches_all(handler)]
    return [f"{path.relative_to(ROOT)}: {fault}" for fault in faults]


def catches_all(handler: ast.ExceptHandler) -> bool:
    """Catches any error and does not raise it again."""
    broad = handler.type is None or getattr(handler.type, "id", "") in ("Exception", "BaseException")
    return broad and not (isinstance(last := handler.body[-1], ast.Raise) and last.exc is None)


CHECKS = {"floors": floor_faults, "doors": door_faults, "clocks": clock_faults, "words": word_faults}


@pytest.mark.parametrize("rule", CHECKS)
def test_the_house_stands(rule: str) -> None:
    found = [fault for path in SOURCES for fault in CHECKS[rule](path, ast.parse(path.read_text(encoding="utf-8")))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("rule", "path", "code"),
    [
        ("floors", "crawler/arabic/folding.py", "from crawler.store import Store"),
        ("floors", "crawler/pages/body.py", "from crawler.feeds import parse_feed"),
        ("floors", "crawler/settings.py", "import crawler.items"),
        ("floors", "spiders/alarabiya.py", "from spiders.feed import FeedSpider"),
        ("floors", "spiders/alarabiya.py", "from crawler.store import Store"),
        ("doors", "crawler/pages/body.py", "import feedparser"),
        ("doors", "crawler/commands/search.py", "def f():\n    from sqlite3 import connect"),
        ("clocks", "crawler/dates.py", "from datetime import datetime\nx = datetime.now()"),
        ("clocks", "crawler/watches/loading.py", "import os\nx = os.environ['HOME']"),
        ("words", "crawler/__init__.py", "class Manager: pass"),
        ("words", "crawler/__init__.py", "'''ok'''\ntry: pass\nexcept Exception: pass"),
    ],
)
def test_each_rule_finds_its_fault(rule: str, path: str, code: str) -> None:
    assert CHECKS[rule](ROOT / path, ast.parse(code))


def test_every_room_has_a_floor() -> None:
    rooms = {room_of(path) for path in SOURCES} - {"__init__"}
    assert rooms <= FLOORS.keys() | BESIDE


def test_every_package_is_listed() -> None:
    """setuptools refuses to discover two top-level packages, so a forgotten one would be missing from the wheel."""
    listed = set(re.findall(r'^    "((?:crawler|spiders)[\w.]*)",$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE))
    there = {".".join(path.parent.relative_to(ROOT).parts) for path in SOURCES if path.name == "__init__.py"}
    assert listed == there
