"""Named lists of terms: those that ship with the project, and those of a watch file that add to or replace them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Concept:
    """What @name stands for: any of its terms."""

    terms: tuple[str, ...]
    proper_names: bool = False


def _load() -> dict[str, Concept]:
    rows = tomllib.loads(files("crawler.watches").joinpath("concepts.toml").read_text(encoding="utf-8"))
    return {name: Concept(tuple(row["terms"]), row.get("proper_names", False)) for name, row in rows.items()}


BUILT_IN: Mapping[str, Concept] = MappingProxyType(_load())
