"""Dates as printed: what they mean, how sure that is, and that nothing is ever guessed."""

import json
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hijridate import Hijri

from crawler.dates import Reading, read_date

AMMAN = ZoneInfo("Asia/Amman")
GREENWICH = ZoneInfo("UTC")
NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
SUITE = Path(__file__).resolve().parents[2] / "shared" / "suites" / "arabic-dates"
ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "texts" / "dates.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(("text", "meant", "origin", "sure"), ROWS)
def test_printed_dates(text, meant, origin, sure):
    reading = read_date(text, AMMAN, NOW)
    at = None if meant == "-" else datetime.fromisoformat(meant).replace(tzinfo=AMMAN)
    got = reading.at and reading.at.replace(microsecond=0)
    assert (got, reading.origin, reading.sure) == (at, origin, sure == "yes")
    assert reading.at is None or reading.at.tzinfo is UTC


@pytest.mark.parametrize("text", [row[0] for row in ROWS if row[2] == "relative"])
def test_relative_times_need_now(text):
    assert read_date(text, AMMAN) == Reading(None, "none", False, "Asia/Amman")


def test_without_now_the_future_is_only_a_date():
    assert read_date("1 نيسان 2027", AMMAN).at == datetime(2027, 4, 1, 9, tzinfo=UTC)


def test_a_future_order_gives_way_to_a_past_one():
    assert read_date("04/05/2026 10:00", AMMAN, datetime(2026, 4, 6, tzinfo=UTC)).at == datetime(2026, 4, 5, 7, tzinfo=UTC)


@pytest.mark.parametrize(("hours", "ahead"), [(-1, False), (20, False), (30, True)])
def test_small_skew_is_believed(hours, ahead):
    assert (read_date((NOW + timedelta(hours=hours)).isoformat(), AMMAN, NOW).at is None) is ahead


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("5 شباط 2026", "Asia/Amman"),
        ("5 شباط 2026 10:00 بتوقيت القاهرة", "Africa/Cairo"),
        ("5 شباط 2026 10:00 بتوقيت غرينتش", "UTC"),
        ("2026-02-05T10:00:00Z", "UTC"),
        ("2026-02-05T10:00:00+03:00", "UTC+03:00"),
        ("2026-02-05T10:00:00-0430", "UTC-04:30"),
        ("Thu, 05 Feb 2026 10:00:00 AST", "UTC+03:00"),
        ("2026-02-05 10:00 GMT+3", "UTC+03:00"),
        ("1770112800", "UTC"),
        ("قبل ساعة", "Asia/Amman"),
        ("خبر", "Asia/Amman"),
    ],
)
def test_zone_shown(text, zone):
    assert read_date(text, AMMAN, NOW).zone == zone


@pytest.mark.parametrize(
    ("zone", "text", "utc", "sure"),
    [
        ("Asia/Beirut", "1 شباط 2026 12:00", "2026-02-01 10:00", True),
        ("Asia/Beirut", "1 تموز 2026 12:00", "2026-07-01 09:00", True),
        ("Africa/Cairo", "1 يوليو 2022 12:00", "2022-07-01 10:00", True),  # no summer time that year
        ("Africa/Cairo", "1 يوليو 2025 12:00", "2025-07-01 09:00", True),
        ("Africa/Casablanca", "10 مارس 2025 12:00", "2025-03-10 12:00", True),  # Ramadan
        ("Africa/Casablanca", "10 ماي 2025 12:00", "2025-05-10 11:00", True),
        ("Africa/Cairo", "25 أبريل 2025 00:30", "2025-04-24 22:30", False),  # left out by the change of clocks
        ("Asia/Amman", "1 يناير 2022 12:00", "2022-01-01 10:00", True),  # before Jordan stayed on +3
        ("America/New_York", "Tue, 03 Feb 2026 10:00:00 AST", "2026-02-03 14:00", True),  # Atlantic there, Arabia elsewhere
        ("Asia/Muscat", "5 فبراير 2026 10:30 بتوقيت عمان", "2026-02-05 06:30", True),
        ("Asia/Beirut", "5 شباط 2026 10:30 بتوقيت عمان", "2026-02-05 08:30", False),  # Amman or Oman
        ("Africa/Casablanca", "13 رمضان 1447", "2026-03-02 12:00", False),  # sights its own moon; Ramadan is on UTC
    ],
)
def test_clocks_of_outlets(zone, text, utc, sure):
    reading = read_date(text, ZoneInfo(zone))
    assert (reading.at, reading.sure) == (datetime.fromisoformat(utc).replace(tzinfo=UTC), sure)


PIECES = [
    *("5", "31", "12", "99", "2026", "1447", "0", "999999999999", "١٢", "5000", "-", ".", ":", "/", ",", "\u200f", "\x00", "\ud800"),
    *("آب", "أغسطس", "كانون", "الثاني", "رجب", "mar", "الثلاثاء", "هـ", "ص", "م", "الساعة", "10:30", "24:00", "25:61", "12.30"),
    *("قبل", "منذ", "ساعة", "ساعات", "ساعتين", "نصف", "واحدة", "أشهر", "سنة", "أمس", "اليوم", "ago", "h", "و", "في", "نشر", "تحديث"),
    *("+0300", "+9999", "GMT", "GMT+3", "AST", "t", "z", "بتوقيت", "القاهرة", "زحل", "Africa/Cairo", "2026-01-01", "1.2.3", "31/02/2026"),
]


def test_no_string_raises_and_what_is_no_date_is_nothing():
    pick = random.Random(26)
    for _ in range(20_000):
        text = pick.choice([" ", "", "/"]).join(pick.choices(PIECES, k=pick.randint(1, 8)))
        reading = read_date(text, AMMAN, pick.choice([NOW, None]))
        assert (reading.at is None) is (reading.origin == "none"), text
        assert not (reading.sure and reading.origin in ("none", "relative")), text


@pytest.mark.parametrize(
    "text", ["?" * 10**6, "1" * 10_000, "a" * 10_000, "1/" * 5_000, "منذ " * 70, "5 " * 140 + "آب", "\ufdfa" * 9_000, "1:1" * 99]
)
def test_hostile_texts_take_no_time(text):
    started = time.process_time()
    assert read_date(text, AMMAN, NOW).at is None
    assert time.process_time() - started < 0.5


def test_blank_templates_are_read():
    assert read_date("\n\t " * 2_000 + "5 آب 2024" + "\u00a0" * 2_000, AMMAN).at == datetime(2024, 8, 5, 9, tzinfo=UTC)


# --- public cases, where they are on the machine ---------------------------------------------------------------------


def _public(name):
    if not SUITE.is_dir():
        pytest.skip("the public suites are not on this machine")
    return json.loads((SUITE / name).read_text(encoding="utf-8"))


def test_every_month_name_of_ten_locales():
    for row in _public("month_forms.json"):
        is_hijri = row["calendar"] == "islamic"
        year = 1447 if is_hijri else 2026
        day = datetime(2026, 1 if is_hijri else row["month"], 21, 12, tzinfo=UTC)
        if is_hijri:
            hijri = Hijri(year, row["month"], 21).to_gregorian()
            day = day.replace(hijri.year, hijri.month, hijri.day)
        for text in (f"21 {row['name']} {year}", f"{row['name']} 21, {year}", f"{year} {row['name']} 21"):
            reading = read_date(text, GREENWICH)
            assert (reading.at, reading.sure) == (day, True), text


def test_public_hijri_cases():
    for case in _public("dateparser_cases.json"):
        if "dt_string" in case["kwargs"]:
            expected = case["kwargs"].get("dt_obj")
            day_only = expected and expected.endswith("T00:00:00")
            at = expected and datetime.fromisoformat(expected).replace(tzinfo=UTC) + timedelta(hours=12 if day_only else 0)
            assert read_date(case["kwargs"]["dt_string"], GREENWICH).at == at, case


def test_public_relative_cases():
    months = {"years": 12, "months": 1}
    for case in _public("dateparser_cases.json"):
        if "ago" in case["kwargs"]:
            ago = case["kwargs"]["ago"]
            back = sum(months.get(unit, 0) * count for unit, count in ago.items())
            year, month = divmod(NOW.year * 12 + NOW.month - 1 - back, 12)
            at = NOW.replace(year=year, month=month + 1) - timedelta(**{unit: count for unit, count in ago.items() if unit not in months})
            got = read_date(case["args"][0], GREENWICH, NOW).at
            assert got == (at.replace(hour=12) if case["args"][0] in ("اليوم", "يوم أمس") else at), case


def test_public_feed_dates():
    nothing = {"  ", "invalid", "Nov. 2020", "2023-05-29 00:00:00+15:00", "2023-05-29 00:00:00-13:00"}
    for text in _public("miniflux_feed_dates.json"):
        assert (read_date(text, GREENWICH).at is None) is (text in nothing), text
