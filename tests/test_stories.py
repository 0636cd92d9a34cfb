# ruff: noqa: E501 - a paragraph of an article stands on one line
"""Copies, edits, reports, updates and other stories are told apart, whatever was done to the text and whoever remembers it."""

from __future__ import annotations

import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.items import Article, Judgement
from crawler.store.story_index import StoryIndex
from crawler.stories import fingerprint, judge

START = datetime(2026, 3, 2, 6, tzinfo=UTC)

TITLE = "وزراء النقل العرب يقرّون خطة لربط الموانئ بخط سكة حديد"
BODY = """أقرّ وزراء النقل العرب في ختام اجتماعهم بمدينة العقبة خطة لربط ستة موانئ رئيسية بخط سكة حديد مشترك، على أن يبدأ تنفيذ المرحلة الأولى مطلع العام المقبل بتمويل من صندوق تنموي إقليمي.

وقال الأمين العام للمجلس، المهندس سامر الحديدي، إن الخطة ستخفض كلفة نقل الحاويات بنحو الثلث، وتختصر مدة الرحلة بين البحر الأحمر والخليج من تسعة أيام إلى ثلاثة، مشيراً إلى أن الدراسات الفنية اكتملت قبل شهرين.

وأضاف الحديدي في مؤتمر صحفي أعقب الجلسة الختامية أن أربع شركات عالمية أبدت رغبتها في المشاركة، وأن المناقصات ستطرح على مراحل تراعي أولوية المناطق التي لا تصلها الطرق السريعة.

في المقابل، أبدى خبراء في اقتصاد النقل تحفظهم على الجدول الزمني المعلن، ورأوا أن توحيد مواصفات العربات وأنظمة الإشارات بين الدول المشاركة قد يستغرق وقتاً أطول مما تفترضه الخطة.

ومن المقرر أن يعقد المجلس اجتماعاً استثنائياً في الدوحة خلال الصيف لمراجعة ما أنجز، على أن ترفع كل دولة تقريراً مفصلاً عن استعداد موانئها قبل نهاية شهر يونيو."""

OTHER_TITLE = "فريق أثري يكشف عن معصرة زيتون بيزنطية قرب مادبا"
OTHER_BODY = """كشف فريق من علماء الآثار عن معصرة زيتون تعود إلى العصر البيزنطي في تلة تطل على مدينة مادبا، وعثر داخلها على جرار فخارية وأرضية من الفسيفساء الملونة ما زالت بحالة جيدة.

وقالت رئيسة البعثة إن المعصرة كانت جزءاً من مزرعة واسعة تزود الأديرة المجاورة بالزيت، وإن النقوش التي قرئت على حجر المدخل تحمل اسم صاحبها وتاريخ بنائها.

وتعتزم دائرة الآثار ترميم الموقع وفتحه للزوار في الربيع، بالتعاون مع جامعة محلية تولت توثيق المكتشفات بالتصوير الثلاثي الأبعاد."""

REPORT_TITLE = "العقبة: الوزراء العرب يتفقون على سكة حديد تربط الموانئ"
REPORT_BODY = """اتفق وزراء النقل العرب الاثنين في العقبة على مشروع سكة حديد يربط ستة موانئ عربية رئيسية، في خطة طال انتظارها لخفض كلفة نقل الحاويات بين البحر الأحمر والخليج.

ووصف مشاركون الاتفاق بأنه خطوة عملية بعد سنوات من المشاورات، فيما ينتظر أن يمول صندوق تنموي إقليمي المرحلة الأولى التي تنطلق بداية العام المقبل."""

Text = tuple[str, str]


def article(title: str, body: str, outlet: str = "almisbah") -> Article:
    return Article(outlet=outlet, url="", key="", title=title, body=body)


def remember(index: StoryIndex, number: int, text: Article, at: datetime) -> Judgement:
    print_ = fingerprint(text)
    judgement = judge(print_, at, index)
    index.add(number, judgement.story_id or number, print_, at)
    return judgement


def new_index(connection: sqlite3.Connection | None = None) -> StoryIndex:
    connection = connection or sqlite3.connect(":memory:", isolation_level=None)
    StoryIndex.create(connection)
    return StoryIndex(connection)


def group(*texts: tuple[float, str, str, str]) -> list[Judgement]:
    """Judge (hours, outlet, title, body) one after the other."""
    index = new_index()
    return [
        remember(index, number, article(title, body, outlet), START + timedelta(hours=hours))
        for number, (hours, outlet, title, body) in enumerate(texts, 1)
    ]


def after_the_original(title: str, body: str, outlet: str = "annida", hours: float = 3) -> Judgement:
    return group((0, "almisbah", TITLE, BODY), (1, "alufuq", OTHER_TITLE, OTHER_BODY), (hours, outlet, title, body))[-1]


PARAGRAPHS = BODY.split("\n\n")
SPELLED_OTHERWISE = str.maketrans({"أ": "ا", "إ": "ا", "ة": "ه", "ى": "ي"})


def with_noise(text: str) -> str:
    """Tatweel, tanwin, a reversed and an unbalanced quote, as archive mirrors leave them."""
    return text.replace("وزراء النقل", "”وزراء النقـــل“").replace("خطة", "خطّةً").replace("وقال", '"وقال')


COPIES: dict[str, Text] = {
    "word for word": (TITLE, BODY),
    "dateline and agency added": (TITLE, "العقبة - وكالات – " + BODY),
    "byline added": (TITLE, "كتب: ليث العمري\n\n" + BODY),
    "other dateline": (TITLE, "عمّان (بترا) - " + BODY),
    "hamza, ya and ta marbuta": (TITLE.translate(SPELLED_OTHERWISE), BODY.translate(SPELLED_OTHERWISE)),
    "quotes, tatweel, tanwin": (with_noise(TITLE), with_noise(BODY)),
    "flattened into one paragraph": (TITLE, BODY.replace("\n\n", " ")),
}
EDITS: dict[str, Text] = {
    "title replaced": ("قطار واحد يجمع ستة موانئ عربية", BODY),
    "names and words spelled otherwise": (TITLE, BODY.replace("الحديدي", "حديدي").replace("كلفة", "تكلفة").replace("ميناء", "مينا").replace("شهر ", "")),
    "last half dropped": (TITLE, "\n\n".join(PARAGRAPHS[:2])),
    "first 40 words": (TITLE, " ".join(BODY.split()[:40])),
    "reordered after the lead": (TITLE, "\n\n".join([PARAGRAPHS[0], PARAGRAPHS[1], PARAGRAPHS[4], PARAGRAPHS[2], PARAGRAPHS[3]])),
    "first paragraph dropped, title replaced": ("الحديدي: كلفة نقل الحاويات تنخفض بنحو الثلث", "\n\n".join(PARAGRAPHS[1:])),
    "another story appended": (TITLE, BODY + "\n\n" + OTHER_BODY),
    "one word in seven replaced": (
        TITLE,
        " ".join("بديل" + str(place) if place % 7 == 6 else word for place, word in enumerate(BODY.split())),
    ),
    "flattened under another title": ("قطار واحد يجمع ستة موانئ عربية", BODY.replace("\n\n", " ")),
}


@pytest.mark.parametrize(("title", "body"), COPIES.values(), ids=COPIES)
def test_what_typing_and_layout_change_is_still_a_copy(title: str, body: str) -> None:
    judgement = after_the_original(title, body)
    assert (judgement.relation, judgement.of_id, judgement.story_id) == ("copy", 1, 1), judgement.why


@pytest.mark.parametrize(("title", "body"), EDITS.values(), ids=EDITS)
def test_a_reworked_text_is_an_edit_of_the_original(title: str, body: str) -> None:
    judgement = after_the_original(title, body)
    assert (judgement.relation, judgement.of_id, judgement.story_id) == ("edit", 1, 1), judgement.why


def test_why_says_how_much_of_text_and_lead() -> None:
    assert after_the_original(TITLE, BODY).why == "100% of the text and 100% of the lead are the earlier article's, under the same title"


OTHER_NEWS: dict[str, Text] = {
    "another subject": ("ارتفاع أسعار الأسماك في المكلا مع بدء موسم الرياح", "قال صيادون في المكلا إن قلة المعروض رفعت الأسعار إلى الضعف."),
    "the text at the end of a round-up": (
        "نشرة المساء: معصرة بيزنطية وأخبار أخرى",
        "\n\n".join([OTHER_BODY, OTHER_BODY.replace("مادبا", "جرش"), PARAGRAPHS[3], PARAGRAPHS[4]]),
    ),
}


@pytest.mark.parametrize(("title", "body"), OTHER_NEWS.values(), ids=OTHER_NEWS)
def test_other_news_is_not_of_the_story(title: str, body: str) -> None:
    judgement = group((0, "almisbah", TITLE, BODY), (2, "annida", title, body))[-1]
    assert (judgement.relation, judgement.of_id, judgement.story_id) == ("new", None, None), judgement.why


def test_a_new_lead_over_the_old_body_is_no_copy() -> None:
    lead = """أعلنت شركة الشحن البحري الكبرى انسحابها من تحالف ميناء الدقم احتجاجاً على رسوم العبور الجديدة، وقال مديرها التنفيذي إن السفن ستتحول إلى مسار أطول.

وهبط سهم الشركة في التداولات المبكرة بعد الإعلان، وسط مخاوف المستثمرين من أن تحذو شركات منافسة حذوها فتتراجع حركة الترانزيت في المنطقة كلها خلال الأسابيع المقبلة، وهو ما نفته هيئة الميناء في بيان مقتضب."""
    judgement = after_the_original("شركة شحن كبرى تنسحب من ميناء الدقم", "\n\n".join([lead, *PARAGRAPHS[2:]]), hours=20)
    assert judgement.relation not in ("copy", "edit"), judgement.why


def test_another_text_on_the_same_news_joins_the_story() -> None:
    judgement = after_the_original(REPORT_TITLE, REPORT_BODY)
    assert judgement.relation in ("report", "update"), judgement.why
    assert (judgement.of_id, judgement.story_id) == (1, 1)


def test_a_long_report_that_swallows_the_first_brief_is_an_update() -> None:
    brief = PARAGRAPHS[0].partition("،")[0]
    judgement = group((0, "almisbah", TITLE, brief), (2, "almisbah", TITLE, BODY))[-1]
    assert (judgement.relation, judgement.of_id) == ("update", 1), judgement.why
    assert judgement.why.endswith("of the text is new")


def test_the_original_is_named_rather_than_another_copy_of_it() -> None:
    short = "\n\n".join(PARAGRAPHS[:3])
    judgements = group((0, "almisbah", TITLE, BODY), (1, "alufuq", TITLE, short), (2, "naqil", TITLE, "\n\n".join(PARAGRAPHS[:2])))
    assert [judgement.of_id for judgement in judgements] == [None, 1, 1]


def test_a_copy_of_the_edit_names_the_edit() -> None:
    edited = "قطار الموانئ العربية ينطلق من العقبة\n\n".strip(), "\n\n".join([PARAGRAPHS[0], OTHER_BODY, PARAGRAPHS[1]])
    judgements = group((0, "almisbah", TITLE, BODY), (1, "alufuq", *edited), (2, "naqil", *edited))
    assert [(judgement.relation, judgement.of_id) for judgement in judgements] == [("new", None), ("edit", 1), ("copy", 2)]


def test_an_original_that_arrives_after_its_copies_joins_them() -> None:
    judgements = group((5, "naqil", TITLE, BODY), (0, "almisbah", TITLE, BODY))
    assert (judgements[1].relation, judgements[1].story_id) == ("copy", 1)


WEATHER = """توقعت دائرة الأرصاد الجوية أن يكون الطقس {day} لطيف الحرارة في المرتفعات الجبلية والسهول، وحاراً نسبياً في الأغوار والبحر الميت والعقبة، مع ظهور بعض الغيوم على ارتفاعات عالية.

وتكون الرياح جنوبية غربية معتدلة السرعة تنشط أحياناً. وتتراوح درجات الحرارة العظمى والصغرى في العاصمة بين {high} و{low} درجة مئوية، وفي العقبة تبلغ العظمى {coast} درجة."""
RATES = """استقر سعر صرف الدولار الأميركي في تعاملات السوق الموازية، وبلغ سعر البيع {sell} ليرة للدولار الواحد، فيما بلغ سعر الشراء {buy} ليرة، وفق نشرة نقابة الصرافين الصباحية.

وسجل اليورو {euro} ليرة للبيع، وسط حركة محدودة قبيل عطلة نهاية الأسبوع وترقب لنتائج مزاد المصرف المركزي."""
TELEGRAM = """بعث الملك برقية تهنئة إلى رئيس {country}، {name}، بمناسبة ذكرى استقلال بلاده، أعرب فيها باسمه وباسم الشعب والحكومة عن أصدق التهاني وأطيب التمنيات له بموفور الصحة والسعادة، ولشعب {country} الصديق باطراد التقدم والازدهار.

وأكد في البرقية متانة العلاقات التي تجمع البلدين وحرصه على تعزيزها في المجالات كافة."""

FORMS: dict[str, tuple[Text, Text, float]] = {
    "weather of the next day": (
        ("طقس لطيف في معظم المناطق", WEATHER.format(day="الاثنين", high=24, low=13, coast=31)),
        ("طقس لطيف في معظم المناطق", WEATHER.format(day="الثلاثاء", high=26, low=14, coast=33)),
        24,
    ),
    "exchange rates of the next day": (
        ("سعر الدولار اليوم في السوق الموازية", RATES.format(sell=14950, buy=14900, euro=16210)),
        ("سعر الدولار اليوم في السوق الموازية", RATES.format(sell=15100, buy=15020, euro=16340)),
        24,
    ),
    "telegram to another country": (
        ("الملك يهنئ رئيس تشيلي بذكرى استقلال بلاده", TELEGRAM.format(country="تشيلي", name="غابرييل فونت")),
        ("الملك يهنئ رئيس مالطا بذكرى استقلال بلاده", TELEGRAM.format(country="مالطا", name="جورج فيلا")),
        3,
    ),
}


@pytest.mark.parametrize(("first", "second", "hours"), FORMS.values(), ids=FORMS)
def test_the_same_form_filled_in_anew_is_other_news(first: Text, second: Text, hours: float) -> None:
    judgement = group((0, "almisbah", *first), (hours, "almisbah", *second))[-1]
    assert (judgement.relation, judgement.story_id) == ("new", None), judgement.why


def test_a_form_copied_by_another_outlet_is_a_copy() -> None:
    first, _, _ = FORMS["weather of the next day"]
    assert group((0, "almisbah", *first), (2, "annida", *first))[-1].relation == "copy"


def test_a_form_known_for_days_is_no_evidence_even_with_the_same_numbers() -> None:
    week = [(24.0 * day, "almisbah", f"نشرة {word}", RATES.format(sell=1, buy=1, euro=1)) for day, word in enumerate(["أولى", "ثانية"] * 3)]
    assert group(*week)[-1].relation == "new"


CASUALTIES = """أعلنت وزارة الصحة مقتل {dead} شخصاً وإصابة {hurt} آخرين في حريق اندلع في سوق شعبية وسط المدينة فجر اليوم، وقالت إن فرق الإسعاف ما زالت تعمل في المكان.

وذكر الدفاع المدني أن النيران بدأت في مخزن للأقمشة قبل أن تمتد إلى المحال المجاورة، وأن التحقيق جار لمعرفة السبب."""


@pytest.mark.parametrize(("before", "after"), [(("12", "30"), ("19", "41")), (("ستة", "ثمانية"), ("تسعة", "عشرين")), (("٦", "٨"), ("تسعة", "٢٠"))])
def test_a_statement_reissued_with_new_casualties_is_an_update(before: Text, after: Text) -> None:
    judgement = group(
        (0, "almisbah", "قتلى وجرحى في حريق سوق شعبية", CASUALTIES.format(dead=before[0], hurt=before[1])),
        (2, "annida", "قتلى وجرحى في حريق سوق شعبية", CASUALTIES.format(dead=after[0], hurt=after[1])),
    )[-1]
    assert (judgement.relation, judgement.of_id) == ("update", 1), judgement.why


def test_the_same_count_in_words_and_in_digits_is_no_news() -> None:
    judgement = group(
        (0, "almisbah", "قتلى وجرحى في حريق", CASUALTIES.format(dead="6", hurt="8")),
        (2, "annida", "قتلى وجرحى في حريق", CASUALTIES.format(dead="ستة", hurt="ثمانية")),
    )[-1]
    assert judgement.relation in ("copy", "edit"), judgement.why


def test_background_older_than_three_days_is_left_out() -> None:
    background = "\n\n".join(PARAGRAPHS[1:4])
    judgements = group(
        (0, "almisbah", TITLE, BODY),
        (80, "annida", OTHER_TITLE, OTHER_BODY + "\n\n" + background),
        (90, "naqil", "حريق في مستودع للأخشاب شرق المدينة", "اندلع حريق في مستودع للأخشاب شرق المدينة.\n\n" + background),
    )
    assert [judgement.relation for judgement in judgements] == ["new", "new", "new"]


def test_after_the_window_the_same_text_opens_a_story() -> None:
    assert group((0, "almisbah", TITLE, BODY), (100, "annida", TITLE, BODY))[-1].relation == "new"


@pytest.mark.parametrize(("title", "body"), [("", ""), ("خبر", ""), ("", "خبر"), ("...", "\u0640"), ("a\ud800", "\x00" * 5)])
def test_texts_with_next_to_nothing_in_them_stand_alone(title: str, body: str) -> None:
    assert [judgement.relation for judgement in group((0, "a", title, body), (1, "b", title, body))] == ["new", "new"]


def test_flattened_beginning_is_the_same_fingerprint() -> None:
    assert fingerprint(article(TITLE, BODY)) == fingerprint(article(TITLE, BODY.replace("\n\n", " ")))


# --- the index -------------------------------------------------------------------------------------------------------

STREAM = [
    (0, "almisbah", TITLE, BODY),
    (1, "alufuq", OTHER_TITLE, OTHER_BODY),
    (2, "annida", *EDITS["last half dropped"]),
    (3, "annida", REPORT_TITLE, REPORT_BODY),
    (4, "naqil", *COPIES["flattened into one paragraph"]),
]


def test_a_restart_and_several_connections_give_the_same_answers(tmp_path: Path) -> None:
    expected = group(*STREAM)
    found = []
    for number, (hours, outlet, title, body) in enumerate(STREAM, 1):
        connection = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
        index = new_index(connection)
        connection.execute("BEGIN IMMEDIATE")
        found.append(remember(index, number, article(title, body, outlet), START + timedelta(hours=hours)))
        connection.execute("COMMIT")
        connection.close()
    assert found == expected


def test_nothing_is_committed_for_the_caller(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    index = new_index(connection)
    connection.execute("BEGIN IMMEDIATE")
    remember(index, 1, article(TITLE, BODY), START)
    connection.execute("ROLLBACK")
    assert remember(index, 1, article(TITLE, BODY), START).relation == "new"
    connection.close()


def test_pruning_leaves_no_trace_of_what_is_old_and_all_of_the_rest() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    index = new_index(connection)
    remember(index, 1, article(TITLE, BODY), START)
    remember(index, 2, article(OTHER_TITLE, OTHER_BODY), START + timedelta(days=11))
    assert index.prune(START + timedelta(days=1)) == 1
    assert index.living() == {2}

    only_second = sqlite3.connect(":memory:", isolation_level=None)
    remember(new_index(only_second), 2, article(OTHER_TITLE, OTHER_BODY), START + timedelta(days=11))
    for table in ("story_places", "story_frequencies", "story_uncounted", "story_firsts"):
        assert connection.execute(f"SELECT * FROM {table}").fetchall() == only_second.execute(f"SELECT * FROM {table}").fetchall(), table
    connection.close()
    only_second.close()


def test_a_story_keeps_its_first_article_after_that_was_pruned() -> None:
    index = new_index()
    remember(index, 1, article(TITLE, BODY), START)
    remember(index, 2, article(*EDITS["title replaced"]), START + timedelta(hours=40))
    index.prune(START + timedelta(hours=1))
    judgement = remember(index, 3, article(REPORT_TITLE, REPORT_BODY), START + timedelta(hours=41))
    assert (judgement.story_id, judgement.of_id) == (1, 1)
    assert index.living() == {1, 2, 3}


def test_a_thousand_pages_with_the_same_navigation_hide_no_copy() -> None:
    navigation = " ".join(f"قسم{place} رابط{place}" for place in range(30))
    index = new_index()
    for number in range(150):
        unlike = " ".join(f"كلمة{number}س{place}" for place in range(12))
        remember(index, number, article(unlike, unlike + " " + navigation), START + timedelta(minutes=number))
    remember(index, 1000, article(TITLE, BODY + " " + navigation), START + timedelta(hours=3))
    judgement = remember(index, 1001, article(TITLE, BODY + " " + navigation), START + timedelta(hours=4))
    assert (judgement.relation, judgement.of_id) == ("copy", 1000)


def test_many_copies_of_one_second_take_no_longer_than_a_few() -> None:
    index = StoryIndex.scratch()
    body = " ".join(f"كلمة{place} سطر{place}" for place in range(50))
    started = time.perf_counter()
    relations = [remember(index, number, article(TITLE, body), START).relation for number in range(1, 501)]
    assert relations == ["new"] + ["copy"] * 499
    assert time.perf_counter() - started < 12, "thirty seconds when each is compared with all before it"


def test_what_the_index_does_not_hold_is_a_lookup_error() -> None:
    with pytest.raises(LookupError, match="article 7"):
        new_index().load(7)
    with pytest.raises(LookupError, match="story 7"):
        new_index().first_of(7)
