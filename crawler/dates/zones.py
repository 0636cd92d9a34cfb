"""Names of time zones as outlets print them («بتوقيت القاهرة», AST, GMT+3) → an IANA name or an offset."""

from __future__ import annotations

from datetime import timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

UNSTATED, UNKNOWN = "", "?"
"""Zone values: the outlet's own is meant; one is named that we do not know."""

_SPELLINGS = {
    "UTC": "gmt|utc|ut|z|غرينتش|غرينيتش|جرينتش|جرينيتش|غرينتش العالمي|ت غ|تغ|التوقيت العالمي",
    "AST": "ast",
    "+0000": "wet",
    "+0100": "cet|west|bst|wat",
    "+0200": "eet|cest|cat|sast",
    "+0300": "eest|msk|trt|eat|ksa",
    "+0400": "gst",
    "+0500": "pkt",
    "-0400": "edt",
    "-0500": "est|cdt",
    "-0600": "cst|mdt",
    "-0700": "mst|pdt",
    "-0800": "pst",
}
ABBREVIATIONS = {name: zone for zone, names in _SPELLINGS.items() for name in names.split("|")}
"""Zones of RFC 822 and of the region. AST is Arabia here, and Atlantic only to an outlet of the Americas (`find_zone`)."""

_PLACES = {
    UNSTATED: "المحلي|المحلية",
    "UTC": "غرينتش|غرينيتش|جرينتش|جرينيتش|العالمي",
    "Africa/Algiers": "الجزائر",
    "Africa/Cairo": "القاهرة|مصر",
    "Africa/Casablanca": "الرباط|المغرب|الدار البيضاء",
    "Africa/Djibouti": "جيبوتي",
    "Africa/Khartoum": "الخرطوم|السودان",
    "Africa/Mogadishu": "مقديشو|الصومال",
    "Africa/Nouakchott": "نواكشوط|موريتانيا",
    "Africa/Tripoli": "طرابلس|ليبيا",
    "Africa/Tunis": "تونس",
    "America/New_York": "واشنطن|نيويورك|شرق الولايات المتحدة",
    "Asia/Aden": "صنعاء|عدن|اليمن",
    "Asia/Amman": "الأردن|عمان الأردن",
    "Asia/Baghdad": "بغداد|العراق",
    "Asia/Bahrain": "المنامة|البحرين",
    "Asia/Beirut": "بيروت|لبنان",
    "Asia/Damascus": "دمشق|سوريا|سورية",
    "Asia/Dubai": "الإمارات|دبي|أبوظبي|أبو ظبي",
    "Asia/Gaza": "غزة|فلسطين",
    "Asia/Jerusalem": "القدس|إسرائيل|تل أبيب",
    "Asia/Kuwait": "الكويت",
    "Asia/Muscat": "مسقط|سلطنة عمان",
    "Asia/Qatar": "الدوحة|قطر",
    "Asia/Riyadh": "مكة|مكة المكرمة|السعودية|الرياض|المملكة",
    "Asia/Tehran": "طهران|إيران",
    "Europe/Berlin": "برلين|ألمانيا",
    "Europe/Istanbul": "إسطنبول|أنقرة|تركيا",
    "Europe/Kyiv": "كييف|أوكرانيا",
    "Europe/London": "لندن|بريطانيا",
    "Europe/Moscow": "موسكو|روسيا",
    "Europe/Paris": "باريس|فرنسا",
}
AMMAN_OR_MUSCAT = "عمان"
"""Amman and Oman are one word without vowel marks, and an hour apart."""
_AMMAN_AND_MUSCAT = ("Asia/Amman", "Asia/Muscat")


PLACES = {name: zone for zone, names in _PLACES.items() for name in names.split("|")}
"""What may follow «بتوقيت», as printed → IANA name, or UNSTATED."""


@cache
def iana_names() -> dict[str, str]:
    """Every IANA name by its lower-case form."""
    return {name.lower(): name for name in available_timezones()}


def find_zone(stated: str, own: ZoneInfo) -> tuple[tzinfo, str, bool]:
    """The stated zone, its name to show, and whether that is certain; the outlet's own where nothing usable is stated."""
    if stated == UNSTATED:
        return own, own.key, True
    if stated == AMMAN_OR_MUSCAT:
        return own, own.key, own.key in _AMMAN_AND_MUSCAT
    if stated == "AST":
        stated = "-0400" if own.key.startswith(("America/", "Atlantic/")) else "+0300"
    if stated[0] in "+-":
        return _offset(stated)
    return (own, own.key, False) if stated == UNKNOWN else (ZoneInfo(stated), stated, True)


def is_offset(text: str) -> bool:
    """±hhmm as far as the earth has it: UTC-12 to UTC+14."""
    minutes = _minutes(text)
    return -720 <= minutes <= 840 and int(text[3:]) < 60


def _offset(text: str) -> tuple[tzinfo, str, bool]:
    return timezone(timedelta(minutes=_minutes(text))), f"UTC{text[:3]}:{text[3:]}", True


def _minutes(text: str) -> int:
    size = int(text[1:3]) * 60 + int(text[3:])
    return -size if text[0] == "-" else size
