"""A wall-clock time comes in, the date as a newspaper of that country prints it goes out."""

from __future__ import annotations

from datetime import datetime

LEVANTINE = ("كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول")
STANDARD = ("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر")
ALGERIAN = ("جانفي", "فيفري", "مارس", "أفريل", "ماي", "جوان", "جويلية", "أوت", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر")
MOROCCAN = ("يناير", "فبراير", "مارس", "أبريل", "ماي", "يونيو", "يوليوز", "غشت", "شتنبر", "أكتوبر", "نونبر", "دجنبر")
WEEKDAYS = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
_ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def long_date(at: datetime, months: tuple[str, ...]) -> str:
    """«23 تشرين الثاني 2025 - 14:05»."""
    return f"{at.day} {months[at.month - 1]} {at.year} - {at:%H:%M}"


def egyptian_date(at: datetime) -> str:
    """«الثلاثاء 19/أغسطس/2025 - 03:07 م», twelve hours."""
    return f"{WEEKDAYS[at.weekday()]} {at.day:02}/{STANDARD[at.month - 1]}/{at.year} - {at:%I:%M} {'ص' if at.hour < 12 else 'م'}"


def gulf_date(at: datetime) -> str:
    """«٢٣ نوفمبر ٢٠٢٥ ٠٢:٠٥ م», Arabic-Indic digits, twelve hours."""
    return f"{at.day} {STANDARD[at.month - 1]} {at.year} {at:%I:%M} {'ص' if at.hour < 12 else 'م'}".translate(_ARABIC_INDIC)


def masthead_date(at: datetime) -> str:
    """«الأربعاء, يناير 28, 2026»: the order of the JNews theme's top bar."""
    return f"{WEEKDAYS[at.weekday()]}, {STANDARD[at.month - 1]} {at.day}, {at.year}"


def jnews_date(at: datetime) -> str:
    """«22 ديسمبر، 2021»: the order of the JNews theme under a headline."""
    return f"{at.day} {STANDARD[at.month - 1]}، {at.year}"
