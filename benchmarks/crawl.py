"""The whole road against Scrapy alone: `python benchmarks/crawl.py` prints pages a second, CPU, memory, and each room's milliseconds.

Both crawl the same invented Arabic pages from the same web server on loopback in the same run, by turns, each time in a
fresh process. The road reads feeds, downloads and reads pages, checks, groups, stores, matches and queues; the bare
spider downloads the pages.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, NoReturn

from invented import Press
from newsstand import BODY_CSS, PAGE_BYTES, write_site
from serving import find_nginx, find_places, serve
from side import Plan

ROOT = Path(__file__).resolve().parents[1]
HOSTS = 20
PROGRAMS = {"bare": "bare.py", "road": "road.py", "generic": "road.py"}
REST = "Scrapy, download, the rest"
GOAL = 0.25
MOST_MEMORY = 300
NAMES = {"bare": "bare Scrapy", "road": "the road", "generic": "the road, no selector"}
SECONDS_PER_PAGE, SECONDS_AT_LEAST = 0.2, 120
"""A side that takes longer is ended."""


def main() -> None:
    """Measure and print; exit status 1 when a side lost pages."""
    options = _options()
    signal.signal(signal.SIGTERM, _ended)
    sides = ["bare", "road", *(["generic"] if options.generic else [])]
    with tempfile.TemporaryDirectory(prefix="marsad-benchmark-") as folder:
        result = _measure(Path(folder), options, sides)
    if options.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        _print(result, sides)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pages", type=int, default=2000, help="how many (default 2000; 20000 shows that memory stays flat)")
    parser.add_argument("--rounds", type=int, default=3, help="crawls of each side; medians are printed (default 3)")
    parser.add_argument("--terms", type=int, default=100, help="terms watched (default 100)")
    parser.add_argument("--generic", action="store_true", help="also crawl without the outlet's selector")
    parser.add_argument("--python-server", action="store_true", help="do not use nginx")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    if min(options.pages, options.rounds) < 1 or options.terms < 0:
        parser.error("--pages and --rounds are numbers from 1 up, --terms from 0 up")
    return options


def _ended(signum: int, _frame: object) -> NoReturn:
    sys.exit(128 + signum)


def _measure(folder: Path, options: argparse.Namespace, sides: Sequence[str]) -> dict[str, Any]:
    addresses, port = find_places(min(HOSTS, options.pages))
    press = Press()
    terms = press.choose_terms(options.terms)
    site = write_site(folder / "site", press, options.pages, [f"{address}:{port}" for address in addresses], datetime.now(UTC))
    for side in sides:
        plan = Plan(site.pages, site.feeds, tuple(terms), "" if side == "generic" else BODY_CSS, str(folder))
        (folder / f"{side}.json").write_text(json.dumps(asdict(plan), ensure_ascii=False), encoding="utf-8")
    runs: dict[str, list[dict[str, Any]]] = {side: [] for side in sides}
    with serve(folder / "site", folder, addresses, port, None if options.python_server else find_nginx()) as server:
        for number in range(options.rounds):
            for side in sides if number % 2 else reversed(sides):
                runs[side].append(_run_side(folder / f"{side}.json", side, options.pages))
    return {
        "pages": options.pages,
        "hosts": len(addresses),
        "feeds": len(site.feeds),
        "repeats": site.repeats,
        "terms": options.terms,
        "rounds": options.rounds,
        "server": server,
        "sides": {side: _summary(results) for side, results in runs.items()},
    }


def _run_side(plan: Path, side: str, pages: int) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(Path(__file__).with_name(PROGRAMS[side])), str(plan)]
    seconds = SECONDS_AT_LEAST + SECONDS_PER_PAGE * pages
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, timeout=seconds, check=False)
    if done.returncode:
        sys.exit(f"{NAMES[side]} failed: its messages are above")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if result["pages"] != pages:
        sys.exit(f"{NAMES[side]} got {result['pages']} of {pages} pages")
    return result


def _summary(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The middle one of each figure; of memory the most."""
    summary: dict[str, Any] = {
        "pages_per_second": round(median(run["pages"] / run["seconds"] for run in runs), 1),
        "cpu_ms_per_page": round(median(1000 * run["cpu_seconds"] / run["pages"] for run in runs), 2),
        "peak_rss_mb": round(max(run["peak_rss_mb"] for run in runs)),
    }
    if "rooms" in runs[0]:
        summary["rooms"] = _rooms(runs)
        summary["counts"] = runs[0]["counts"]
    return summary


def _rooms(runs: Sequence[dict[str, Any]]) -> dict[str, tuple[float, float]]:
    """Milliseconds a page by the clock and of the CPU, the most expensive room first."""
    for run in runs:
        rooms = run["rooms"].values()
        run["rooms"][REST] = [run["seconds"] - sum(wall for wall, _ in rooms), run["cpu_seconds"] - sum(cpu for _, cpu in rooms)]
    found = {}
    for name in runs[0]["rooms"]:
        wall, cpu = (median(1000 * run["rooms"].get(name, (0.0, 0.0))[clock] / run["pages"] for run in runs) for clock in (0, 1))
        found[name] = round(wall, 3), round(cpu, 3)
    return dict(sorted(found.items(), key=lambda pair: -pair[1][1]))


def _print(result: dict[str, Any], sides: Sequence[str]) -> None:
    print(
        f"{result['pages']:,} Arabic pages of {PAGE_BYTES // 1000} KB over {result['hosts']} hosts, {result['feeds']} feeds, "
        f"{result['terms']} terms watched, medians of {result['rounds']}; server: {result['server']}\n"
    )
    print(f"{'':28}{'pages/s':>10}{'of bare':>10}{'CPU ms/page':>14}{'peak RSS MB':>14}")
    bare = result["sides"]["bare"]["pages_per_second"]
    for side in sides:
        one = result["sides"][side]
        share = one["pages_per_second"] / bare
        print(f"{NAMES[side]:28}{one['pages_per_second']:>10.0f}{share:>10.3f}{one['cpu_ms_per_page']:>14.2f}{one['peak_rss_mb']:>14}")
    print(f"\nThe goal: {GOAL} of bare Scrapy with 100 terms, and less than {MOST_MEMORY} MB.")
    for side in sides[1:]:
        one = result["sides"][side]
        told = ", ".join(f"{number:,} {name}" for name, number in one["counts"].items())
        print(f"\n{NAMES[side]}: {told} ({result['repeats']:,} pages were copies or edits)")
        print(f"  {'milliseconds a page':28}{'CPU':>8}{'clock':>9}")
        for room, (wall, cpu) in one["rooms"].items():
            print(f"  {room:28}{cpu:8.3f}{wall:9.3f}")


if __name__ == "__main__":
    main()
