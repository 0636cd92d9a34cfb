"""benchmarks/crawl.py runs, on few pages: both sides get them all, every room is measured, nothing is left behind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = 30
HAS_NGINX = bool(shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin"))


def run_benchmark(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """With its temporary files in `folder`."""
    command = [sys.executable, "benchmarks/crawl.py", "--pages", str(PAGES), "--rounds", "1", "--terms", "10", *options]
    environment = {**os.environ, "TMPDIR": str(folder)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=100, check=False)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("benchmark")
    done = run_benchmark(folder, "--python-server", "--generic", "--json")
    assert done.returncode == 0, done.stderr
    assert not list(folder.iterdir())
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def test_both_sides_are_measured(result: dict[str, Any]) -> None:
    assert result["sides"].keys() == {"bare", "road", "generic"}
    for side in result["sides"].values():
        assert side["pages_per_second"] > 0
        assert side["cpu_ms_per_page"] > 0
        assert side["peak_rss_mb"] > 30


@pytest.mark.parametrize("side", ["road", "generic"])
def test_every_page_walks_the_whole_road(result: dict[str, Any], side: str) -> None:
    assert result["sides"][side]["counts"]["articles"] == PAGES
    idle = [room for room, (wall, _) in result["sides"][side]["rooms"].items() if wall <= 0]
    assert not idle


def test_copies_and_edits_are_told_from_news(result: dict[str, Any]) -> None:
    assert result["repeats"] > 0
    assert result["sides"]["road"]["counts"]["stories"] == PAGES - result["repeats"]


@pytest.mark.skipif(not HAS_NGINX and "MARSAD_CI" not in os.environ, reason="there is no nginx here")
def test_nginx_serves_and_people_can_read_the_result(tmp_path: Path) -> None:
    done = run_benchmark(tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"{PAGES} Arabic pages of 60 KB" in done.stdout
    assert "server: nginx" in done.stdout
    assert "pages: read" in done.stdout
    assert not list(tmp_path.iterdir())


def test_wrong_options_are_refused(tmp_path: Path) -> None:
    done = run_benchmark(tmp_path, "--pages", "0")
    assert done.returncode == 2
    assert "--pages" in done.stderr
