"""What may not be requested is not, robots.txt is obeyed as RFC 9309 says and at its pace, and the reason is told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from fetching import OddServer, crawl, redirect, reply
from scrapy.http import Request
from scrapy.utils.test import get_crawler

from crawler.download import AddressRefused
from crawler.middlewares import ROBOTS_BYTES, AddressGuard

FORBID_ALL = b"User-agent: *\nDisallow: /\n"
NO = "robots.txt could not be read, which means no: "


async def silence(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


ROBOTS = {
    "open": reply(b"User-agent: *\nDisallow: /private\n"),
    "forbids": reply(FORBID_ALL),
    "gone": reply(FORBID_ALL, "404 Not Found"),
    "unauthorised": reply(FORBID_ALL, "401 Unauthorized"),
    "broken": reply(b"", "503 Busy"),
    "silent": silence,
    "loop": redirect("/robots.txt"),
    "moved": redirect("/rules.txt"),
    "long": reply(b"#" * (ROBOTS_BYTES - len(FORBID_ALL) - 1) + b"\n" + FORBID_ALL),
    "too-long": reply(b"#" * ROBOTS_BYTES + b"\n" + FORBID_ALL),
    "hostile": reply(b"\xff\xfe\x00User-agent\n" * 1000),
}
"""What /robots.txt of <name>.test answers."""
VERDICTS = {
    "open": None,
    "forbids": "robots.txt forbids it",
    "gone": None,
    "unauthorised": None,
    "broken": NO + "the server answered 503",
    "silent": NO + "the server did not answer in time",
    "loop": NO + "it redirects in a loop or too often",
    "moved": "robots.txt forbids it",
    "long": "robots.txt forbids it",
    "too-long": None,
    "hostile": None,
}


@pytest.fixture(scope="module")
def seen() -> Iterator[dict[str, Any]]:
    """What became of every address, by crawl; the server with its counts."""
    pages = {f"{name}.test/page": reply() for name in ROBOTS}
    robots = {f"{name}.test/robots.txt": answer for name, answer in ROBOTS.items()}
    slow = {f"slow.test/{number}": reply() for number in range(3)} | {"slow.test/robots.txt": reply(b"User-agent: *\nCrawl-delay: 0.8")}
    with OddServer({**pages, **robots, **slow, "moved.test/rules.txt": reply(FORBID_ALL)}) as server, OddServer({"/": reply()}) as canary:
        names = {f"{name}.test": ["127.0.0.1"] for name in (*ROBOTS, "slow")} | {"zero.test": ["0.0.0.0"]}
        server.answers["/to-password"] = redirect(f"http://user:secret@127.0.0.1:{canary.port}/")
        faulty = [
            f"http://user:secret@127.0.0.1:{canary.port}/",
            f"http://0.0.0.0:{canary.port}/",
            f"http://zero.test:{canary.port}/",
            f"{server.url}/to-password",
            "file:///etc/passwd",
            "ftp://127.0.0.1/x",
            "data:text/plain,x",
        ]
        obey = {"ROBOTSTXT_OBEY": True}
        closed = {**obey, "ALLOW_PRIVATE_ADDRESSES": False}
        found = crawl(
            {
                "urls": [f"http://{name}.test:{server.port}/page" for name in ROBOTS] + ["http://nowhere.test/page"],
                "settings": {**obey, "DOWNLOAD_TIMEOUT": 2, "RETRY_TIMES": 0},
                "names": names,
            },
            {
                "urls": [f"http://slow.test:{server.port}/{number}" for number in range(3)],
                "settings": {**obey, "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "AUTOTHROTTLE_ENABLED": True, "AUTOTHROTTLE_START_DELAY": 0.01},
            },
            {
                "urls": [f"http://{name}.test:{server.port}/{number}" for name in ("forbids", "broken") for number in range(5)],
                "settings": {**obey, "RETRY_TIMES": 0},
            },
            {"urls": faulty, "settings": obey},
            {"urls": [f"http://{host}:{canary.port}/" for host in ("127.0.0.1", "a.localhost")], "settings": closed},
        )
        yield {**dict(zip(("robots", "slow", "crowd", "faulty", "private"), found, strict=True)), "server": server, "canary": canary}


@pytest.mark.parametrize("name", ROBOTS)
def test_robots_txt(name: str, seen: dict[str, Any]) -> None:
    (result,) = seen["robots"]["results"][f"http://{name}.test:{seen['server'].port}/page"]
    assert result.get("reason") == VERDICTS[name]
    assert seen["server"].requests[f"{name}.test/page"] == (VERDICTS[name] is None)


def test_a_host_without_an_address_is_told_as_that(seen: dict[str, Any]) -> None:
    assert seen["robots"]["results"]["http://nowhere.test/page"][0]["reason"] == NO + "the host name cannot be resolved"


def test_failures_print_no_tracebacks(seen: dict[str, Any]) -> None:
    assert "Traceback" not in seen["robots"]["log"]


def test_crawl_delay_is_kept(seen: dict[str, Any]) -> None:
    times = sorted(seen["server"].times[f"slow.test/{number}"] for number in range(3))
    assert [later - earlier >= 0.75 for earlier, later in pairwise(times)] == [True, True]


@pytest.mark.parametrize("name", ["forbids", "broken"])
def test_requests_that_wait_for_one_robots_txt_all_obey_it(name: str, seen: dict[str, Any]) -> None:
    results = seen["crowd"]["results"]
    assert [results[f"http://{name}.test:{seen['server'].port}/{number}"][0]["reason"] for number in range(5)] == [VERDICTS[name]] * 5


def test_faulty_addresses_are_not_requested(seen: dict[str, Any]) -> None:
    reasons = [result["reason"] for (result,) in seen["faulty"]["results"].values()]
    assert sorted(reasons) == sorted(
        ["the address contains a user name or password"] * 2
        + ["0.0.0.0 is an unspecified address, which may not be contacted"] * 2
        + ["only http and https addresses are requested"] * 3
    )
    assert seen["faulty"]["stats"]["net/refused"] == 7
    assert "/etc/passwd" not in seen["faulty"]["log"]


def test_private_addresses_are_not_asked_for_robots_txt_either(seen: dict[str, Any]) -> None:
    assert {result["error"] for (result,) in seen["private"]["results"].values()} == {"AddressRefused"}
    assert seen["canary"].connects == 0


def test_the_guard_alone() -> None:
    guard = AddressGuard.from_crawler(get_crawler(settings_dict={"ALLOW_PRIVATE_ADDRESSES": False}))
    guard.process_request(Request("https://example.org/feed"))
    with pytest.raises(AddressRefused, match="private address"):
        guard.process_request(Request("http://10.0.0.1/"))
