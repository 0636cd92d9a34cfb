"""What an alert says, when it is said, and what real receivers and mail servers make of it."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from standardwebhooks import Webhook as Reference

from crawler.alerts import phrases
from crawler.alerts.inert import clean_line, encode_words, safe_url
from crawler.alerts.letter import write_letter
from crawler.alerts.mail import Mail, Server, read_recipients, read_sender, read_server
from crawler.alerts.markup import write_html
from crawler.alerts.messages import Style, excerpt, webhook_body
from crawler.alerts.mime import build
from crawler.alerts.plain import write_plain
from crawler.alerts.policy import DIGEST_SIZE, MAIL_DELAYS, WEBHOOK_DELAYS, Outcome, Recipients, due_at, next_try, read_retry_after, speaks
from crawler.alerts.webhook import Webhook, read_answer, read_secrets
from crawler.alerts.wording import ARABIC, ENGLISH
from crawler.errors import ConfigurationError
from crawler.items import Alert, AlertItem, Article, Match, Story
from crawler.newsroom.mailbox import Mailbox
from crawler.newsroom.receiver import Receiver

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
AT = datetime(2026, 1, 28, 11, 20, tzinfo=UTC)
SUITES = Path(__file__).resolve().parents[2] / "shared" / "suites"
SENDER = ("Marsad", "marsad@desk.example")

TITLE = "بروكسل تربط الضمانات الأمنية لأوكرانيا بموافقة NATO"
BODY = (
    "قال دبلوماسيون في بروكسل الأربعاء إن الحلفاء اقتربوا من صيغة نهائية.\n\n"
    "وأوضح مسؤول لـReuters أن «الضمانات الأمنية» ستشمل 26 دولة، وأن النص أُرسل إلى العواصم. ولم يحدد موعدًا."
)


def match(text: str, field: str = "body", term: str = "ضمانات أمنية", watch: str = "security-guarantees", source: str = "") -> Match:
    whole = source or (TITLE if field == "title" else BODY)
    start = whole.index(text)
    return Match(watch=watch, term=term, field="title" if field == "title" else "body", start=start, end=start + len(text), text=text)


def alert(kind: Any = "story.new", count: int = 1, **changes: Any) -> Alert:
    fields: dict[str, Any] = {
        "outlet": "almisbah",
        "url": "https://almisbah.example/2026/ضمانات?a=1&b=2",
        "key": "k",
        "title": TITLE,
        "body": BODY,
        "published_at": AT,
        "published_from": "json-ld",
        "published_sure": True,
        "language": "ar",
        **changes,
    }
    article = Article(**fields)
    outlets = ("almisbah", "annida")
    story = Story(id=7, first_article_id=7, face_article_id=7, first_seen_at=AT, last_seen_at=AT, articles=3, outlets=outlets)
    found = () if "title" in changes or "body" in changes else (match("الضمانات الأمنية", "title"), match("الضمانات الأمنية"))
    others = (("النداء", "https://annida.example/1"), ("المصباح", article.url), ("Al-Ufuq الأفق", "https://alufuq.example/2"))
    item = AlertItem(story=story, article=article, matches=found, version=int(kind == "story.updated"), others=others)
    items = () if kind == "test" else (item,) * count
    return Alert(id="alert_0123456789abcdef", kind=kind, watch="" if kind == "test" else "security-guarantees", created_at=AT, items=items)


# --- whether a watch speaks -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("relation", "last_version", "is_backfill", "repeats_backfill", "updates", "expected"),
    [
        ("new", None, False, False, False, 0),
        ("new", None, True, False, False, None),  # backfill never alerts
        ("report", None, False, False, False, 0),  # the first article that matches, whatever its relation
        ("copy", None, False, False, False, 0),
        ("edit", None, False, False, False, 0),
        ("update", None, False, False, True, 0),
        ("copy", None, False, True, False, None),  # a copy of something backfilled that matched
        ("edit", None, False, True, False, None),
        ("report", None, False, True, False, 0),
        ("copy", 0, False, False, True, None),  # later articles of that story never
        ("report", 0, False, False, False, None),
        ("update", 0, False, False, False, None),
        ("update", 0, False, False, True, 1),  # unless updates = true, then once per update
        ("update", 1, False, False, True, 2),
        ("update", 1, True, False, True, None),
    ],
)
def test_when_a_watch_speaks(
    relation: Any, last_version: int | None, is_backfill: bool, repeats_backfill: bool, updates: bool, expected: int | None
) -> None:
    said = speaks(relation, last_version=last_version, is_backfill=is_backfill, repeats_backfill=repeats_backfill, updates=updates)
    assert said == expected


class Hours(NamedTuple):
    when: str = "now"
    quiet: str | None = None
    timezone: str | None = None


@pytest.mark.parametrize(
    ("hours", "now", "expected"),
    [
        (Hours(), "2026-01-28T11:20:30+00:00", "2026-01-28T11:20:30+00:00"),
        (Hours("hourly"), "2026-01-28T11:20:30+00:00", "2026-01-28T12:00:00+00:00"),
        (Hours("hourly"), "2026-01-28T12:00:00+00:00", "2026-01-28T13:00:00+00:00"),
        (Hours("hourly", timezone="Asia/Kolkata"), "2026-01-28T12:10:00+00:00", "2026-01-28T12:30:00+00:00"),  # half-hour zone
        (Hours("daily 07:00", timezone="Asia/Amman"), "2026-01-28T03:59:59+00:00", "2026-01-28T04:00:00+00:00"),
        (Hours("daily 07:00", timezone="Asia/Amman"), "2026-01-28T04:00:00+00:00", "2026-01-29T04:00:00+00:00"),
        (Hours("weekly sun 08:00", timezone="Asia/Riyadh"), "2026-01-28T11:00:00+00:00", "2026-02-01T05:00:00+00:00"),
        (Hours("weekly sun 08:00", timezone="Asia/Riyadh"), "2026-02-01T05:00:00+00:00", "2026-02-08T05:00:00+00:00"),
        # Cairo goes to summer time in the night to Friday 24 April 2026: 00:00-01:00 does not exist
        (Hours("daily 07:00", timezone="Africa/Cairo"), "2026-04-23T06:00:00+00:00", "2026-04-24T04:00:00+00:00"),
        (Hours("daily 00:30", timezone="Africa/Cairo"), "2026-04-23T06:00:00+00:00", "2026-04-23T22:30:00+00:00"),
        # and back in the night to Friday 30 October: 23:00-24:00 comes twice, the first counts
        (Hours("daily 23:30", timezone="Africa/Cairo"), "2026-10-29T12:00:00+00:00", "2026-10-29T20:30:00+00:00"),
        (Hours("daily 23:30", timezone="Africa/Cairo"), "2026-10-29T20:45:00+00:00", "2026-10-30T21:30:00+00:00"),
        (Hours(quiet="23:00-06:00"), "2026-01-28T23:00:00+00:00", "2026-01-29T06:00:00+00:00"),
        (Hours(quiet="23:00-06:00"), "2026-01-29T05:59:00+00:00", "2026-01-29T06:00:00+00:00"),
        (Hours(quiet="23:00-06:00"), "2026-01-29T06:00:00+00:00", "2026-01-29T06:00:00+00:00"),
        (Hours(quiet="12:00-14:00"), "2026-01-29T13:00:00+00:00", "2026-01-29T14:00:00+00:00"),
        (Hours("daily 05:00", quiet="23:00-06:00"), "2026-01-28T11:00:00+00:00", "2026-01-29T06:00:00+00:00"),
        (Hours(quiet="23:00-06:00", timezone="Asia/Dubai"), "2026-01-28T20:00:00+00:00", "2026-01-29T02:00:00+00:00"),
    ],
)
def test_hours(hours: Hours, now: str, expected: str) -> None:
    assert due_at(hours, datetime.fromisoformat(now), ZoneInfo("UTC")) == datetime.fromisoformat(expected)


def test_hours_are_read_in_our_zone_where_the_watch_names_none() -> None:
    assert due_at(Hours("daily 07:00"), AT, ZoneInfo("Asia/Amman")) == datetime(2026, 1, 29, 4, tzinfo=UTC)


# --- again ----------------------------------------------------------------------------------------------------------------


def test_the_schedule_of_standard_webhooks() -> None:
    waits = [next_try(WEBHOOK_DELAYS, tries, 0) for tries in range(1, 11)]
    assert [wait and wait.total_seconds() for wait in waits] == [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400, None]
    assert sum(WEBHOOK_DELAYS, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)
    assert next_try(WEBHOOK_DELAYS, 1, 1) == timedelta(seconds=6)
    assert next_try(WEBHOOK_DELAYS, 1, -1) == timedelta(seconds=4)


def test_mail_is_tried_for_three_days() -> None:
    assert sum(MAIL_DELAYS, timedelta()) >= timedelta(days=3)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Wed, 28 Jan 2026 11:21:00 GMT", 60),
        ("Wed, 28 Jan 2026 11:00:00 GMT", 0),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("9" * 400, None),
        ("Wed, 99 Jan 2026 11:21:00 GMT", None),
    ],
)
def test_retry_after(text: str, seconds: int | None) -> None:
    wait = read_retry_after(text, AT)
    assert (wait.total_seconds() if wait is not None else None) == seconds


def test_retry_after_counts_instead_of_the_schedule_up_to_a_day() -> None:
    assert next_try(WEBHOOK_DELAYS, 1, 1, timedelta(seconds=90)) == timedelta(seconds=90)
    assert next_try(WEBHOOK_DELAYS, 1, 1, timedelta(days=30)) == timedelta(hours=24)
    assert next_try(WEBHOOK_DELAYS, 10, 1, timedelta(seconds=90)) is None


# --- what is said ---------------------------------------------------------------------------------------------------------


def test_webhook_body_is_the_contract() -> None:
    event = json.loads(webhook_body(alert(), Style()))
    assert list(event) == ["type", "timestamp", "data"]
    assert event["type"] == "story.new"
    assert event["timestamp"] == "2026-01-28T11:20:00Z"
    data = event["data"]
    assert data["watch"] == "security-guarantees"
    assert data["story"] == {"id": 7, "url": None, "articles": 3, "outlets": ["almisbah", "annida"]}
    assert data["excerpt"] == TITLE
    assert data["matches"][1] == {"term": "ضمانات أمنية", "field": "body", "start": 96, "end": 112, "text": "الضمانات الأمنية"}
    extract = (
        "outlet url title summary authors agencies credit section tags language image_url published_at published_from published_sure "
        "updated_at carried_by"
    )
    assert list(data["article"]) == extract.split()
    assert data["article"]["published_at"] == "2026-01-28T11:20:00Z"
    assert "body" not in data["article"]


def test_stories_link_to_us_once_there_is_a_public_address() -> None:
    event = json.loads(webhook_body(alert(), Style(public_url="https://marsad.example/")))
    assert event["data"]["story"]["url"] == "https://marsad.example/stories/7"


def test_digest_names_every_story() -> None:
    event = json.loads(webhook_body(alert("digest", 3), Style()))
    assert event["type"] == "digest"
    assert event["data"]["count"] == 3
    assert [set(story) >= {"story", "article", "excerpt", "matches"} for story in event["data"]["stories"]] == [True] * 3


def test_a_webhook_stays_small_and_is_utf8_whatever_the_title() -> None:
    body = webhook_body(alert(title="خبر \ud800" * 200_000, summary="س" * 100_000), Style())
    assert len(body) < 20_000
    json.loads(body.decode("utf-8"))


@pytest.mark.parametrize(
    ("body", "found", "expected"),
    [
        ("جملة أولى. فيها ضمانات أمنية هنا! وثالثة.", "ضمانات أمنية", "فيها ضمانات أمنية هنا!"),
        ("سطر أول\n\nضمانات أمنية", "ضمانات أمنية", "ضمانات أمنية"),
        ("هل من ضمانات؟ نعم.", "ضمانات", "هل من ضمانات؟"),
        ("قال: «انتهى.» ثم عاد الناتو إليه.", "الناتو", "ثم عاد الناتو إليه."),
        ("بلغت 3.5 مليار في الناتو.", "الناتو", "بلغت 3.5 مليار في الناتو."),
    ],
)
def test_the_sentence_around_a_match(body: str, found: str, expected: str) -> None:
    item = alert(body=body).items[0]
    piece = excerpt(AlertItem(story=item.story, article=item.article, matches=(match(found, source=body),)), "body")
    assert piece.text == expected
    assert [text for text, marked in piece.pieces() if marked] == [found]


def test_a_sentence_without_end_is_cut_around_the_match() -> None:
    body = "كلمة " * 400 + "ضمانات أمنية" + " كلمة" * 400
    item = alert(body=body).items[0]
    piece = excerpt(AlertItem(story=item.story, article=item.article, matches=(match("ضمانات أمنية", source=body),)), "body")
    assert len(piece.text) < 330
    assert re.fullmatch(r"…كلمة .*كلمة…", piece.text)
    assert ("ضمانات أمنية", True) in piece.pieces()


def test_matches_that_a_revision_moved_are_not_marked_wrongly() -> None:
    moved = Match(watch="w", term="t", field="body", start=3, end=9, text="الناتو")
    item = alert(body="نص آخر تماما").items[0]
    told = AlertItem(story=item.story, article=item.article, matches=(moved,))
    assert excerpt(told, "body").text == ""


# --- mail -----------------------------------------------------------------------------------------------------------------


def read(octets: bytes) -> Any:
    return message_from_bytes(octets, policy=policy.default)


def letter(alert_: Alert, style: Style | None = None, to: Sequence[str] = ("desk@example.org",)) -> bytes:
    return write_letter(alert_, style or Style(zone=ZoneInfo("Asia/Amman")), SENDER, to)


def test_headers_of_a_mail() -> None:
    message = read(letter(alert(), to=("desk@example.org", "editor@example.org")))
    assert message["From"] == "Marsad <marsad@desk.example>"
    assert message["To"] == "desk@example.org, editor@example.org"
    assert message["Subject"] == f"\u200f\u2068{TITLE}\u2069 — \u2068المصباح\u2069"
    assert message["Message-ID"] == "<alert_0123456789abcdef@desk.example>"
    assert message["List-Id"].startswith("security-guarantees")
    assert "<security-guarantees.desk.example>" in message["List-Id"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == AT
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_news_and_updates_of_a_story_are_one_thread() -> None:
    new, updated = read(letter(alert())), read(letter(alert("story.updated")))
    assert new["References"] == updated["References"]
    assert new["References"] is not None


def test_lines_of_a_mail_are_short() -> None:
    octets = letter(alert("digest", 40, title="ع" * 5000, body=BODY))
    assert max(map(len, octets.split(b"\r\n"))) <= 78
    assert b"\n" not in octets.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "expected",
    [
        TITLE,
        "المصباح",
        "الأربعاء 28 يناير 2026، 14:20 (UTC+3)",
        "[الضمانات الأمنية]",
        "منفذان آخران",
        "النداء",
        "أول من نشره: \u2068النداء",
        "https://almisbah.example/2026/%D8%B6%D9%85%D8%A7%D9%86%D8%A7%D8%AA?a=1&b=2\n",
        "enabled = false",
    ],
)
def test_the_plain_part_says(expected: str) -> None:
    assert expected in write_plain(alert(), Style(zone=ZoneInfo("Asia/Amman")))


def test_addresses_in_plain_text_stand_alone() -> None:
    lines = write_plain(alert(), Style(public_url="https://marsad.example")).splitlines()
    assert [line for line in lines if "http" in line] == [
        "https://almisbah.example/2026/%D8%B6%D9%85%D8%A7%D9%86%D8%A7%D8%AA?a=1&b=2",
        "https://marsad.example/stories/7",
    ]


def test_undated_says_so_and_when_it_was_seen() -> None:
    told = alert(published_at=None, fetched_at=AT + timedelta(minutes=5))
    assert phrases.published(told.items[0], Style()) == "بلا تاريخ، رُصد الأربعاء 28 يناير 2026، 11:25 (UTC)"
    assert "undated, seen Wednesday 28 January 2026" in phrases.published(told.items[0], Style(wording=ENGLISH))


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, "خبر واحد"),
        (2, "خبران"),
        (3, "3 أخبار"),
        (10, "10 أخبار"),
        (11, "11 خبرًا"),
        (99, "99 خبرًا"),
        (100, "100 خبر"),
        (103, "103 أخبار"),
    ],
)
def test_arabic_numbers_agree(number: int, expected: str) -> None:
    assert ARABIC.digest(number) == expected


OURS = {"html", "head", "meta", "title", "body", "div", "p", "a", "b", "bdi", "code", "br", "span"}
"""All elements that a mail of ours is made of."""


class Elements(HTMLParser):
    """What a mail program would see."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_carries_its_direction_on_every_block() -> None:
    page = Elements(write_html(alert(), Style()))
    blocks = [attributes for tag, attributes in page.tags if tag in ("p", "div")]
    assert len(blocks) >= 6
    for attributes in blocks:
        assert attributes["dir"] == "rtl"
        assert "direction:rtl;text-align:right" in (attributes["style"] or "")
    assert ("b", {"style": "background-color:#fff1a8;color:#202124"}) in page.tags
    assert {tag for tag, _ in page.tags} <= OURS


def test_english_wording_reads_left_to_right() -> None:
    page = Elements(write_html(alert(), Style(wording=ENGLISH)))
    assert {attributes["dir"] for tag, attributes in page.tags if tag == "p"} == {"ltr"}
    assert "Also carried by 2 other outlets" in page.text


@pytest.mark.parametrize("count", [30, DIGEST_SIZE])
def test_a_digest_stays_below_what_gmail_shows(count: int) -> None:
    page = write_html(alert("digest", count), Style())
    assert len(page.encode()) < 102 * 1024
    assert page.count("almisbah.example") == count


# --- outside text is inert ------------------------------------------------------------------------------------------------

NAUGHTY = [
    "خبر عاجل\r\nBcc: injected@example.com",
    "خبر\nBcc: injected@example.com",
    "x\u2028Bcc: injected@example.com",
    "x\u0085Bcc: injected@example.com\x00\x0b\x1c",
    "A \U0001f4a9 subject=?UTF-8?Q?=0A?=Bcc: injected@example.com",
    "=?utf-8?b?DQpCY2M6IGluamVjdGVkQGV4YW1wbGUuY29t?=",
    "=?utf-8?b?!!!?= =?nope?q?x?= =?utf-8?q?=3D=3Futf-8=3Fq=3F=0A=3F=3D?=",
    "x\r\n.\r\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<injected@example.com>\r\nDATA\r\nspoof\r\n.\r\n",
    "\u202eexe.\u2066خبر\ud800",
    "ا" * 3000,
    "<script>alert(1)</script><img src=x onerror=alert(1)>\"' onmouseover=alert(1) {{7*7}}",
    "",
    " \n\t ",
]


def shared_headers() -> list[str]:
    path = SUITES / "email-headers" / "headers.json"
    return [case["v"] for case in json.loads(path.read_text("utf-8"))] if path.exists() else []


@pytest.mark.parametrize("text", NAUGHTY + shared_headers())
def test_no_text_makes_a_header(text: str) -> None:
    told = alert(title=text, body=BODY, outlet=text, url="https://almisbah.example/1")
    told = Alert(id=told.id, kind=told.kind, watch=text or "w", created_at=AT, items=told.items)
    octets = letter(told)
    head, _, _ = octets.partition(b"\r\n\r\n")
    names = re.findall(rb"(?m)^([A-Za-z-]+):", head)
    expected = b"Date From To Subject Message-ID Auto-Submitted X-Auto-Response-Suppress References List-Id MIME-Version Content-Type"
    assert names == expected.split()
    assert b"injected@" not in head
    assert max(map(len, octets.split(b"\r\n"))) <= 78
    subject = str(read(octets)["Subject"])
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff]", subject)
    assert "=?" not in subject


@pytest.mark.parametrize("text", NAUGHTY)
def test_no_text_makes_an_element(text: str) -> None:
    item = alert(title=text, body=text, outlet=text, url=text).items[0]
    found = Match(watch="w", term=text, field="body", start=0, end=len(text), text=text)
    told = AlertItem(story=item.story, article=item.article, matches=(found,), others=((text, text), (text, "javascript:alert(1)")))
    page = Elements(write_html(Alert(id="a", kind="story.new", watch=text, created_at=AT, items=(told,)), Style()))
    assert {tag for tag, _ in page.tags} <= OURS
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert all(str(attributes["href"]).startswith("http") for tag, attributes in page.tags if tag == "a")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x", "https://", " https://x", "h\nttps://x"])
def test_only_web_addresses_are_linked(url: str) -> None:
    assert safe_url(url) == ""


def test_encoded_words_never_cut_a_character() -> None:
    text = "ضمانات أمنية 🛡️ " * 30
    words = encode_words(text).split("\r\n ")
    assert all(len(word) <= 69 for word in words)
    assert "".join(base64.b64decode(word[10:-2]).decode("utf-8") for word in words) == text


def test_an_unclean_header_never_leaves() -> None:
    with pytest.raises(ValueError, match="Subject is not clean"):
        build([("Subject", "a\r\nBcc: b@example.org")], "", "")


def test_a_huge_title_is_cut_before_it_is_read() -> None:
    assert len(clean_line("=?" * 1_000_000, 100)) <= 100


# --- webhooks, over the wire ----------------------------------------------------------------------------------------------


def webhook(receiver: Receiver, secret: str = SECRET, **changes: Any) -> Webhook:
    fields: dict[str, Any] = {"url": receiver.url, "secrets": read_secrets(secret, "test"), "allow_private": True, **changes}
    return Webhook(**fields)


def post(fault: Any = None, **changes: Any) -> tuple[Outcome, Receiver]:
    async def run() -> tuple[Outcome, Receiver]:
        async with Receiver(secret=SECRET) as receiver:
            if fault:
                receiver.break_next(fault, seconds=7)
            return await webhook(receiver, **changes).send(alert(), datetime.now(UTC), Recipients()), receiver

    return asyncio.run(run())


def test_the_reference_library_accepts_our_signature() -> None:
    outcome, receiver = post()
    assert outcome.state == "delivered"
    [arrived] = receiver.posts
    assert arrived.verdict == "ok"
    assert Reference(SECRET).verify(arrived.body, dict(arrived.headers))["data"]["article"]["title"] == TITLE
    assert arrived.headers["webhook-id"] == "alert_0123456789abcdef"
    assert arrived.headers["content-type"] == "application/json"


def test_while_a_secret_is_changed_both_are_signed_with() -> None:
    other = "whsec_" + base64.b64encode(b"x" * 24).decode()
    _, receiver = post(secret=f"{other} {SECRET}")
    [arrived] = receiver.posts
    assert arrived.verdict == "ok"
    for secret in (other, SECRET):
        Reference(secret).verify(arrived.body, dict(arrived.headers))


def test_without_a_secret_nothing_is_signed() -> None:
    outcome, receiver = post(secret="")
    assert "webhook-signature" not in receiver.posts[0].headers
    assert outcome.state == "again"
    assert outcome.error == "the receiver answered 401 Unauthorized"


def test_a_wrong_secret_is_seen_by_the_receiver() -> None:
    _, receiver = post(secret="whsec_" + base64.b64encode(b"y" * 24).decode())
    assert receiver.posts[0].verdict == "no signature fits"


@pytest.mark.parametrize(
    ("fault", "state", "error", "requests"),
    [
        ("fail", "again", "the receiver answered 500 Internal Server Error", 1),
        ("redirect", "again", "the receiver answered 302 Found: redirects are not followed, write the new address", 1),
        ("ack_lost", "again", "the receiver broke the connection off", 1),
        ("bigbody", "delivered", "", 1),
    ],
)
def test_what_an_answer_means(fault: str, state: str, error: str, requests: int) -> None:
    outcome, receiver = post(fault)
    assert (outcome.state, outcome.error, len(receiver.posts)) == (state, error, requests)


def test_gone_is_for_ever_and_retry_after_is_heard() -> None:
    outcome, _ = post("gone")
    assert outcome.gone
    assert outcome.state == "failed"
    outcome, _ = post("ratelimit")
    assert (outcome.state, outcome.retry_after) == ("again", timedelta(seconds=7))


def test_a_receiver_that_hangs_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.alerts.webhook.TIMEOUT", 0.3)
    outcome, _ = post("hang")
    assert outcome.state == "again"
    assert outcome.error.startswith("no answer within")


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_only_2xx_is_success(status: int) -> None:
    assert read_answer(status, "", AT).state == "delivered"


@pytest.mark.parametrize("status", [100, 199, 300, 301, 304, 307, 400, 401, 404, 429, 500, 502, 503, 504, 999])
def test_everything_else_is_tried_again(status: int) -> None:
    assert read_answer(status, "", AT).state == "again"


def test_a_private_address_is_not_connected_to() -> None:
    outcome, receiver = post(allow_private=False)
    assert outcome.state == "failed"
    assert "loopback" in outcome.error
    assert receiver.posts == []


def test_a_name_that_resolves_to_a_private_address_is_not_connected_to() -> None:
    async def run() -> tuple[Outcome, Receiver]:
        async with Receiver() as receiver:
            url = receiver.url.replace("127.0.0.1", "localhost")
            return await webhook(receiver, url=url, allow_private=False).send(alert(), AT, Recipients()), receiver

    outcome, receiver = asyncio.run(run())
    assert outcome.state == "failed"
    assert receiver.posts == []


def test_nobody_there() -> None:
    sender = Webhook(url="http://127.0.0.1:1/hook?token=hidden", allow_private=True)
    outcome = asyncio.run(sender.send(alert(), AT, Recipients()))
    assert (outcome.state, outcome.error) == ("again", "the receiver cannot be reached")
    assert "hidden" not in repr(sender)


def test_secrets_and_passwords_are_in_no_repr() -> None:
    sender = Webhook(url="https://example.org/T000/B000", secrets=read_secrets(SECRET, "x"))
    server = read_server("smtp+starttls://desk%40example.org:p%40ss%3Aword@mail.example.org:587")
    assert "T000" not in repr(sender) + str(sender)
    assert repr(bytes(range(32))) not in repr(sender)
    assert "p@ss" not in repr(server)
    assert (server.user, server.password, server.port) == ("desk@example.org", "p@ss:word", 587)


@pytest.mark.parametrize("secret", ["hunter2", "whsec_", "whsec_not base64", "whsec_ä", f"{SECRET} MIID"])
def test_a_secret_that_is_none_is_refused_without_being_told(secret: str) -> None:
    with pytest.raises(ConfigurationError, match=r"channel desk \(secret_env\): secret \d is none: write whsec_") as caught:
        read_secrets(secret, "channel desk (secret_env)")
    assert "hunter2" not in str(caught.value)


# --- mail, over the wire --------------------------------------------------------------------------------------------------

TO = ("a@example.org", "b@example.org")


def mail(prepare: Callable[[Mailbox], None] = lambda _: None, before: Recipients | None = None) -> tuple[Outcome, Mailbox]:
    async def run() -> tuple[Outcome, Mailbox]:
        async with Mailbox() as mailbox:
            prepare(mailbox)
            sender = Mail(server=read_server(mailbox.url), sender=SENDER, to=TO)
            return await sender.send(alert(), AT, before or Recipients()), mailbox

    return asyncio.run(run())


def test_a_mail_arrives_whole() -> None:
    outcome, mailbox = mail()
    assert outcome == Outcome(state="delivered", recipients=Recipients(TO))
    [arrived] = mailbox.letters
    assert arrived.recipients == TO
    assert arrived.sender == "marsad@desk.example"
    assert TITLE in arrived.part("html")
    assert "[الضمانات الأمنية]" in arrived.part("plain")


def test_one_refused_recipient_neither_stops_nor_repeats_the_others() -> None:
    outcome, mailbox = mail(lambda box: box.refuse.update({"b@example.org": "550 5.1.1 no such user"}))
    assert (outcome.state, outcome.recipients) == ("failed", Recipients(("a@example.org",), ("b@example.org",)))
    assert outcome.error == "refused: b@example.org: 550 5.1.1 no such user"
    assert mailbox.letters[0].recipients == ("a@example.org",)


def test_one_deferred_recipient_is_tried_again_alone() -> None:
    outcome, _ = mail(lambda box: box.refuse.update({"b@example.org": "451 4.7.1 greylisted"}))
    assert (outcome.state, outcome.recipients) == ("again", Recipients(("a@example.org",)))
    outcome, mailbox = mail(before=outcome.recipients)
    assert (outcome.state, outcome.recipients) == ("delivered", Recipients(TO))
    assert mailbox.letters[0].recipients == ("b@example.org",)


def test_a_recipient_refused_for_good_is_not_tried_again_with_a_deferred_one() -> None:
    outcome, mailbox = mail(before=Recipients((), ("a@example.org",)))
    assert mailbox.letters[0].recipients == ("b@example.org",)
    assert outcome.state == "failed"


def test_all_refused() -> None:
    outcome, _ = mail(lambda box: box.refuse.update(dict.fromkeys(TO, "550 no")))
    assert (outcome.state, outcome.recipients.refused) == ("failed", TO)


@pytest.mark.parametrize(
    ("fault", "state", "error"),
    [
        ("temp", "again", "not taken yet: a@example.org: 451 4.3.0 try again later; b@example.org: 451 4.3.0 try again later"),
        ("perm", "failed", "refused: a@example.org: 554 5.7.1 not wanted here; b@example.org: 554 5.7.1 not wanted here"),
        ("drop", "again", "the mail server broke the connection off"),
        ("ack_lost", "again", "the mail server broke the connection off"),
    ],
)
def test_what_a_mail_server_says(fault: Any, state: str, error: str) -> None:
    outcome, _ = mail(lambda box: box.break_next(fault))
    assert (outcome.state, outcome.error) == (state, error)


def test_after_a_lost_answer_the_mail_has_the_same_id() -> None:
    async def run() -> Mailbox:
        async with Mailbox() as mailbox:
            mailbox.break_next("ack_lost")
            sender = Mail(server=read_server(mailbox.url), sender=SENDER, to=TO)
            for _ in range(2):
                await sender.send(alert(), AT, Recipients())
            return mailbox

    first, second = asyncio.run(run()).letters
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert first.octets == second.octets


def test_no_mail_server() -> None:
    sender = Mail(server=Server(host="127.0.0.1", port=1, security="smtp"), sender=SENDER, to=TO)
    outcome = asyncio.run(sender.send(alert(), AT, Recipients()))
    assert (outcome.state, outcome.error) == ("again", "the mail server cannot be reached")


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_nothing_is_sent_in_the_clear_where_tls_is_asked_for(scheme: str) -> None:
    async def run() -> tuple[Outcome, Mailbox]:
        async with Mailbox() as mailbox:
            server = Server(host=mailbox.host, port=mailbox.port, security=scheme, user="u", password="p")
            return await Mail(server=server, sender=SENDER, to=TO).send(alert(), AT, Recipients()), mailbox

    outcome, mailbox = asyncio.run(run())
    assert outcome.state == "again"
    assert mailbox.tries == 0


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("mailto:a@example.org", ("a@example.org",)),
        ("mailto:a@example.org, b@example.org,a@example.org", TO),
        ("mailto:a%2Bnews@example.org", ("a+news@example.org",)),
        ("mailto:desk@مثال.إختبار", ("desk@xn--mgbh0fb.xn--kgbechtv",)),
    ],
)
def test_recipients(url: str, expected: tuple[str, ...]) -> None:
    assert read_recipients(url, "channel desk") == expected


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        "a",
        "a@",
        "a@exa mple.com",
        "a@example.com%0D%0ABcc:x@example.com",
        "a@example.com;b@example.com",
        "a@[127.0.0.1]",
        "<a@b.c>",
        "محرر@example.com",
        "a@example.com?subject=x",
        '"a b"@example.com',
        "a@example.com>RCPT TO:<b@example.com",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError, match=r"channel desk: .* is no mail address"):
        read_recipients(f"mailto:{address}", "channel desk")


def test_sender() -> None:
    assert read_sender("مرصد <marsad@example.org>") == ("مرصد", "marsad@example.org")
    with pytest.raises(ConfigurationError, match="MAIL_FROM"):
        read_sender("nobody")
