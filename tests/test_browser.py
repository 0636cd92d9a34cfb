"""A real browser shows pages and connects nowhere else; it is bounded, ends with the crawl, and every failure has a plain reason."""

from __future__ import annotations

import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from browsing import CHROMIUM, browse, needs_chromium
from fetching import Answer, OddServer, redirect, reply
from test_download import endless_chunks, self_signed

from crawler.browser import find_fault, is_needless

PUBLIC = "93.184.215.14"
"""Stands for a server on the internet: the tests' sockets connect to 127.0.0.1 instead, after the guard has judged this."""
NOWHERE = "93.184.215.99"
"""Stands for another one, which does not answer."""
NAMES = {
    "news.example": [PUBLIC],
    "www.news.example": [PUBLIC],
    "inside.example": ["127.0.0.1"],
    "rebind.example": [NOWHERE, "127.0.0.1"],
}
OUTSIDE: dict[str, Any] = {
    "names": NAMES,
    "wires": {PUBLIC: "127.0.0.1", NOWHERE: "127.0.0.99"},
    "settings": {"ALLOW_PRIVATE_ADDRESSES": False},
}
TEXT = "قال المتحدث إن الضمانات الأمنية جاهزة"

SHELL = """<!doctype html><meta charset=utf-8><title>…</title><link rel=stylesheet href=/style.css><div id=app></div><img src=/photo.png>
<script src=/app.js></script><script src="http://ads.example/ad.js"></script>"""
SCRIPT = """setTimeout(() => fetch("/api" + location.pathname).then(answer => answer.text()).then(text => {
  const body = Object.assign(document.createElement("div"), {className: "body", textContent: text});
  document.getElementById("app").replaceChildren(body);
}), 50)"""


def html(text: str) -> bytes:
    return reply(text.encode(), Content_Type="text/html; charset=utf-8")


def javascript_outlet(*paths: str) -> dict[str, Answer]:
    """Pages whose text is fetched by a script."""
    api = {f"/api{path}": reply(TEXT.encode(), Content_Type="text/plain; charset=utf-8") for path in paths}
    return {**{path: html(SHELL) for path in paths}, **api, "/app.js": reply(SCRIPT.encode(), Content_Type="text/javascript")}


# --- what a page may load --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "url", "needless"),
    [
        ("document", "https://www.news.example/1", False),
        ("script", "https://www.news.example/app.js", False),
        ("fetch", "https://api.news.example/1", False),
        ("fetch", "https://news.example/1", False),
        ("fetch", "https://evilnews.example/1", True),
        ("script", "https://ads.example/ad.js", True),
        ("image", "https://www.news.example/1.png", True),
        ("font", "https://www.news.example/1.woff2", True),
        ("stylesheet", "https://www.news.example/1.css", True),
        ("media", "https://www.news.example/1.mp4", True),
    ],
)
def test_what_is_needless(kind: str, url: str, needless: bool) -> None:
    page = SimpleNamespace(url="https://www.news.example/page")
    request = SimpleNamespace(resource_type=kind, url=url, frame=SimpleNamespace(page=page))
    assert is_needless(request) is needless


@pytest.mark.parametrize(("program", "says"), [("", "no Chromium"), ("/no/such/chromium", "/no/such/chromium"), ("sh", None)])
def test_a_browser_that_is_not_there(program: str, says: str | None) -> None:
    fault = find_fault(program)
    assert fault is None if says is None else fault and says in fault


# --- the browser -----------------------------------------------------------------------------------------------------

ATTACKS = """<!doctype html><meta charset=utf-8><link rel=preconnect href="http://CANARY"><link rel=dns-prefetch href="http://CANARY">
<link rel=prefetch href="http://CANARY/prefetch"><link rel=stylesheet href="http://CANARY/style"><img src="http://CANARY/img">
<iframe src="http://CANARY/frame"></iframe><script src="http://CANARY/script"></script><video src="http://CANARY/video"></video>
<script type=speculationrules>{"prefetch": [{"source": "list", "urls": ["http://CANARY/speculation"]}]}</script>
<form id=form method=post target=_blank action="http://CANARY/form"></form><script>
const places = ["http://CANARY", "https://CANARY", "http://localhost:PORT", "http://[::1]:PORT", "http://2130706433:PORT",
  "http://inside.example:PORT", "http://rebind.example:PORT", "http://rebind.example:PORT", "http://169.254.169.254"];
const tries = [
  ...places.map(place => () => fetch(place + "/fetch", {mode: "no-cors"})),
  () => fetch("/to-canary", {mode: "no-cors"}),
  () => new WebSocket("ws://CANARY/socket"),
  () => new WebSocket("wss://CANARY/socket"),
  () => new EventSource("http://CANARY/events"),
  () => navigator.sendBeacon("http://CANARY/beacon", "x"),
  () => window.open("http://CANARY/window"),
  () => document.getElementById("form").submit(),
  () => new Worker(URL.createObjectURL(new Blob(["fetch('http://CANARY/worker', {mode: 'no-cors'})"]))),
  () => new WebTransport("https://CANARY/transport"),
  async () => {
    const peer = new RTCPeerConnection({iceServers: [
      {urls: ["turn:127.0.0.1:PORT?transport=tcp", "turn:UDP"], username: "u", credential: "c"}, {urls: "stun:UDP"}]});
    peer.createDataChannel("c");
    await peer.setLocalDescription(await peer.createOffer());
  },
];
for (const attempt of tries) try { Promise.resolve(attempt()).catch(() => 0); } catch {}
setTimeout(() => document.body.append(Object.assign(document.createElement("p"), {className: "body", textContent: "done"})), 2000);
</script>"""


def own_address() -> str:
    """This machine's on its network, where a browser sends datagrams that it would not send to loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((PUBLIC, 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def attack(host: str, **told: Any) -> tuple[dict[str, Any], OddServer, int]:
    """Show the page of attacks; the answer, the server that it wants to reach, and the datagrams that arrived there."""
    with OddServer() as server, OddServer() as canary, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind((own_address(), 0))
        udp.setblocking(False)
        page = ATTACKS.replace("CANARY", f"127.0.0.1:{canary.port}").replace("PORT", str(canary.port))
        server.answers = {"/": html(page.replace("UDP", "{}:{}".format(*udp.getsockname())))}
        server.answers["/to-canary"] = redirect(f"http://127.0.0.1:{canary.port}/redirected")
        told["settings"] = {**told.get("settings", {}), "PLAYWRIGHT_ABORT_REQUEST": None}  # the guard alone is tested here
        url = f"http://{host}:{server.port}/"
        shown = browse(url, css=".body", **told)
        datagrams = 0
        while True:
            try:
                datagrams += bool(udp.recv(2048))
            except BlockingIOError:
                break
        assert shown["results"][url][0]["text"] == "done"
        return shown, canary, datagrams


@needs_chromium
def test_no_page_reaches_a_refused_address() -> None:
    shown, canary, datagrams = attack("news.example", **OUTSIDE)
    assert (canary.connects, datagrams) == (0, 0)
    assert {address.rpartition(":")[0] for address in shown["connects"]} == {PUBLIC, NOWHERE}
    assert shown["stats"]["net/refused_in_browser"] > 10


@needs_chromium
def test_the_attacks_are_real() -> None:
    """The same page reaches the same server where private addresses are allowed, and past the proxy where there is none."""
    _, canary, datagrams = attack("news.example", **{**OUTSIDE, "settings": {}})
    assert {path.rpartition("/")[2] for path in canary.requests} > {"fetch", "redirected", "socket", "frame", "worker", "window"}
    assert datagrams == 0  # no UDP whatever is allowed: it does not go through a proxy
    shown, canary, datagrams = attack("127.0.0.1", guarded=False)
    assert shown["connects"] == {}
    assert canary.connects > 10
    assert datagrams or own_address() == "127.0.0.1"


@needs_chromium
def test_the_text_that_a_script_fetches_is_read_and_nothing_needless_is() -> None:
    with OddServer(javascript_outlet("/1", "/2")) as server:
        server.answers["/robots.txt"] = reply(b"User-agent: *")
        urls = [f"http://www.news.example:{server.port}/{page}" for page in (1, 2)]
        shown = browse(*urls, css=".body", **OUTSIDE, plain=["http://127.0.0.1:1/"])
    assert [shown["results"][url][0]["text"] for url in urls] == [TEXT, TEXT]
    assert set(server.requests) == {"/1", "/2", "/app.js", "/api/1", "/api/2"}  # no picture, no style, and nothing of Chromium's own
    assert shown["lookups"].keys() == {"www.news.example"}
    assert "loopback address" in shown["results"]["http://127.0.0.1:1/"][0]["reason"]
    assert shown["left"] == {"listening": [], "browsers": []}


@needs_chromium
def test_each_failure_has_a_plain_reason() -> None:
    answers: dict[str, Answer] = {
        "/404": reply(b"gone", "404 Not Found", Content_Type="text/html"),
        "/never": html("<p>no text</p>"),
        "/inside": redirect("http://inside.example:8080/"),
        "/circle": redirect("/circle"),
        "/file": reply(b"%PDF-1.7", Content_Type="application/pdf", Content_Disposition="attachment"),
        "/nothing": b"",
    }
    with OddServer(answers) as server:
        place = f"http://news.example:{server.port}"
        expected = {
            f"{place}/404": "the server answered 404 Not Found",
            f"{place}/never": "the page's text did not appear in time",
            f"{place}/inside": "loopback address",
            f"{place}/circle": "it redirects in a loop or too often",
            f"{place}/file": "the address is no page but a file",
            f"{place}/nothing": "the answer broke off before its end",
            "http://inside.example:8080/": "loopback address",
            "https://inside.example:8080/": "loopback address",
            "http://nobody.example/": "the host name cannot be resolved",
            "http://news.example:81/": "the server refuses connections",
        }
        told = {**OUTSIDE, "settings": {**OUTSIDE["settings"], "RETRY_TIMES": 0}}
        shown = browse(*expected, css=".body", wait_ms=2000, **told)
    reasons = {url: shown["results"][url][0].get("reason", "") for url in expected}
    assert {url: said for url, said in reasons.items() if expected[url] not in said} == {}
    assert "Traceback" not in shown["log"]


@needs_chromium
def test_a_page_that_never_ends_is_given_up_and_the_next_is_shown() -> None:
    loop = "<p class=body>text</p><script>setTimeout(() => { for (;;); }, 200)</script>"
    busy = html("<p id=x></p><script>for (;;);</script>")
    with OddServer({**javascript_outlet("/1"), "/loop": html(loop), "/busy": busy, "/endless": endless_chunks}) as server:
        urls = [f"{server.url}{path}" for path in ("/busy", "/loop", "/endless", "/1")]
        shown = browse(*urls, css=".body", page_seconds=3, seconds=100, settings={"RETRY_TIMES": 0})
    assert shown["results"][urls[-1]][0]["text"] == TEXT
    assert shown["results"][urls[0]][0]["reason"] == "the server did not answer in time"
    assert shown["left"] == {"listening": [], "browsers": []}
    assert "Traceback" not in shown["log"]


@needs_chromium
def test_certificates_are_verified(tmp_path: Path) -> None:
    with OddServer(javascript_outlet("/1"), tls=self_signed(tmp_path)) as server:
        url = f"https://news.example:{server.port}/1"
        shown = browse(url, css=".body", **OUTSIDE)
    assert [each["reason"] for each in shown["results"][url]] == [
        "no secure connection: the server's certificate or its TLS cannot be trusted"
    ]
    assert not server.requests


@needs_chromium
def test_a_killed_browser_is_started_again() -> None:
    paths = [f"/{page}" for page in range(8)]
    with OddServer(javascript_outlet(*paths)) as server:
        urls = [f"{server.url}{path}" for path in paths]
        shown = browse(*urls, css=".body", kill=3, settings={"CONCURRENT_REQUESTS_PER_DOMAIN": 2})
    assert [shown["results"][url] and shown["results"][url][0].get("text") for url in urls] == [TEXT] * 8
    assert shown["stats"]["playwright/browser_count"] == 2
    assert shown["left"] == {"listening": [], "browsers": []}


@needs_chromium
def test_contexts_are_replaced() -> None:
    paths = [f"/{page}" for page in range(7)]
    with OddServer(javascript_outlet(*paths)) as server:
        shown = browse(*[f"{server.url}{path}" for path in paths], css=".body", recycle=3)
    assert [each[0]["text"] for each in shown["results"].values()] == [TEXT] * 7
    assert shown["stats"]["playwright/context_count"] == 3
    assert shown["stats"]["playwright/context_count/max_concurrent"] == 1


@needs_chromium
def test_a_pause_that_a_host_asks_for_is_kept() -> None:
    with OddServer({"/busy": reply(b"later", "429 Too Many Requests", Retry_After="60"), **javascript_outlet("/1")}) as server:
        shown = browse(f"{server.url}/busy", f"{server.url}/1", css=".body")
    assert shown["results"][f"{server.url}/1"][0]["reason"].startswith("the server asked for a pause of another")
    assert server.requests == {"/busy": 1}


@pytest.mark.parametrize(
    ("program", "says"),
    [
        ("", "its pages need a browser, and there is no Chromium here"),
        ("/no/such/chromium", "its pages need a browser, and BROWSER_PATH is '/no/such/chromium', which is no program"),
        ("/bin/false", "the browser '/bin/false' cannot be started: "),
    ],
)
def test_a_browser_that_does_not_start_is_the_reason(program: str, says: str) -> None:
    with OddServer({**javascript_outlet("/1", "/2"), "/feed": reply(b"feed")}) as server:
        urls = [f"{server.url}/{page}" for page in (1, 2)]
        shown = browse(*urls, css=".body", program=program, plain=[f"{server.url}/feed"])
    for url in urls:
        assert shown["results"][url][0]["reason"].startswith(says)
    assert shown["results"][f"{server.url}/feed"][0]["status"] == 200
    assert shown["left"] == {"listening": [], "browsers": []}
    assert "Traceback" not in shown["log"]


def test_a_crawl_that_shows_nothing_starts_nothing() -> None:
    with OddServer({"/feed": reply(b"feed")}) as server:
        shown = browse(plain=[f"{server.url}/feed"], program=CHROMIUM)
    assert "playwright/browser_count" not in shown["stats"]
    assert shown["left"] == {"listening": [], "browsers": []}
