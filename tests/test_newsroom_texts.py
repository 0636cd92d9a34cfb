"""The practice newsroom's articles hold to their own format, and their truth is what the matcher and the stories say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from crawler.items import Article, Judgement
from crawler.newsroom.articles import FIRST_DAY, LAST_DAY, WATCHES, PracticeArticle, load_articles
from crawler.store.story_index import StoryIndex
from crawler.stories import COPY_WINDOW, fingerprint, judge
from crawler.watches import Matcher, load_watches

ARTICLES = load_articles()
ANCHOR = datetime(2026, 11, 10, 12, tzinfo=UTC)
OWN_PAGES = {
    "almisbah": 11,
    "annida": 13,
    "alufuq": 8,
    "sahifat_albahr": 8,
    "albarq": 8,
    "naqil": 5,
    "majmaa": 4,
    "assahra": 8,
    "alwadi": 8,
    "annahda": 4,
    "almughlaq": 2,
}
WATCH_FILE = "".join(f'[[watch]]\nname = "{name}"\nterms = ["@{name}"]\nchannels = []\n' for name in WATCHES)

every_article = pytest.mark.parametrize("article", ARTICLES.values(), ids=ARTICLES.keys())


@pytest.fixture(scope="module")
def matcher(tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    path = Path(tmp_path_factory.mktemp("watches")) / "watches.toml"
    path.write_text(WATCH_FILE, encoding="utf-8")
    return Matcher(load_watches(path).watches)


def _with(field: str) -> Iterator[PracticeArticle]:
    return (article for article in ARTICLES.values() if getattr(article, field))


def _in_order() -> list[PracticeArticle]:
    return sorted(ARTICLES.values(), key=lambda article: article.out_at(ANCHOR))


def test_every_outlet_has_its_articles() -> None:
    assert Counter(article.outlet for article in ARTICLES.values() if not article.carried) == OWN_PAGES


@every_article
def test_reads_as_news(article: PracticeArticle) -> None:
    assert re.fullmatch(r"[a-z_]+-[a-z]*\d*", article.id)
    assert 90 <= len(f"{article.title} {article.body}".split()) <= 350
    assert len(article.paragraphs) >= 3
    assert all(paragraph and paragraph == paragraph.strip() for paragraph in article.paragraphs)
    assert "\n" not in article.flat_body
    assert '"' not in article.body + article.title
    assert not re.search(r"[a-z]{3}|\s{2}", article.flat_body)


@every_article
def test_surfaces_on_one_of_the_ten_days(article: PracticeArticle) -> None:
    assert FIRST_DAY <= article.day <= LAST_DAY
    assert re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", article.time)
    assert article.carried or article.undated == (article.published_at(ANCHOR) is None)
    if article.at:
        assert article.at.tzinfo
        assert ANCHOR - article.at > COPY_WINDOW


@pytest.mark.parametrize("article", [a for a in ARTICLES.values() if a.outlet == "assahra"], ids=lambda article: article.id)
def test_an_outlet_in_windows_1256_holds_its_letters(article: PracticeArticle) -> None:
    f"{article.title} {article.body} {article.section} {article.authors}".encode("cp1256")


@pytest.mark.parametrize("article", [a for a in ARTICLES.values() if a.outlet == "alwadi"], ids=lambda article: article.id)
def test_the_egyptian_outlet_writes_final_ya_without_dots(article: PracticeArticle) -> None:
    assert not re.search(r"ي(?![\u0621-\u0652])", f"{article.title}\n{article.body}")


@pytest.mark.parametrize("article", [a for a in ARTICLES.values() if a.of], ids=lambda article: article.id)
def test_what_repeats_or_follows_comes_after_its_original(article: PracticeArticle) -> None:
    original = ARTICLES[article.of]
    later = (article.out_at(ANCHOR) - original.out_at(ANCHOR)).total_seconds() / 3600
    assert (original.relation == "new" and article.outlet != original.outlet) or article.relation == "update"
    assert 0.2 <= later <= {"copy": 24, "edit": 24}.get(article.relation, 36)


@pytest.mark.parametrize("article", [a for a in ARTICLES.values() if a.relation == "copy"], ids=lambda article: article.id)
def test_a_copy_is_word_for_word(article: PracticeArticle) -> None:
    original = ARTICLES[article.of]
    assert (article.title, article.body, article.fires) == (original.title, original.body, original.fires)


@pytest.mark.parametrize("article", [a for a in ARTICLES.values() if a.relation == "edit"], ids=lambda article: article.id)
def test_an_edit_keeps_most_of_the_words_under_another_title(article: PracticeArticle) -> None:
    original = ARTICLES[article.of]
    words, theirs = set(article.body.split()), set(original.body.split())
    assert article.title != original.title
    assert article.body != original.body
    assert len({word.replace("ى", "ي") for word in words} & {word.replace("ى", "ي") for word in theirs}) >= 0.8 * len(words)


def test_a_story_is_opened_once_and_first() -> None:
    stories: dict[str, list[PracticeArticle]] = {}
    for article in _in_order():
        stories.setdefault(article.story, []).append(article)
    assert len(stories) >= 25
    for first, *others in stories.values():
        assert first.relation == "new"
        assert "new" not in {other.relation for other in others}


def test_the_tenth_day_brings_new_stories_copies_of_the_ninth_and_one_without_a_date() -> None:
    tenth = [article for article in ARTICLES.values() if article.day == LAST_DAY and not article.carried]
    assert len(tenth) >= 20
    told = Counter(article.story for article in tenth if article.fires)
    known = {article.story for article in ARTICLES.values() if article.day < LAST_DAY and article.fires}
    assert len([story for story in told if story not in known and told[story] >= 3]) >= 3
    assert len([story for story in told if story in known]) >= 3
    assert [article.id for article in tenth if article.undated] == ["alufuq-1003"]


def test_watched_words_are_met_together_apart_and_not_at_all() -> None:
    alone = Counter(article.fires for article in ARTICLES.values() if article.relation == "new")
    assert all(alone[fires] >= 4 for fires in ((), WATCHES[:1], WATCHES[1:], WATCHES))


@pytest.mark.parametrize(
    "form", ["وبالضمانات الأمنيّة", "ضماناتها الأمنية", "للضمانات الأمنية", "ضـمانات أمنية", "ضمانات أمنيه", "الضمانة الأمنية"]
)
def test_hard_forms_of_the_guarantees_stand_in_a_text_that_fires(form: str) -> None:
    assert any(form in article.body and WATCHES[0] in article.fires for article in ARTICLES.values())


@pytest.mark.parametrize("form", ["(الناتو)", "«الناتو", "لحلف شمال الأطلسي", "الحلف الأطلسى", "حلف الأطلسي", "(OTAN)"])
def test_hard_forms_of_the_alliance_stand_in_a_text_that_fires(form: str) -> None:
    assert any(form in article.body + article.title and WATCHES[1] in article.fires for article in ARTICLES.values())


@pytest.mark.parametrize(
    "form", ["ضمانات بنكية", "ضمانات مصرفية", "الأمن الغذائى", "السيناتور", "أمنيات", "للضمان الاجتماعي", "شهادة ضمان", "حلف اليمين"]
)
def test_look_alikes_stand_in_texts_that_do_not_fire(form: str) -> None:
    found = [article for article in ARTICLES.values() if form in article.body]
    assert found
    assert not any(article.fires for article in found)


def test_cards_are_complete_articles_of_other_outlets_and_one_is_about_something_else() -> None:
    for page in _with("cards"):
        cards = [ARTICLES[name] for name in page.cards]
        assert page.outlet == "majmaa"
        assert page.credit
        assert 3 <= len(cards) <= 4
        assert all(card.outlet != page.outlet and card.story != page.story for card in cards if not card.carried)
        assert any(not card.fires for card in cards)
        assert all(card.out_at(ANCHOR) <= page.out_at(ANCHOR) and ANCHOR - card.out_at(ANCHOR) < COPY_WINDOW for card in cards)


def test_second_articles_are_of_another_story() -> None:
    pages = list(_with("second"))
    assert {page.outlet for page in pages} == {"naqil", "alufuq"}
    for page in pages:
        second = ARTICLES[page.second]
        assert second.carried
        assert second.outlet == page.outlet
        assert second.story != page.story
        assert second.out_at(ANCHOR) <= page.out_at(ANCHOR)


def test_lists_of_headlines_hold_watched_words(matcher: Matcher) -> None:
    for page in ARTICLES.values():
        assert len(page.headlines) == (10 if page.outlet == "naqil" and not page.carried else 0)
        assert all(matcher.find(headline, "") for headline in page.headlines)


def test_captions_are_no_part_of_the_text() -> None:
    assert len(list(_with("captions"))) == OWN_PAGES["alufuq"]
    for article in ARTICLES.values():
        assert not any(caption in f"{article.title}\n{article.body}" for caption in (*article.captions, article.subtitle) if caption)


@every_article
def test_the_watches_fire_as_the_truth_says(article: PracticeArticle, matcher: Matcher) -> None:
    for body in {article.body, article.flat_body}:
        assert {match.watch for match in matcher.find(article.title, body)} == set(article.fires)


def test_stories_come_out_as_written_in_order_of_publication() -> None:
    stories: dict[str, int] = {}
    numbers: dict[str, int] = {}
    for number, (article, found) in enumerate(_judge_all(_in_order()), 1):
        numbers[article.id] = number
        assert found.relation == article.relation, f"{article.id}: {found.why}"
        assert (found.story_id or number) == stories.setdefault(article.story, number), f"{article.id}: {found.why}"
        assert article.relation in ("new", "copy", "edit") or found.of_id == numbers[article.of]


@pytest.mark.parametrize("seed", range(10))
def test_stories_are_the_same_in_whatever_order_the_outlets_answer(seed: int) -> None:
    arrived = _in_order()
    Random(seed).shuffle(arrived)
    arrived.sort(key=lambda article: article.day == LAST_DAY)
    stories: dict[str, set[int]] = {}
    for number, (article, found) in enumerate(_judge_all(arrived), 1):
        stories.setdefault(article.story, set()).add(found.story_id or number)
    assert {story: found for story, found in stories.items() if len(found) > 1} == {}
    assert len(set.union(*stories.values())) == len(stories)


def _judge_all(articles: Iterable[PracticeArticle]) -> Iterator[tuple[PracticeArticle, Judgement]]:
    """Texts without a date count from their arrival, at the anchor."""
    index = StoryIndex.scratch()
    for number, article in enumerate(articles, 1):
        at = article.published_at(ANCHOR) or ANCHOR
        print_ = fingerprint(Article(outlet=article.outlet, url="", key="", title=article.title, body=article.body))
        found = judge(print_, at, index)
        index.add(number, found.story_id or number, print_, at)
        yield article, found
