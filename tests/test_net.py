"""Every form of a private address that a URL or a resolver can take is refused, and public ones are not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawler.net import find_fault, refuse

SUITE = Path(__file__).resolve().parents[2] / "shared" / "suites" / "ssrf" / "urls.json"

PUBLIC = [
    "93.184.216.34", "8.8.8.8", "172.15.0.1", "172.32.0.1", "100.63.0.1", "2606:2800:220:1::1", "64:ff9b::808:808", "2002:808:808::1",
    "::ffff:8.8.8.8",
]
PRIVATE = [
    "127.0.0.1", "127.255.0.1", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "::1", "fc00::1", "fd12::1",
    "::ffff:127.0.0.1", "::ffff:10.1.2.3",
]
NEVER = [
    "0.0.0.0", "0.1.2.3", "100.64.0.1", "100.100.100.200", "168.63.129.16", "169.254.1.1", "169.254.169.254", "192.0.0.192",
    "192.0.2.1", "192.88.99.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::127.0.0.1", "::ffff:0.0.0.0",
    "::ffff:169.254.169.254", "::ffff:100.64.0.1", "64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "100::1", "2001::1",
    "2001:db8::1", "2002:7f00:1::", "2002:a00:1::", "3fff::1", "5f00::1", "fd00:ec2::254", "fe80::1", "fe80::1%lo", "2606::1%lo",
    "::ffff:8.8.8.8%lo", "fec0::1", "ff02::1",
]
NO_ADDRESS = ["", "localhost", "example.org", "127.1", "0177.0.0.1", "2130706433", "127.0.0.1:80", "[::1]", "127.0.0.1\n", "١٢٧.٠.٠.١"]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_allowed(address: str) -> None:
    assert refuse(address, allow_private=False) is None
    assert refuse(address, allow_private=True) is None


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_allowed_on_demand(address: str) -> None:
    assert refuse(address, allow_private=False) is not None
    assert refuse(address, allow_private=True) is None


@pytest.mark.parametrize("address", NEVER + NO_ADDRESS)
def test_other_addresses_are_never_allowed(address: str) -> None:
    assert refuse(address, allow_private=False) is not None
    assert refuse(address, allow_private=True) is not None


def test_a_refusal_says_what_and_what_would_be_right() -> None:
    assert refuse("127.0.0.1", False) == "127.0.0.1 is a loopback address, which may not be contacted unless ALLOW_PRIVATE_ADDRESSES is on"
    assert refuse("169.254.169.254", True) == "169.254.169.254 is a cloud metadata address, which may not be contacted"
    assert refuse("8.8.8.8", False) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/feed",
        "https://EXAMPLE.com./",
        "https://مثال.إختبار/خلاصة",
        "https://xn--mgbh0fb.xn--kgbechtv/",
        "http://93.184.216.34:8080/",
        "http://[2606:2800:220:1:248:1893:25c8:1946]/",
        "https://example.com/a@b?c=d@e",
        "https://my_site.example.com/%D8%A3",
        "https://example.com/?q=http://127.0.0.1/",
        "https://4.example.com/",
    ],
)
def test_addresses_of_the_public_web_have_no_fault(url: str) -> None:
    assert find_fault(url, allow_private=False) is None


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "017700000001",
        "0177.0.0.1",
        "127.000.000.001",
        "127.0.0.1.",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "１２７.0.0.1",
        "١٢٧.٠.٠.١",
        "۱۲۷.۰.۰.۱",
        "0300.0250.1.1",
        "3232235777",
        "[::1]",
        "[0000::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[fc00::1]",
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
        "printer.local",
        "metadata.google.internal",
        "router",
    ],
)
def test_private_hosts_in_every_spelling(host: str) -> None:
    assert find_fault(f"http://{host}/", allow_private=False)
    assert find_fault(f"https://{host}:8443/feed.xml?a=b", allow_private=False)
    assert find_fault(f"http://{host}/", allow_private=True) is None


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("file:///etc/passwd", "only http and https"),
        ("FILE:/etc/passwd", "only http and https"),
        ("view-source:http://example.com/", "only http and https"),
        ("data:text/xml,<rss/>", "only http and https"),
        ("ftp://example.com/", "only http and https"),
        ("//example.com/", "only http and https"),
        ("http:example.com", "only http and https"),
        ("example.com", "only http and https"),
        ("", "only http and https"),
        ("http://", "names no host"),
        ("http:///example.com/", "names no host"),
        ("http://?x", "names no host"),
        ("http://user:secret@example.com/", "user name or password"),
        ("http://@example.com/", "user name or password"),
        ("http://example.com#@127.0.0.1/", "user name or password"),
        ("http://example.com\\@127.0.0.1/", "backslash"),
        ("http://127.0.0.1\\@example.com/", "backslash"),
        ("http://example.com/a\\b", "backslash"),
        ("http://127.0.0.1\t/", "control character"),
        ("\tfile:///etc/passwd", "control character"),
        (" http://example.com/", "blank"),
        ("http://example.com/\r\nHost: x", "control character"),
        ("http://exam\u2028ple.com/", "control character"),
        ("https://[", "cannot be read"),
        ("https://[v1.a]/", "no IP address"),
        ("http://[fe80::1%25lo]/", "may not be contacted"),
        ("http://example.com:99999/", "cannot be read"),
        ("http://example.com:0/", "no valid port"),
        ("http://127.0.0.1%2f.example.com/", "no valid host"),
        ("http://exa\u00admple.com/", "no valid host"),
        ("http://example.com!/", "no valid host"),
        ("http://a..b.com/", "no valid host"),
        ("http://425.510.425.510/", "no valid host"),
        ("http://1.2.3.4.5/", "no valid host"),
        ("http://0o177.0.0.1/", "no valid host"),
        ("http://089.0.0.1/", "no valid host"),
        ("http://0x41414141A9FEA9FE/", "no valid host"),
        ("http://169.254.169.254/latest/meta-data/", "cloud metadata address"),
        ("http://0/", "unspecified address"),
        ("http://100.64.0.1/", "shared address"),
    ],
)
def test_faults_are_told_even_where_private_addresses_are_allowed(url: str, part: str) -> None:
    assert part in (find_fault(url, allow_private=True) or "")
    assert part in (find_fault(url, allow_private=False) or "")


@pytest.mark.skipif(not SUITE.exists(), reason="the shared collection of hostile addresses is not here")
def test_the_shared_collection() -> None:
    suite = json.loads(SUITE.read_text())
    passed = {row["url"] for row in suite["own"] if not find_fault(row["url"], allow_private=False)}
    assert not passed
    assert not [url for row in suite["must_allow"] if find_fault(url := row if isinstance(row, str) else row["url"], allow_private=False)]
