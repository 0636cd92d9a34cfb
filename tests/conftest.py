"""What the tests share: how often to kill, and a guard against skipping in CI what CI installs."""

from __future__ import annotations

import os

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=6, help="how often the kill test ends a program with SIGKILL (50 before a release)")


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--kills"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):  # type: ignore[no-untyped-def]
    """In CI a missing program is a failure: what CI installs must be tested there."""
    report = yield
    if report.skipped and os.environ.get("MARSAD_CI") and "Chromium" in str(report.longrepr):
        report.outcome = "failed"
    return report
