"""`scrapy store`: back up, restore, check."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import ClassVar

from crawler.command import FAILED, ProjectCommand
from crawler.errors import ConfigurationError
from crawler.settings import store_path
from crawler.store import Store, backup, restore
from crawler.terminal import print_json


class Command(ProjectCommand):
    """The file that holds everything."""

    takes: ClassVar = (1, 2)
    example = "scrapy store backup marsad-2026-11-21.db"

    def syntax(self) -> str:
        return "backup FILE | restore FILE | check"

    def short_desc(self) -> str:
        return "Back up, restore or check the store"

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        path = store_path(self.settings)
        match args:
            case ["backup", target]:
                said = {"backup": target, "articles": backup(path, Path(target))}
            case ["restore", source]:
                said = {"restored": source, "articles": restore(Path(source), path)}
            case ["check"]:
                return self._check(Store.open(path), opts.json)
            case _:
                raise ConfigurationError(f"scrapy store does not know {' '.join(args)!r}: scrapy store {self.syntax()}")
        print_json(said) if opts.json else print(*(f"{name}: {value}" for name, value in said.items()), sep="\n")
        return None

    def _check(self, store: Store, as_json: bool) -> int | None:
        """Whether every page and reference of the file is whole."""
        faults = store.faults()
        print_json({"faults": faults}) if as_json else print("\n".join(faults) or f"ok: {store.articles.count()} articles, no fault found")
        return FAILED if faults else None
