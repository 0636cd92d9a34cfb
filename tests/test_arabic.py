"""Folding, tokens and the clitic grammar: tables of cases, and properties over seeded random texts."""

from __future__ import annotations

import random
import unicodedata

import pytest

from crawler.arabic import fold, fold_text, spell, tokens
from crawler.arabic.clitics import readings, stems
from crawler.arabic.folding import _fold_odd, _spell_odd
from crawler.arabic.forms import find_forms, is_form, surface_forms, word
from crawler.arabic.screen import Screen
from crawler.arabic.words import JOINED, PARAGRAPH, SENTENCE, LazyTokens, paragraphs, raw_words

PROSE = "أعلن الوزير أنّ الضمانات الأمنية، كما قال لـ«المصباح»، ستُعرض على مجلس النواب في 14 آب.\n\nوقال: «لا هدنة من دون ضماناتٍ مكتوبة»."


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("أُوكرانيا", "اوكرانيا"),
        ("ا\u0654وكرانيا", "اوكرانيا"),
        ("ﺍﻟﻨﺎﺗﻮ", "الناتو"),
        ("حزب ﷲ", "حزب الله"),
        ("أمنیة", "امنيه"),
        ("النــاتــو", "الناتو"),
        ("لاڤروڤ", "لافروف"),
        ("مسؤول", "مسءول"),
        ("مسئول", "مسءول"),
        ("مستشفى", "مستشفي"),
        ("\u200fالضمانات\u200e", "الضمانات"),
        ("٢٠٢٥ و۲۰۲۵ و２０", "2025 و2025 و20"),
        ("ＮＡＴＯ Zélensky", "nato zelensky"),
        ("مؤتمر NATO", "مءتمر nato"),
        ("ﷺ", ""),
        ("\ufe76ا", "ا"),
    ],
)
def test_writers_variants_fold_to_one_form(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(fold(text)) == folded


def test_spelling_keeps_what_tells_words_apart() -> None:
    assert spell("إعْلام") == "إعلام"
    assert spell("أمنیّة") == "أمنية"
    assert len(spell("المستشفى الأوّل")) == len(fold("المستشفى الأوّل"))


@pytest.mark.parametrize("text", [PROSE, "آراءٌ وأفئدةٌ وإيمانٌ ومؤمنون", "Zélensky é"])
def test_composition_does_not_matter(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("حلف (شمال الأطلسي)", ["حلف", "شمال", "الأطلسي"]),
        ("كوفيد-19", ["كوفيد", "19"]),
        ("#سد_النهضة", ["سد", "النهضة"]),
        ("جنود &quot;الناتو&quot; quot;هنا", ["جنود", "الناتو", "هنا"]),
        ("‏الضمانات‏ الأمنية", ["الضمانات", "الأمنية"]),
        ("ضمانات\u200cأمنية", ["ضمانات", "أمنية"]),
        ("الـ75 دولة", ["75", "دولة"]),
        ("مستقبل الـ\"ناتو\"", ["مستقبل", "ناتو"]),
        ("و ـ 5", ["و", "5"]),
        ("", []),
        ("؟!…", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert [token.text for token in tokens(text)] == words


def test_clitics_that_stand_apart_stay_with_their_word() -> None:
    assert [(token.text, token.apart) for token in tokens("قال لـ\"حزب الله\" ووفد و(الناتو)")] == [
        ("قال", ""), ("حزب", "ل"), ("الله", ""), ("ووفد", ""), ("الناتو", "و"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("between", "gap"),
    [
        (" ", JOINED),
        ("\n", JOINED),
        (" «", JOINED),
        ("_", JOINED),
        (" – ", JOINED),
        ("\u00a0", JOINED),
        ("&nbsp;", JOINED),
        (".", JOINED),
        (". ", SENTENCE), ("، ", SENTENCE), (": ", SENTENCE), ("…", SENTENCE), (" • ", SENTENCE), ("&hellip;", SENTENCE), (" .", SENTENCE),
        ("\n\n", PARAGRAPH), ("\r\n\r\n", PARAGRAPH), (".\n \n", PARAGRAPH), ("\u2029", PARAGRAPH),
    ],
)  # fmt: skip
def test_what_ends_a_phrase(between: str, gap: int) -> None:
    assert tokens(f"ضمانات{between}أمنية")[1].gap == gap


def test_paragraphs_cover_the_text() -> None:
    assert [PROSE[start:end][:5] for start, end in paragraphs(PROSE)] == ["أعلن ", "وقال:"]


def test_index_text_has_both_readings_of_a_zero_width_separator() -> None:
    assert fold_text("لـ«الناتو» بيـان\u200cات") == "ل الناتو بيان ات بيانات"


@pytest.mark.parametrize(
    "text",
    [
        *(PROSE, PROSE.replace("ا", "اً"), "لـ«الناتو» و الـ75 لNATO وe-mail٢٠٢٤", "«و» أو _ب_ 10أيام x9", "", " \n\n", "و"),
        *("الـ&quot;ناتو&quot; &amp;nbsp;quot;قمة", "ﻻ ﷲ ﷺ ½ ǅ ﾞ \ufcf2 م\ufcf2", "e\u0301 Naïve\u00adté ܐܒ ހަ 漢字"),
    ],
)
def test_index_text_is_the_folded_tokens_whichever_way_it_is_made(text: str) -> None:
    for given in (text, *(_disturb(text, random.Random(seed)) for seed in range(20))):
        assert fold_text(given) == " ".join(part for token in tokens(given) for part in (token.apart, token.folded) if part)


def test_a_mark_that_is_presented_as_a_letter_is_no_word() -> None:
    assert [reading for token in tokens("\ufcf2") for reading in readings(token)] == []
    assert [reading for token in tokens("\ufcf2") for reading in stems(token, {"ناتو"}, {4})] == []


@pytest.mark.parametrize(
    ("sought", "text", "found"),
    [
        # clitics
        ("ضمانات", "وبالضمانات", True), ("ضمانات", "فللضمانات", True), ("لجنة", "للجنة", True), ("جنة", "للجنة", False),
        ("عقوبات", "بعقوباته", True),
        ("عملة", "عملتها", True),
        ("عملة", "عملها", False),
        ("مستشفى", "مستشفاهم", True),
        ("ذكاء", "بذكائها", True),
        ("مواطنين", "مواطنوه", True),
        ("الحوثيين", "والحوثيون", True),
        ("سجون", "سجين", False),
        ("قانون", "قانونها", True),
        ("قانون", "قانين", False),
        # the article is written with a bare alef, and only it
        ("علام", "إعلام", False), ("إلكترونية", "الإلكترونية", True), ("ألمانيا", "لألمانيا", True), ("المانيا", "ألمانيا", True),
        ("برلماني", "للبرلماني", True), ("حرب", "الحربه", False),
        # spelling
        ("إعلام", "للأعلام", False), ("إعلام", "اعلام", True), ("أمن", "آمن", False), ("عملة", "عمله", False), ("عملة", "العمله", True),
        ("هدنة", "هدنه", True), ("كتابه", "كتابة", False), ("حرب", "حربة", False), ("حرب", "حربي", False),
        # tanwin
        ("برلمان", "برلماناً", True),
        ("برلمان", "لبرلماناً", False),
        ("غذائي", "غذائيا", False),
        ("غذائي", "غذائياً", True),
        ("عقوبات", "عقوباتا", False),
        # short words
        ("حرب", "كحرب", False), ("ورقة", "ورقة", True), ("رقة", "ورقة", False), ("بنان", "لبنان", False),
    ],
)  # fmt: skip
def test_forms_of_a_word(sought: str, text: str, found: bool) -> None:
    assert _is_found(sought, text) is found


@pytest.mark.parametrize(
    ("sought", "text", "found"),
    [
        ("الناتو", "وناتو", True), ("غزة", "الغزة", False), ("غزة", "كغزة", True), ("غزة", "غزه", True), ("غزة", "لغزه", False),
        ("الرقة", "للرقة", True), ("الرقة", "برقة", False), ("قطر", "قطرها", False), ("قطر", "ولقطر", True), ("أفريقيا", "بإفريقيا", True),
        ("علي", "على", False), ("علي", "علي", True), ("لافروف", "لافروفا", False),
    ],
)  # fmt: skip
def test_forms_of_a_name(sought: str, text: str, found: bool) -> None:
    assert _is_found(sought, text, is_name=True) is found


@pytest.mark.parametrize("sought", ["ضمانات", "لجنة", "مستشفى", "مواطنون", "الحوثيين", "إلكترونية", "أمن", "NATO"])
def test_every_surface_form_shown_is_found(sought: str) -> None:
    forms = surface_forms(word(sought))
    assert forms
    assert all(_is_found(sought, form) for form in forms)


@pytest.mark.parametrize("seed", range(20))
def test_the_screen_stops_no_word_that_can_be_read_with_a_base(seed: int) -> None:
    chance = random.Random(seed)
    heads = ("", "و", "ف", "ب", "ال", "وال", "لل", "فبال", "ولل", "أل")
    ends = ("", "ه", "ها", "هما", "ين", "ون", "ته", "ات", "اً", "ي", "يه", "وه")
    for _ in range(300):
        stem = "".join(chance.choices("لبوفكاينهتةىء", k=chance.randint(0, 4)))
        for token in tokens(chance.choice(heads) + stem + chance.choice(ends)):
            start = fold(stem)[:2]
            bases = [reading.base for reading in (*readings(token), *stems(token, {start}, {len(start)}))]
            assert all(Screen([base]).lets_pass(token.folded) for base in bases), (token, bases)
    assert not Screen(["ناتو", "ضمانات"]).lets_pass("والبرلمان")


def test_lazy_tokens_are_the_same_tokens() -> None:
    assert list(LazyTokens(PROSE[:40], 0, 40)) == tokens(PROSE[:40])


@pytest.mark.parametrize("seed", range(200))
def test_offsets_slice_the_original_and_noise_changes_no_word(seed: int) -> None:
    chance = random.Random(seed)
    noisy = _disturb(PROSE, chance)
    for token in tokens(noisy):
        assert noisy[token.start : token.end] == token.text
        assert fold(token.text) == token.folded
    assert [(token.folded, token.apart) for token in tokens(noisy)] == [(token.folded, token.apart) for token in tokens(PROSE)]
    assert set(raw_words(noisy)) >= {token.text for token in tokens(noisy)}


def _is_found(sought: str, text: str, is_name: bool = False) -> bool:
    wanted = word(sought, is_name=is_name)
    return any(is_form(wanted, reading, alone=True) for token in tokens(text) for reading in find_forms(wanted, token))


def _disturb(text: str, chance: random.Random) -> str:
    """Harakat, tatweel and bidi marks after Arabic letters, as careless and careful writers put them."""
    noise = "\u064b\u064e\u064f\u0650\u0651\u0652\u0640\u200e\u200f\u202b\u2067"
    inside = {at for token in tokens(text) if token.is_arabic for at in range(token.start, token.end - 1)}
    return "".join(letter + (chance.choice(noise) if at in inside and chance.random() < 0.3 else "") for at, letter in enumerate(text))


def test_the_short_way_folds_like_the_long_one() -> None:
    letters = [chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000]
    for text in (*letters, *(f"أ{letter}ة" for letter in letters), "قال «إن» – والأمن", "“ئ” — ؤ"):
        assert (fold(text), spell(text)) == (_fold_odd(text), _spell_odd(text)), ascii(text)
