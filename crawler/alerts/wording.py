"""A language in, our own words of alerts out: Arabic with its number agreement, and English."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Every phrase of ours that an alert can hold. Callables take what varies; what they return is our text only."""

    language: str
    direction: str
    new: str
    updated: str
    digest: Callable[[int], str]
    """How many stories."""
    test: str
    test_text: str
    undated: str
    seen: Callable[[str], str]
    """A time, as `moment` writes it."""
    why: str
    others: Callable[[int], str]
    """How many other outlets carry the story."""
    first: str
    read: str
    story: str
    stops: Callable[[str, str], str]
    """The watch's name, and the key that stops it, both made ready to stand in the sentence."""
    brand: str
    comma: str
    months: tuple[str, ...]
    days: tuple[str, ...]
    """From Monday."""

    def moment(self, at: datetime) -> str:
        """A local time with its offset: «الأربعاء 28 يناير 2026، 14:20 (UTC+3)»; directions are the caller's."""
        minutes = int((at.utcoffset() or at - at).total_seconds()) // 60
        hours, rest = divmod(abs(minutes), 60)
        offset = f"UTC{'-' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}" if minutes else "UTC"
        return f"{self.days[at.weekday()]} {at.day} {self.months[at.month - 1]} {at.year}{self.comma} {at:%H:%M} ({offset})"


def _arabic_count(number: int, one: str, two: str, few: str, many: str, other: str) -> str:
    """Number and noun in agreement, by the plural rules of CLDR (3 منافذ, 11 منفذًا, 100 منفذ)."""
    if number in (1, 2):
        return one if number == 1 else two
    rest = number % 100
    return f"{number} {few if 3 <= rest <= 10 else many if rest >= 11 else other}"


ARABIC = Wording(
    language="ar",
    direction="rtl",
    new="خبر جديد",
    updated="مستجدات في خبر سابق",
    digest=lambda count: _arabic_count(count, "خبر واحد", "خبران", "أخبار", "خبرًا", "خبر"),
    test="رسالة تجريبية",
    test_text="وصلت هذه الرسالة، فالقناة تعمل. التنبيهات الحقيقية ستأتي من هذا العنوان نفسه.",
    undated="بلا تاريخ",
    seen=lambda moment: f"رُصد {moment}",
    why="لماذا وصلك هذا",
    others=lambda count: _arabic_count(
        count, "نشره أيضًا منفذ آخر", "نشره أيضًا منفذان آخران", "منافذ أخرى نشرته أيضًا", "منفذًا آخر نشره أيضًا", "منفذ آخر نشره أيضًا"
    ),
    first="أول من نشره",
    read="اقرأ الخبر",
    story="الخبر في مرصد",
    stops=lambda watch, key: f"لإيقاف تنبيهات {watch} اكتب {key} تحت اسمها في ملف الرصد.",
    brand="مرصد",
    comma="،",
    months=("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"),
    days=("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
)

ENGLISH = Wording(
    language="en",
    direction="ltr",
    new="New story",
    updated="New facts in a known story",
    digest=lambda count: "1 story" if count == 1 else f"{count} stories",
    test="Test message",
    test_text="This message arrived, so the channel works. Real alerts will come from this same address.",
    undated="undated",
    seen=lambda moment: f"seen {moment}",
    why="Why you get this",
    others=lambda count: "Also carried by 1 other outlet" if count == 1 else f"Also carried by {count} other outlets",
    first="First to report",
    read="Read the article",
    story="The story in Marsad",
    stops=lambda watch, key: f"To stop alerts of {watch}, write {key} under its name in the watch file.",
    brand="Marsad",
    comma=",",
    months=("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
    days=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
)

WORDINGS = {"ar": ARABIC, "en": ENGLISH}
"""By ALERT_LANGUAGE."""
