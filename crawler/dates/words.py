"""The vocabulary of printed dates: a folded word, or a few of them, → its kind (one letter) and value.

Kinds, over which the patterns of `written` and `relative` are spelled:
m Gregorian month · j Hijri month · w weekday (0 = Monday) · a part of the day · e «م», afternoon or of the common era · h of the Hijra ·
g of the common era · c «الساعة» · z zone · P published · U updated · f filler · A ago, before the amount · O ago, after it · S one of a
unit · B two of it · L several · 1 «واحدة» · q a number in words · H a part of one · T a day counted back from today · v just now ·
F to come · x none of these. `scan` adds n one or two digits · y four · N other numbers · d numeric date · t time · k «12.30».

Month names are those of Unicode CLDR for its ten Arabic locales with the spellings that outlets print, and what English, French,
Italian, German and Spanish programs write into the feeds of Arabic outlets.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from crawler.dates.zones import ABBREVIATIONS, AMMAN_OR_MUSCAT, PLACES

Value = int | float | str | None

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ALIKE = str.maketrans("ىیېٱکھہۃة‐‑‒–—−٫⁄", "يييا" + "ك" + "هههه" + "------" + "./")


def fold(text: str) -> str:
    """One spelling for what reads alike: no marks, tatweel or direction marks, ASCII digits, bare letters, single blanks, lower case."""
    if text.isascii():
        return " ".join(_CONTROL.sub(" ", text).lower().split())
    kept = []
    for letter in unicodedata.normalize("NFKD", text):
        category = unicodedata.category(letter)
        if category == "Nd":
            kept.append(str(unicodedata.decimal(letter)))
        elif category in ("Cc", "Zs", "Zl", "Zp"):
            kept.append(" ")
        elif category not in ("Mn", "Cf", "Cs") and letter != "ـ":
            kept.append(letter)
    return " ".join("".join(kept).translate(_ALIKE).lower().split())


_MONTHS = {
    1: "يناير|جانفي|كانون الثاني|كانون ثاني|كانون ثان|كانون 2|ك 2|january|jan|janvier|janv|gennaio|gen|januar|enero|ene",
    2: "فبراير|فيفري|شباط|february|feb|fevrier|fevr|fev|febbraio|februar|febrero",
    3: "مارس|آذار|اذار|march|mars|marzo|mrz|marz",
    4: "أبريل|إبريل|أفريل|نيسان|april|apr|avril|avr|aprile|abril|abr",
    5: "مايو|ماي|أيار|آيار|may|mai|maggio|mag|mayo",
    6: "يونيو|يونية|يونيه|جوان|حزيران|june|jun|juin|giugno|giu|juni|junio",
    7: "يوليو|يولية|يوليه|يوليوز|جويلية|جويليه|تموز|july|jul|juillet|juil|luglio|lug|juli|julio",
    8: "أغسطس|أغشت|غشت|أوت|آب|august|aug|aout|agosto",
    9: "سبتمبر|سبتنبر|شتنبر|شتمبر|أيلول|september|sept|sep|septembre|settembre|septiembre",
    10: "أكتوبر|أكتبر|اكتوبر|تشرين الأول|تشرين أول|تشرين 1|ت 1|october|oct|octobre|ottobre|ott|oktober|okt|octubre",
    11: "نوفمبر|نوڤمبر|نونبر|تشرين الثاني|تشرين ثاني|تشرين ثان|تشرين 2|ت 2|november|nov|novembre|noviembre",
    12: "ديسمبر|دسمبر|دجنبر|دجمبر|كانون الأول|كانون أول|كانون 1|ك 1|december|dec|decembre|dicembre|dic|dezember|dez|diciembre",
}
_HIJRI_MONTHS = {
    1: "محرم|المحرم|محرم الحرام",
    2: "صفر|صفر الخير",
    3: "ربيع الأول|ربيع أول|ربيع الأولى|ربيع 1",
    4: "ربيع الآخر|ربيع الآخرة|ربيع آخر|ربيع الثاني|ربيع ثاني|ربيع ثان|ربيع 2",
    5: "جمادى الأولى|جمادى الأول|جمادى أولى|جماد الأول|جماد أول|جمادى 1",
    6: "جمادى الآخرة|جمادى الآخر|جمادى الثانية|جمادى الثاني|جمادى ثانية|جمادى آخرة|جماد الآخر|جماد الثاني|جماد ثاني|جمادى 2",
    7: "رجب|رجب الفرد",
    8: "شعبان",
    9: "رمضان|رمضان المبارك",
    10: "شوال",
    11: "ذو القعدة|ذي القعدة|ذوالقعدة|ذيالقعدة|ذا القعدة",
    12: "ذو الحجة|ذي الحجة|ذوالحجة|ذيالحجة|ذا الحجة",
}
_WEEKDAYS = {
    0: "الاثنين|الإثنين|الأثنين|اثنين|monday|mon|lundi|lun|lunedi|montag|mo",
    1: "الثلاثاء|الثلاثا|ثلاثاء|tuesday|tue|tues|mardi|martedi|dienstag|di",
    2: "الأربعاء|الاربعا|أربعاء|wednesday|wed|mercredi|mer|mercoledi|mittwoch|mi",
    3: "الخميس|خميس|thursday|thu|thur|thurs|jeudi|jeu|giovedi|gio|donnerstag|do",
    4: "الجمعة|جمعة|friday|fri|vendredi|ven|venerdi|freitag|fr",
    5: "السبت|سبت|saturday|sat|samedi|sam|sabato|sab|samstag|sa",
    6: "الأحد|أحد|sunday|sun|dimanche|dim|domenica|dom|sonntag|so",
}
_PARTS = {
    "am": "ص|صباحا|صباح|صباحًا|فجرا|قبل الظهر|بعد منتصف الليل|am|a.m",
    "pm": "مساء|مساءا|مساءً|عصرا|بعد الظهر|بعد ظهر|pm|p.m",
    "noon": "ظهرا|الظهر",
    "night": "ليلا|ليل",
}
_UNITS = {  # the unit's length in seconds, for months and years in months below zero → forms of one, of two, of several
    1: ("ثانية|ث|second|sec", "ثانيتين|ثانيتان", "ثواني|ثوان|ثوانٍ|seconds|secs"),
    60: ("دقيقة|د|minute|min", "دقيقتين|دقيقتان", "دقائق|minutes|mins"),
    3600: ("ساعة|س|hour|hr|h", "ساعتين|ساعتان", "ساعات|hours|hrs"),
    86400: ("يوم|يوما|ي|day", "يومين|يومان", "أيام|days"),
    604800: ("أسبوع|أسبوعا|week", "أسبوعين|أسبوعان", "أسابيع|weeks"),
    -1: ("شهر|شهرا|month", "شهرين|شهران", "أشهر|شهور|months"),
    -12: ("سنة|السنة|عام|عاما|year", "سنتين|سنتان|عامين|عامان", "سنوات|سنين|أعوام|years"),
}
_NUMBERS = {
    3: "ثلاث|ثلاثة", 4: "أربع|أربعة", 5: "خمس|خمسة", 6: "ست|ستة", 7: "سبع|سبعة", 8: "ثمان|ثماني|ثمانية", 9: "تسع|تسعة", 10: "عشر|عشرة",
    11: "أحد عشر|إحدى عشرة", 12: "اثني عشر|اثنا عشر|اثنتي عشرة|اثنتا عشرة", 13: "ثلاثة عشر|ثلاث عشرة", 14: "أربعة عشر|أربع عشرة",
    15: "خمسة عشر|خمس عشرة", 20: "عشرين|عشرون", 30: "ثلاثين|ثلاثون", 40: "أربعين|أربعون", 45: "خمس وأربعين|خمسة وأربعين", 50: "خمسين|خمسون",
}  # fmt: skip
_DAYS_BACK = {
    0: "اليوم|هذا اليوم|نهار اليوم|today",
    1: "أمس|يوم أمس|بالأمس|الأمس|البارحة|مبارح|اليوم السابق|yesterday",
    2: "أول أمس|أول من أمس|أمس الأول|قبل أمس",
}
_ONE_KIND = {
    "h": "ه|هجري|هجرية|هجريا",
    "g": "ميلادي|ميلادية|ميلاديا",
    "e": "م",
    "c": "الساعة|ساعه النشر|تمام الساعة|عند الساعة",
    "P": "نشر|النشر|نشرت|نشره|نشرها|منشور|تنشر|الإنشاء|إنشاء|أضيف|أضيفت|الإضافة|published|posted|created|publie",
    "U": "تحديث|التحديث|حدث|حدثت|تعديل|التعديل|عدل|updated|update|modified|edited",
    "A": "قبل|منذ|مضى|مضت|من قبل",
    "O": "ago|خلت",
    "v": "الآن|قبل قليل|منذ قليل|قبل لحظات|منذ لحظات|للتو|قبل ثوان|منذ ثوان|قبل ثواني|منذ ثواني|just now|now",
    "F": "غدا|الغد|بكرا|بعد|خلال|tomorrow|in",
    "1": "واحد|واحدة",
    "f": "في|من|بتاريخ|تاريخ|يوم الموافق|الموافق|موافق|الموافقة|و|تم|آخر|أخر|لعام|لسنة|العام|سنه النشر|الشهر|شهر يوم|التوقيت|"
    "من الآن|حوالي|نحو|تقريبا|أقل من|المباركة|على|عند|of|at|on|the|de|le|du|la|a|um|uhr|t|last|date|time|by|and|coordinated universal time",
}


def _vocabulary() -> Iterator[tuple[str, tuple[str, Value]]]:
    for kind, table in (("m", _MONTHS), ("j", _HIJRI_MONTHS), ("w", _WEEKDAYS), ("a", _PARTS), ("q", _NUMBERS), ("T", _DAYS_BACK)):
        for value, forms in table.items():
            for form in forms.split("|"):
                yield form, (kind, value)
    for unit, forms_by_number in _UNITS.items():
        for kind, forms in zip("SBL", forms_by_number, strict=True):
            for form in forms.split("|"):
                yield form, (kind, unit)
    for part, form in ((0.5, "نصف"), (0.25, "ربع"), (1 / 3, "ثلث")):
        yield form, ("H", part)
    for kind, forms in _ONE_KIND.items():
        for form in forms.split("|"):
            yield form, (kind, None)
    for form, zone in ABBREVIATIONS.items():
        yield form, ("z", zone)
    for place, zone in {**PLACES, AMMAN_OR_MUSCAT: AMMAN_OR_MUSCAT}.items():
        for before in ("بتوقيت", "توقيت", "حسب توقيت"):
            yield f"{before} {place}", ("z", zone)


WORDS: dict[str, tuple[str, Value]] = {fold(form): meaning for form, meaning in _vocabulary()}
"""Folded word or words → kind and value."""

NAMES_A_ZONE = {"بتوقيت", "توقيت"}
"""Words after which a zone is named, even if we do not know the name."""

LONGEST_FORM = max(len(form.split()) for form in WORDS)
"""Words in the longest form."""

TUESDAY_OR_MARCH = "mar"
"""March in English, Tuesday («mar.») in French."""
