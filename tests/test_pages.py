"""Pages: encodings, repairs, choices, noise, what is no article, and what must end in bounded time."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from crawler.arabic import fold
from crawler.families import JNewsPage
from crawler.items import Entry
from crawler.pages import ArticlePage, NotAnArticle, article_from_entry, decode
from crawler.pages.bylines import AGENCIES, find_agencies, find_credit, people
from crawler.pages.dating import Dated, choose, url_days
from crawler.pages.noise import is_noise, keep_article
from crawler.pages.structured import load_json_ld
from crawler.pages.titles import clean_title
from crawler.pages.tree import MAX_CHARACTERS, MAX_LEVELS, squeeze

URL = "https://almisbah.example/news/1"
TITLE = "مجلس المدينة يقر موازنة العام المقبل"
LINES = (
    "أقر مجلس المدينة موازنة العام المقبل بعد نقاش استمر ثلاث ساعات، وخصص ثلثها لإصلاح الطرق في الأحياء الشرقية.",
    "وقال رئيس المجلس إن الموازنة الجديدة أقل من سابقتها بنحو عشرة في المئة، وإن العجز سيغطى من رسوم المواقف.",
    "وعارض أربعة أعضاء المشروع لأنه لا يذكر موعدا لافتتاح المكتبة العامة التي تأخر بناؤها عامين.",
)
AMMAN = ZoneInfo("Asia/Amman")


class AmmanPage(ArticlePage):
    timezone = "Asia/Amman"


def page(head: str = "", *, above: str = "", lines: Iterable[str] = LINES, below: str = "", title: str = TITLE) -> str:
    body = "\n".join(f"<p>{line}</p>" for line in lines)
    return (
        f'<html lang="ar"><head><title>{title}</title>{head}</head><body><div class="frame"><h1>{title}</h1>{above}'
        f'<div class="story">{body}{below}</div></div></body></html>'
    )


def read(html: str, **kwargs: object) -> list:
    return ArticlePage(URL, html, **kwargs).articles()  # type: ignore[arg-type]


def ld(**node: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **node}, ensure_ascii=False)}</script>'


def body_of(html: str) -> list[str]:
    return read(html)[0].body.split("\n\n")


# --- decoding --------------------------------------------------------------------------------------------------------

ARABIC = "<html><body>قال الوزير إن المدارس ستفتح الأحد</body></html>"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (ARABIC.encode(), ""),
        (b"\xef\xbb\xbf" + ARABIC.encode(), ""),
        (ARABIC.encode(), "text/html; charset=windows-1256"),  # mislabelled: strict UTF-8 is proof
        (ARABIC.encode("cp1256"), "text/html; charset=windows-1256"),
        (ARABIC.encode("cp1256"), ""),
        (ARABIC.encode("cp1256"), "text/html; charset=utf-8"),
        (ARABIC.encode("cp1256"), "text/html; charset=iso-8859-1"),
        (ARABIC.encode("cp1256"), "text/html; charset=base64"),
        (ARABIC.encode("iso8859-6"), "text/html; charset=ISO-8859-6"),
        (ARABIC.encode("utf-16"), ""),
        (ARABIC.encode("utf-16-le"), ""),
        (ARABIC.encode("utf-16-be"), ""),
    ],
)
def test_decode(body: bytes, content_type: str) -> None:
    assert decode(body, content_type) == ARABIC


def test_encoding_declared_in_the_page() -> None:
    html = f'<meta charset="windows-1256">{ARABIC}'
    assert decode(html.encode("cp1256")) == html


def test_a_few_broken_bytes_leave_utf8_what_it_is() -> None:
    body = ("مرحبا " * 100).encode() + b"\xff\xfe" + ("مرحبا " * 100).encode()
    assert decode(body).count("مرحبا") == 200


@pytest.mark.parametrize("body", [b"", b"\x00", b"\xff", b"<", b"\xff\xfe\x00", bytes(range(256)) * 50])
def test_decode_never_raises(body: bytes) -> None:
    assert isinstance(decode(body, "text/html; charset=no-such"), str)


# --- JSON-LD ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        '{"headline": "عنوان"}',
        '<!-- {"headline": "عنوان"} -->',
        '//<![CDATA[\n{"headline": "عنوان"}\n//]]>',
        '{"headline": "عنوان",}',
        '{"headline": "عنوان", "x": "سطر\nآخر\tهنا"}',
        '{"headline": "عنوان", "x": "C:\\wwwroot"}',
        "{&quot;headline&quot;: &quot;عنوان&quot;}",
        '{"headline": "عنوان"};',
        '{"headline": "عنوان"}\n{"headline": "آخر"}',
    ],
    ids=["good", "comment", "cdata", "comma", "line break", "backslash", "escaped", "semicolon", "two"],
)
def test_json_ld_is_repaired(text: str) -> None:
    assert load_json_ld(text)[0]["headline"] == "عنوان"


@pytest.mark.parametrize("text", ["", "{", "null and void", "[" * 100_000, '{"a":' * 100_000, " " * 1_000_000 + "x"])
def test_json_ld_that_cannot_be_read_is_left(text: str) -> None:
    assert load_json_ld(text) == []


def test_json_ld_in_a_graph_and_in_lists() -> None:
    node = {"@type": ["Thing", "NewsArticle"], "headline": TITLE, "author": [{"name": "سمر العبادي"}, "منى الطراونة"]}
    script = f'<script type="application/ld+json">{json.dumps([{"@graph": [{"@type": "WebSite", "name": "المصباح"}, node]}])}</script>'
    article = read(page(script))[0]
    assert (article.title, article.authors) == (TITLE, ("سمر العبادي", "منى الطراونة"))


def test_articles_in_a_list_are_other_pages() -> None:
    listed = {"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "headline": "خبر آخر", "datePublished": "2020-01-01"}]}
    article = read(page(ld(headline=TITLE) + f'<script type="application/ld+json">{json.dumps(listed)}</script>'))[0]
    assert (article.title, article.published_at) == (TITLE, None)


# --- titles ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "clean"),
    [
        (f"{TITLE} - المصباح", TITLE),
        (f"{TITLE} | المصباح", TITLE),
        (f"المصباح - {TITLE}", TITLE),
        (f"{TITLE} - المصباح - المصباح", TITLE),
        (f"{TITLE} - جريدة المصباح - المصباح", TITLE),
        (f"{TITLE} - الموقع الرسمي لجريدة المصباح", TITLE),
        (f"عاجل: {TITLE}", TITLE),
        (f"عاجل | {TITLE}", TITLE),
        (f"عاجل.. {TITLE}", TITLE),
        (f"(فيديو) {TITLE}", TITLE),
        (f"{TITLE} (فيديو)", TITLE),
        (f"بالصور.. {TITLE}", TITLE),
        (f"بالفيديو: {TITLE}", TITLE),
        (f"سياسي / {TITLE}", TITLE),
        ("المصباح", ""),
        ("بالفيديو.. رئيس القسم يشرح الخطة", "بالفيديو.. رئيس القسم يشرح الخطة"),
        ("عاجلا أم آجلا: حرب الأسعار قادمة", "عاجلا أم آجلا: حرب الأسعار قادمة"),
        ("وزير الطاقة: أسعار النفط - إلى أين؟", "وزير الطاقة: أسعار النفط - إلى أين؟"),
        ("المصباح يضيء المدينة", "المصباح يضيء المدينة"),
    ],
)
def test_clean_title(printed: str, clean: str) -> None:
    assert clean_title(printed, ("المصباح",)) == clean


def test_html_escaped_headline() -> None:
    assert read(page(ld(headline="&quot;سؤال&quot; و&amp;quot;جواب&amp;quot;")))[0].title == '"سؤال" و"جواب"'


def test_a_cut_headline_is_completed_by_the_heading() -> None:
    title = "رئيس المجلس يعلن خطة من خمس مراحل لإصلاح الطرق في الأحياء الشرقية والجنوبية قبل حلول الشتاء المقبل بإذن الله تعالى"
    assert read(page(ld(headline=f"{title[:100]}..."), title=title))[0].title == title


def test_without_any_title_the_first_sentence_serves() -> None:
    html = f"<html><body><div>{''.join(f'<p>{line}</p>' for line in LINES * 2)}</div></body></html>"
    assert LINES[0].startswith(read(html)[0].title.rstrip("…"))


# --- body ------------------------------------------------------------------------------------------------------------


def test_paragraphs() -> None:
    assert body_of(page()) == list(LINES)


def test_lines_in_one_element() -> None:
    html = f"<html><body><h1>{TITLE}</h1><div>{'<br><br>'.join(LINES)}</div></body></html>"
    assert body_of(html) == list(LINES)


def test_own_cross_heads_stay() -> None:
    lines = [LINES[0], "عجز أقل", LINES[1], LINES[2]]
    assert body_of(page(lines=lines)) == lines


@pytest.mark.parametrize(
    "line",
    [
        "اقرأ أيضاً: الحكومة تؤجل الانتخابات",
        "إقرأ أيضا : الحكومة تؤجل الانتخابات",
        "قـــد يهمك أيضًا.. الحكومة تؤجل الانتخابات",
        "شاهد أيضاً",
        "طالع أيضا: خبر",
        "أخبار ذات صلة الحكومة تؤجل الانتخاباتالبرلمان يجتمع غدا",
        "كلمات دلالية: المجلس، الموازنة",
        "Share196Tweet123",
        "You cannot copy content of this page",
        "جميع الحقوق محفوظة © 2026",
        "طباعة شاركالمجلسالموازنة",
        "تابعونا على فيسبوك",
        "المصدر: وكالات",
        "صدر الصورة، غيتي",
        "إعلان",
        "Advertisement",
        "لا توجد تعليقات",
        "This site asks for consent to use your data",
        "الآراء الواردة أدناه لا تعبر عن رأي الموقع بل عن أصحابها",
        "aXA6IDUxLjE1OC4yMTIuODc= جزيرة ام اند امز FR",
    ],
)
def test_noise_is_dropped(line: str) -> None:
    assert keep_article([LINES[0], line, LINES[1]]) == [LINES[0], LINES[1]]


@pytest.mark.parametrize(
    "line",
    [
        *LINES,
        "عجز أقل",
        "وقال: اقرأوا ما في الموازنة أولا ثم احكموا عليها.",
        "أخبار المدينة كانت سيئة هذا الأسبوع.",
        "لمزيد من الضغط على المجلس، دعا المعارضون إلى اعتصام.",
        "نشرت الصحيفة تقريرا عن الموازنة في صفحتها الأولى.",
        "تعليقات الأعضاء لم تكن كلها ودية، بحسب من حضر الجلسة من الصحافيين.",
        "موسكو- وكالات – قال الوزير إن الرد سيصل قريبا.",
    ],
)
def test_the_article_is_not_taken_for_noise(line: str) -> None:
    assert not is_noise(line)


def test_headlines_under_a_list_heading_go_with_it() -> None:
    lines = [LINES[0], "أخبار ذات صلة", "الحكومة تؤجل الانتخابات", "البرلمان يجتمع غدا", LINES[1]]
    assert keep_article(lines) == [LINES[0], LINES[1]]


def test_captions_and_boxes_are_dropped() -> None:
    below = (
        '<figure><img src="1.jpg"><figcaption>رئيس المجلس في الجلسة</figcaption></figure>'
        '<div><img src="2.jpg"><span>أعضاء المجلس بعد التصويت</span></div>'
        '<div class="related-posts"><a href="/2">الحكومة تؤجل الانتخابات</a></div>'
        '<blockquote class="twitter-tweet"><p>تغريدة رئيس المجلس عن الموازنة التي أقرت اليوم بعد نقاش طويل.</p></blockquote>'
    )
    assert body_of(page(below=below)) == list(LINES)


def test_a_cross_head_under_a_photo_is_no_caption() -> None:
    lines = [LINES[0], '<img src="1.jpg">', "رئيس المجلس في الجلسة", "الموازنة أقل من سابقتها", LINES[1], LINES[2]]
    assert body_of(page(lines=lines)) == [LINES[0], "الموازنة أقل من سابقتها", LINES[1], LINES[2]]


def test_whole_article_body_in_json_ld_keeps_its_paragraphs() -> None:
    head = ld(headline=TITLE, articleBody="\n".join(LINES))
    html = f"<html><head>{head}</head><body><h1>{TITLE}</h1><div>{' '.join(LINES)}</div></body></html>"
    assert body_of(html) == list(LINES)


def test_a_cut_article_body_is_not_taken() -> None:
    assert body_of(page(ld(headline=TITLE, articleBody=f"{LINES[0]}\n{LINES[1][:40]}..."))) == list(LINES)


def test_the_entry_gives_the_text_that_the_page_lacks() -> None:
    entry = Entry(url=URL, key="k", content_html="".join(f"<p>{line}</p>" for line in LINES))
    html = f"<html><head><title>{TITLE}</title>{ld(headline=TITLE)}</head><body><h1>{TITLE}</h1><div id='app'></div></body></html>"
    assert read(html, entry=entry)[0].body == "\n\n".join(LINES)


# --- dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "at", "where"),
    [
        (page(ld(headline=TITLE, datePublished="2025-11-03T12:00:00+03:00")), "2025-11-03T09:00Z", "json-ld"),
        (page(ld(headline=TITLE, datePublished="14-06-2021")), "2021-06-14T09:00Z", "json-ld"),
        (page('<meta property="article:published_time" content="2025-11-03T09:00:00Z">'), "2025-11-03T09:00Z", "meta"),
        (page('<meta property="article:published_time" content="الثلاثاء، 31 ديسمبر 2024 - 11:59 م">'), "2024-12-31T20:59Z", "meta"),
        (page(above='<time datetime="2025-11-03T12:00:00+03:00"></time>'), "2025-11-03T09:00Z", "page"),
        (page(above="<div>نشر في: 3 تشرين الثاني 2025 - 12:00</div>"), "2025-11-03T09:00Z", "page"),
        (page(above="<div>آخر تحديث: 4 تشرين الثاني 2025 - 12:00</div>"), None, "none"),
        (page(above="<div>منذ ساعة</div>"), None, "none"),
        (page(below="<div>© 2026</div><div>3 تشرين الثاني 2025</div>"), None, "none"),
        ("<div>الأحد 22 نوفمبر 2026</div>" + page(), None, "none"),
        (page(ld(headline=TITLE, datePublished="1970-01-01T00:00:00Z")), None, "none"),
        (page(lines=["اجتمع المجلس يوم 3 تشرين الثاني 2025.", *LINES]), None, "none"),
    ],
)
def test_date(html: str, at: str | None, where: str) -> None:
    article = AmmanPage(URL, html).articles()[0]
    assert article.published_at == (datetime.fromisoformat(at) if at else None)
    assert article.published_from == where


def test_a_sure_date_comes_before_an_unsure_one() -> None:
    noon = datetime(2025, 3, 4, 9, tzinfo=UTC)
    unsure = Dated("json-ld", "4/3/2025", noon, False)
    sure = Dated("page", "4 آذار 2025", noon, True)
    assert choose([unsure, sure], AMMAN) is sure
    assert choose([unsure], AMMAN) is unsure
    assert choose([], AMMAN) is None


def test_the_hour_of_the_entry_completes_the_day_of_the_address() -> None:
    entry = Entry(url=URL, key="k", published_at=datetime(2025, 11, 3, 15, tzinfo=UTC))
    article = AmmanPage("https://almisbah.example/2025/11/3/x", page(), entry=entry).articles()[0]
    assert (article.published_at, article.published_from) == (entry.published_at, "entry")


@pytest.mark.parametrize(
    ("url", "days"),
    [
        ("https://x.example/story/2020/8/24/slug/1", ["2020-08-24"]),
        ("https://x.example/20250824/slug-1.html", ["2025-08-24"]),
        ("https://x.example/2013/middle_east/8/3/x", ["2013-08-03"]),
        ("https://x.example/view?cdate=19082025&id=1", ["2025-08-19"]),
        ("https://x.example/news/2025", []),
        ("https://x.example/news/20259999/x", []),
    ],
)
def test_days_in_addresses(url: str, days: list[str]) -> None:
    assert url_days(url) == days


def test_now_is_needed_for_an_age() -> None:
    html = page(above="<div>سكاي نيوز عربيةمنذ 2 أيام</div>")
    assert read(html)[0].published_at is None
    article = read(html, now=datetime(2025, 11, 3, 9, tzinfo=UTC))[0]
    assert (article.published_at, article.published_sure) == (datetime(2025, 11, 1, 9, tzinfo=UTC), False)


# --- people, agencies, papers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("سمر العبادي", ("سمر العبادي",)),
        ("كتبت: سمر العبادي", ("سمر العبادي",)),
        ("سمر العبادي، منى الطراونة", ("سمر العبادي", "منى الطراونة")),
        ("عمان - سمر العبادي", ("سمر العبادي",)),
        ("رويترز", ()),
        ("المصباح", ()),
        ("فريق التحرير", ()),
        ("موقع المصباح", ()),
        ("www.facebook.com/almisbah", ()),
        ("https://almisbah.example/author/1", ()),
        ("admin", ()),
        ("editor2", ()),
        ("وكالة الأنباء الأردنية", ()),
        ("", ()),
    ],
)
def test_people(line: str, names: tuple[str, ...]) -> None:
    assert people([line], ("المصباح",)) == names


@pytest.mark.parametrize(
    ("text", "agencies"),
    [
        ("وقال الوزير لرويترز إن الرد سيصل.", ("رويترز",)),
        ("وسيصل الرد غدا، وفق رويترز.", ("رويترز",)),
        ("ونقلت وكالة فرانس برس عن مصدر أن الرد وصل.", ("أ ف ب",)),
        ("موسكو- وكالات – قال الوزير إن الرد وصل.", ("وكالات",)),
        ("كييف (أ ف ب) - قال الوزير إن الرد وصل.", ("أ ف ب",)),
        ("أنقرة / الأناضول - قال الوزير إن الرد وصل.", ("الأناضول",)),
        ("مسقط في 14 أكتوبر /العمانية/ انطلقت الندوة.", ("العمانية",)),
        ("وتحدث المصدر إلى «أ ف ب» شرط عدم كشف هويته.", ("أ ف ب",)),
        ("واشنطن - رويترز، أ ف ب - قال الوزير إن الرد وصل.", ("رويترز", "أ ف ب")),
        ("سافر الوفد إلى الأناضول في رحلة استمرت أسبوعا.", ()),
        ("واسعة هي الطرق التي تقود إلى المدينة.", ()),
        ("بنا المهندسون الجسر في عامين.", ()),
    ],
)
def test_agencies(text: str, agencies: tuple[str, ...]) -> None:
    assert find_agencies([text]) == agencies


@pytest.mark.parametrize(
    "form", ["قال الوزير: إن الرد ({}) وصل.", "انطلقت الندوة /{}/ اليوم.", "وذكرت وكالة {} أن الرد وصل.", "{}", "{} ." + "." * 90]
)
def test_every_agency_is_found_in_every_form(form: str) -> None:
    silent = [name for usual, names in AGENCIES.items() for name in names if find_agencies([form.format(name)]) != (usual,)]
    assert not silent


@pytest.mark.parametrize(
    ("printed", "one_line"),
    [("\u200bخبر\u00a0\u2028 عاجل\ufeff", "خبر عاجل"), ("\u200b\ufeff \x1c", ""), ("خبر\u200cعاجل", "خبر\u200cعاجل")],
)
def test_white_space(printed: str, one_line: str) -> None:
    assert squeeze(printed) == one_line


@pytest.mark.parametrize(
    ("line", "credit"),
    [
        ("المصدر: صحيفة الاتحاد", "صحيفة الاتحاد"),
        ("مصدر: الاتحاد", "الاتحاد"),
        ("المصدر: رويترز", ""),
        ("المصدر: صحيفة الاتحاد - وكالات", "صحيفة الاتحاد"),
        ("المصدر: وكالات", ""),
        ("المصدر الذي تحدث أمس نفى الخبر.", ""),
    ],
)
def test_credit(line: str, credit: str) -> None:
    assert find_credit([line]) == credit


def test_a_category_is_a_credit_only_when_it_is_a_paper() -> None:
    meta = '<div class="jeg_post_meta"><div class="jeg_meta_category"><a>{}</a></div></div>'
    paper = JNewsPage(URL, page(above=meta.format("جريدة عمان"))).articles()[0]
    section = JNewsPage(URL, page(above=meta.format("محليات"))).articles()[0]
    assert (paper.credit, paper.section) == ("جريدة عمان", "")
    assert (section.credit, section.section) == ("", "محليات")


# --- guests ----------------------------------------------------------------------------------------------------------

SECOND = "".join(f"<p>{line}</p>" for line in LINES)


def test_a_guest_has_nothing_of_the_page() -> None:
    head = ld(headline="خبر عن أمر آخر تماما", datePublished="2025-11-03", author="سمر العبادي", image="/1.jpg", keywords="أمر")
    own = "".join(f"<p>{line}</p>" for line in ("تحدث الخبر الأول عن أمر آخر تماما لا صلة له بالموازنة ولا بالطرق.",) * 3)
    text = f"<h1>خبر عن أمر آخر تماما</h1><div>{own}<p>أخبار أخرى..</p><h2>{TITLE}</h2>{SECOND}</div>"
    html = f"<html><head>{head}</head><body>{text}</body></html>"
    first, guest = read(html)
    assert TITLE not in first.body
    assert (guest.title, guest.body) == (TITLE, "\n\n".join(LINES))
    assert (guest.published_at, guest.authors, guest.image_url, guest.tags, guest.section) == (None, (), "", (), "")
    assert guest.carried_by == URL
    assert guest.url.startswith(f"{URL}#")
    assert len(guest.url.partition("#")[2]) == 12
    assert (first.closes_entry, guest.closes_entry) == (False, True)


def test_a_read_also_link_is_no_second_story() -> None:
    lines = [LINES[0], 'اقرأ أيضاً:</p><p><a href="/2">الحكومة تؤجل الانتخابات</a>', *LINES[1:]]
    articles = read(page(lines=lines))
    assert len(articles) == 1
    assert articles[0].body == "\n\n".join(LINES)


@pytest.mark.parametrize(
    "header",
    ["<b>النداء</b><i>منذ ساعة واحدة</i>", "<div>النداء</div><div>منذ 30 دقائق</div><div>- العربية</div>", "النداءمنذ 2 أيام"],
)
def test_cards(header: str) -> None:
    card = f"<div>{header}<h3>عقوبات على شبكات للعملات</h3><p>{' '.join(LINES)}</p></div>"
    html = page(below=f"</div><h3>أخبار ذات صلة</h3><div>{card}{card.replace('عقوبات', 'غرامات')}")
    articles = read(html, names={fold("النداء"): "annida"})
    assert [article.outlet for article in articles[1:]] == ["annida", "annida"]
    assert [article.title for article in articles[1:]] == ["عقوبات على شبكات للعملات", "غرامات على شبكات للعملات"]
    assert articles[1].body == " ".join(LINES)


def test_teasers_are_no_cards() -> None:
    teaser = "<div>النداء</div><div>منذ ساعة</div><h3>عقوبات على شبكات للعملات</h3>"
    assert len(read(page(below=f"</div><h3>أخبار ذات صلة</h3><div>{teaser * 4}"))) == 1


def test_headlines_below_a_second_story_are_not_its_text() -> None:
    second = f"<h2>غرامات على شبكات للعملات</h2>{SECOND}"
    html = page(below=f"</div><p>أخبار أخرى..</p>{second}<aside><a href=/2>خبر قصير من أخبار المدينة</a></aside><div>")
    assert read(html)[1].body.split("\n\n") == list(LINES)


# --- what a plain WordPress page says --------------------------------------------------------------------------------


def test_a_site_that_is_not_known_is_cut_from_the_title_when_the_heading_lacks_it() -> None:
    html = page(f'<meta property="og:title" content="{TITLE} - موقع المنارة">')
    assert read(html)[0].title == TITLE
    other = page(f'<meta property="og:title" content="{TITLE} – الجلسة الثانية">', title="أخبار المدينة")
    assert read(other)[0].title == f"{TITLE} – الجلسة الثانية"


@pytest.mark.parametrize("byline", ["<span>بواسطة سمر العبادي</span>", "<span>نشره <a rel='author' href='/a'>سمر العبادي</a></span>"])
def test_who_wrote(byline: str) -> None:
    assert read(page(above=f"<div class='entry-line'>{byline}</div>"))[0].authors == ("سمر العبادي",)


def test_tags_behind_a_label_of_their_own() -> None:
    links = "<a href=/t/1>موازنة</a>", "<a href=/t/2>طرق</a>"
    for tags in (f"<div>{''.join(links)}</div>", f"<ul><li>{'</li><li>'.join(links)}</li></ul>"):
        article = read(page(below=f"<div>العلامات</div>{tags}<p>نص آخر</p>"))[0]
        assert article.tags == ("موازنة", "طرق")
        assert article.body.split("\n\n") == list(LINES)


def test_a_flattened_text_in_json_ld_serves_where_the_page_prints_none() -> None:
    whole = ld(headline=TITLE, articleBody=" ".join(LINES))
    assert body_of(page(whole, lines=[])) == [" ".join(LINES)]
    with pytest.raises(NotAnArticle):
        read(page(ld(headline=TITLE, articleBody=" ".join(LINES)[:-20] + "..."), lines=[]))


# --- not an article --------------------------------------------------------------------------------------------------

LINKS = "".join(f'<li><a href="/{number}">خبر قصير رقم {number} من أخبار المدينة</a></li>' for number in range(40))


@pytest.mark.parametrize(
    ("url", "html", "reason"),
    [
        (URL, "", "empty"),
        (URL, "<!-- -->", "HTML"),
        (URL, f"<html><body><h1>أخبار المدينة</h1><ul>{LINKS}</ul></body></html>", "no article text"),
        ("https://almisbah.example/", f"<html><body><h1>المصباح</h1><ul>{LINKS}</ul></body></html>", "front page"),
        (URL, page('<script type="application/ld+json">{"@type": "CollectionPage"}</script>'), "list"),
        ("https://almisbah.example/tag/budget", page(), "list"),
        ("https://almisbah.example/?s=budget", page(), "list or a search"),
        (URL, "<html><head><title>Just a moment...</title></head><body><p>Checking your browser</p></body></html>", "captcha page"),
        (URL, "<html><head><title>عذرا، الصفحة غير موجودة</title></head><body><p>الصفحة غير موجودة</p></body></html>", "not found"),
        (URL, "<html><head><title>تسجيل الدخول</title></head><body><input type='password'></body></html>", "log in"),
        (URL, "<html><head><title>خبر</title></head><body><p>We value your privacy. TCF vendor list</p></body></html>", "consent"),
        (URL, page('<meta property="og:type" content="video.other">', lines=[]), "video"),
        (URL, page(lines=["سطر واحد قصير."]), "text"),
        (URL, "x" * (MAX_CHARACTERS + 1), "16 MiB"),
        (URL, page(lines=[LINES[0] * 50_000]), "longer than any article"),
        (URL, f"<body><h1>{TITLE}</h1>{'<div>' * (MAX_LEVELS + 1)}{SECOND}", "levels deep"),
        (URL, f"<body>{'<x-y>' * 100_000}{SECOND}", "levels deep"),
    ],
)
def test_not_an_article(url: str, html: str, reason: str) -> None:
    with pytest.raises(NotAnArticle, match=reason):
        ArticlePage(url, html).articles()


@pytest.mark.parametrize(
    "title",
    [
        "بحث التعاون بين البلديتين",
        "البحث عن ناجين تحت الأنقاض",
        "الدخول المدرسي يبدأ غدا",
        "حدث خطأ طبي في المستشفى",
        "تم حظر تطبيق شهير في المدارس",
        "عطل في Cloudflare يوقف مواقع",
        "404 مليون دينار للطرق",
    ],
)
def test_a_short_article_whose_headline_sounds_like_an_error_page(title: str) -> None:
    assert read(page(title=title, lines=LINES[:2]))[0].title == title


@pytest.mark.parametrize(
    "title", ["404", "الموقع - 404", "نتائج البحث عن الموازنة", "بحث: الموازنة", "الدخول", "Sign in", "تم حظر الوصول", "حدث خطأ"]
)
def test_an_error_page_with_some_text(title: str) -> None:
    with pytest.raises(NotAnArticle):
        read(page(title=title, lines=LINES[:2]))


def test_a_list_with_a_paragraph_under_each_headline() -> None:
    teasers = [f"<div><h3><a href=/{number}>{TITLE} {number}</a></h3><p>{LINES[number % 3]}</p></div>" for number in range(6)]
    with pytest.raises(NotAnArticle, match="list of articles"):
        ArticlePage("https://almisbah.example/city", page(lines=[], below="".join(teasers), title="أخبار المدينة")).articles()
    assert body_of(page(below="".join(teasers[:3])))[:3] == list(LINES), "a box of three below an article"


@pytest.mark.parametrize(
    "html",
    [
        page(below="<div>" * (MAX_LEVELS - 100)),
        page(below="<p>" * 20_000),
        page(below="<!--" * 100_000),
        page(below="<img src=x alt=سطر>" * 5_000),
        page(f"<title>{'س - ' * 50_000}</title>"),
        page(f'<script type="application/ld+json">{"[" * 100_000}</script>'),
        page('<script type="application/ld+json">' + " " * 1_000_000 + "x</script>"),
        page(below="<h3>أخبار ذات صلة</h3><div>النداءمنذ ساعة</div><h3>خبر</h3>" * 1_000),
        page(below="\x00\ud800\u202e"),
    ],
    ids=["deep", "paragraphs", "comments", "images", "title", "brackets", "spaces", "markers", "odd"],
)
def test_hostile_pages_still_give_their_article(html: str) -> None:
    assert read(html)[0].body.startswith(LINES[0])


def test_a_page_of_line_breaks_ends_soon() -> None:
    started = time.perf_counter()
    with pytest.raises(NotAnArticle):
        read(page(below="سطر<br>" * 28_000))
    assert time.perf_counter() - started < 5, "trafilatura alone takes twenty seconds"


# --- what the feed alone gives ---------------------------------------------------------------------------------------


def test_article_from_entry() -> None:
    published = datetime(2025, 11, 3, 9, tzinfo=UTC)
    entry = Entry(
        url=URL,
        key="almisbah.example/news/1",
        outlet="almisbah",
        title=f"عاجل: {TITLE}",
        summary="ملخص",
        content_html=f"{SECOND}<p>اقرأ أيضاً: خبر آخر</p>",
        authors=("سمر العبادي", "رويترز"),
        published_at=published,
        id=7,
    )
    article = article_from_entry(entry)
    assert (article.title, article.body) == (TITLE, "\n\n".join(LINES))
    assert (article.authors, article.agencies) == (("سمر العبادي",), ("رويترز",))
    assert (article.published_at, article.published_from, article.entry_id) == (published, "entry", 7)


def test_a_summary_serves_where_the_feed_has_no_content() -> None:
    assert article_from_entry(Entry(url=URL, key="k", title=TITLE, summary=LINES[0])).body == LINES[0]
    assert article_from_entry(Entry(url=URL, key="k", title=TITLE)).body == ""


def test_candidates_name_where_each_value_was_found() -> None:
    found = ArticlePage(URL, page(ld(headline=TITLE, datePublished="2025-11-03"))).candidates()
    assert ("json-ld", TITLE) in found["title"]
    assert ("h1", TITLE) in found["title"]
    assert found["published_at"] == [("json-ld", "2025-11-03")]


@pytest.mark.parametrize("stated", ["", " ", '<meta property="og:image" content="">', '<meta property="og:image" content=" ">'])
def test_a_page_without_a_picture_has_none(stated: str) -> None:
    text = "<p>" + "قال الوزير إن الاتفاق قريب. " * 12 + "</p>"
    html = f"<html><head><title>خبر</title>{stated}</head><body><article><h1>خبر</h1>{text}</article></body></html>"
    entry = Entry(url="https://a.example/1", key="1")
    (article,) = ArticlePage("https://a.example/1", html, entry=entry).articles()
    assert article.image_url == ""
