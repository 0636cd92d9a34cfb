"""Watch files, the query language and the matcher: tables of cases, and the compiled matcher against a slow plain one."""

from __future__ import annotations

import random
import re
import sqlite3
import time
from functools import cache
from pathlib import Path

import pytest

from crawler.arabic import Token, fold_text, tokens
from crawler.arabic.clitics import Reading, readings, stems
from crawler.arabic.words import raw_words, word_token
from crawler.errors import ConfigurationError
from crawler.items import Match
from crawler.watches import (
    AllOf,
    AnyOf,
    Matcher,
    Near,
    Query,
    Term,
    Watch,
    WatchFile,
    Without,
    explain,
    fts_expression,
    load_watches,
    parse_query,
    parse_term,
)
from crawler.watches.acquaintance import Acquaintance
from crawler.watches.concepts import BUILT_IN
from crawler.watches.phrases import exact_phrase, is_at, is_exactly_at, is_whole_number

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = (ROOT / "watches.example.toml").read_text(encoding="utf-8")


def find(query: str, body: str, title: str = "", **keys: object) -> list[Match]:
    names = bool(keys.pop("proper_names", False))
    return Matcher([Watch(name="q", query=parse_query(query, proper_names=names), **keys)]).find(title, body)  # type: ignore[arg-type]


# --- what is found ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "body", "found"),
    [
        # phrases
        ('"ضمانات أمنية"', "وبالضمانات الأمنيّة وحدها", ["وبالضمانات الأمنيّة"]),
        ('"ضمانات أمنية"', "ضماناتها الأمنية و«ضمانات أمنية»", ["ضماناتها الأمنية", "ضمانات أمنية"]),
        ('"ضمانات أمنية"', "ضماناتها أمنية", []),
        ('"ضمانات أمنية"', "ضمانات وأمنية، ضمانات لأمنية، ضمانات. أمنية، ضمانات\n\nأمنية، ضمانات و«أمنية»", []),
        ('"ضمانات أمنية"', "ضمانات&nbsp;أمنية وضمانات&hellip;أمنية", ["ضمانات&nbsp;أمنية"]),
        ('"ضمانات أمنية"', "أمنيات وضمانات بنكية وأمن غذائي", []),
        ('"وقف إطلاق النار"', "وقفٌ لإطلاق النار، ووقف إطلاق النار", ["وقفٌ لإطلاق النار", "ووقف إطلاق النار"]),
        ('"وقف إطلاق النار"', "الوقف لإطلاق النار", []),
        ('"مشروع قانون"', "مشروعا قانونٍ ومشروع قانونها", ["مشروعا قانونٍ", "ومشروع قانونها"]),
        ('"مشروع قانون"', "المشروع قانونها مشروع قانوناً", []),
        ('"أمن غذائي"', "أمنا غذائيا", ["أمنا غذائيا"]),
        ('"ذكاء اصطناعي"', "ذكاء اصطناعيا. بذكاء اصطناعيا، الذكاء اصطناعيا، ذكاؤه اصطناعيا", ["ذكاء اصطناعيا"]),
        ('"حزب الله"', "لـ\"حزب الله\" وحزب ﷲ", ["حزب الله", "وحزب ﷲ"]),
        ('"حلف شمال الأطلسي"', "حلف (شمال\nالأطلسي", ["حلف (شمال\nالأطلسي"]),
        ("جيه.دي", "جيه.دي فانس. جيه. دي", ["جيه.دي"]),
        # numbers
        ('"المادة الخامسة"', "المادة الخامسة عشرة، والمادة الخامسة والعشرون", []),
        ('"المادة الخامسة"', "والمادة الخامسة من الميثاق", ["والمادة الخامسة"]),
        ('"المادة 5"', "المادة (٥) لا المادة 50 ولا المادة 5.2", ["المادة (٥"]),
        # signs
        ("=أمنية", "الأمنية وأمنية وأمنيه و«أُمنية»", ["أُمنية"]),
        ('="وقف إطلاق"', "ووقف إطلاق، وقف إطلاق", ["وقف إطلاق"]),
        ("=وَقف", "وقف وَقْف", ["وَقْف"]),
        ("أوكران*", "للأوكرانيين والأوكرا", ["للأوكرانيين"]),
        ("Zelensk*", "zelenskyy Zelens", ["zelenskyy"]),
        ("^الرئيس", "رئيس والرئيس", ["والرئيس"]),
        ("^رئيس", "الرئيس ورئيس", ["ورئيس"]),
        ("~هدنة", "هدنتان وهدن", ["هدنتان"]),
        ("~صاروخ", "صاروخان وصواريخ وصاروخية", ["صاروخان", "وصاروخية"]),
        ("ترامب|ترمب", "ترامب وترمب والترمبون", ["ترامب", "وترمب"]),
        ("nato", "NATO Renato الـNATO", ["NATO", "NATO"]),
        # operators
        ("روسيا AND عقوبات", "روسيا وحدها", []),
        ("روسيا عقوبات", "عقوبات\n\nعلى روسيا", ["عقوبات", "روسيا"]),
        ("ترامب NOT برج", "ترامب أمام برجه", []),
        ("ترامب AND NOT برج", "ترامب", ["ترامب"]),
        ("روسيا NEAR/2 عقوبات", "عقوبات جديدة على روسيا. روسيا", ["عقوبات", "روسيا"]),
        ("روسيا NEAR/1 عقوبات", "عقوبات جديدة على روسيا", []),
        ("روسيا NEAR/9 عقوبات", "عقوبات\n\nروسيا", []),
        ("روسيا ONEAR/3 عقوبات", "عقوبات على روسيا", []),
        ("روسيا NEAR/0 روسيا", "روسيا", []),
        ("(روسيا|بكين) NEAR/1 (عقوبات OR حرب)", "حرب بكين", ["حرب", "بكين"]),
        ('"ضمانات أمنية" NEAR/1 الناتو', "ضمانات أمنية من الناتو", ["ضمانات أمنية", "الناتو"]),
        ("الناتو NEAR/1 ضمانات", "ضمانات لـ«الناتو»", ["ضمانات", "الناتو"]),
        # zero-width separators: both readings
        ('"ضمانات أمنية" OR ضماناتنا', "ضمانات\u200cأمنية وضمانات\u200cنا", ["ضمانات\u200cأمنية", "وضمانات\u200cنا"]),
    ],
)  # fmt: skip
def test_what_a_query_finds(query: str, body: str, found: list[str]) -> None:
    matches = find(query, body)
    assert [match.text for match in matches] == found
    assert all(body[match.start : match.end] == match.text for match in matches)


def test_scope_and_fields() -> None:
    body = "أول\n\nثانٍ\n\nالناتو"
    assert find("الناتو", body, scope="title+body")
    assert not find("الناتو", body, scope="title+lead")
    assert find("ثان", "أول\n\nثان\n\nالناتو", scope="title+lead")
    assert not find("أول", body, scope="title")
    assert [match.field for match in find("الناتو", "الناتو", "الناتو")] == ["title", "body"]
    assert [match.field for match in find("title:الناتو", "الناتو", "الناتو")] == ["title"]
    assert not find("title:الناتو AND body:روسيا", "الناتو", "روسيا")
    assert not find("الناتو NOT روسيا", "الناتو", "روسيا"), "NOT looks at the whole scope"
    assert find("الناتو NOT روسيا", "روسيا", "الناتو", scope="title")


def test_terms_are_named_as_written_and_the_longest_wins() -> None:
    (match,) = find("ضمانات*", "الضمانات")
    assert (match.watch, match.term, match.start, match.end) == ("q", "ضمانات*", 0, 8)
    assert [match.text for match in find('"روسيا روسيا"', "روسيا روسيا روسيا")] == ["روسيا روسيا"]
    assert {match.term for match in find("@nato", "حلف الأطلسي والناتو")} == {"الحلف الأطلسي", "حلف الأطلسي", "الناتو"}


@pytest.mark.parametrize(
    ("concept", "text", "found"),
    [
        ("@security-guarantees", "بالضمانات الأمنية التي طلبتها كييف", True),
        ("@security-guarantees", "ضماناتٍ أمنيةً ملزمة", True),
        ("@security-guarantees", "ضمانة أمنية واحدة", True),
        ("@security-guarantees", "الضمان الأمني الأوروبي", True),
        ("@security-guarantees", "security guarantees for Kyiv", True),
        ("@security-guarantees", "لضمان أمن أوكرانيا", True),
        ("@security-guarantees", "ضمانات بنكية لشركة أمنية", False),
        ("@security-guarantees", "لضمان أمن الحجاج", False),
        ("@security-guarantees", "الأمن الغذائي بضمانات مالية", False),
        ("@security-guarantees", "أمنيات بلا ضمانات", False),
        ("@nato", "انضمام إلى ناتو", True),
        ("@nato", "وبحلف شمال الأطلسيّ", True),
        ("@nato", "حلف الشمال الأطلسي", True),
        ("@nato", "قمة OTAN", True),
        ("@nato", "السيناتور أناتول", False),
        ("@nato", "المحيط الأطلسي والمجلس الأطلسي", False),
        ("@nato", "المهاجم نيتو", False),
    ],
)
def test_built_in_concepts(concept: str, text: str, found: bool) -> None:
    assert bool(find(concept, text)) is found


# --- queries that cannot be read --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "place", "right"),
    [
        ("", "is empty", "write a word"),
        ("(أوكرانيا", "character 1,", "write )"),
        ("أوكرانيا)", "character 9,", "closes nothing"),
        ("()", "character 2,", "nothing between"),
        ("أوكرانيا AND", "at its end", "AND needs a word"),
        ("NOT أوكرانيا", "character 1,", "write what is looked for first"),
        ("كييف OR NOT لندن", "character 9,", "write what is looked for first"),
        ("أوكرانيا NEAR كييف", "character 10,", "NEAR/5"),
        ("كييف NEAR/9999 لندن", "character 6,", "at most 1000"),
        ("near/5 كييف", "character 1,", "capitals"),
        ("(كييف AND لندن) NEAR/3 باريس", "character 1,", "put AND and NOT outside"),
        ("كييف، لندن", "character 5,", "write OR"),
        ("كييف؟", "character 5,", "nothing"),
        ("-كييف", "character 1,", "write NOT"),
        ("كييف && لندن", "character 6,", "write AND"),
        ("كييف || لندن", "character 6,", "write OR"),
        ("!كييف", "character 1,", "write NOT"),
        ("[كييف TO لندن]", "character 1,", "parentheses"),
        ("/كييف/", "character 1,", "no regular expressions"),
        ("'كييف'", "character 1,", "straight double quotes"),
        ("كييف~2", "character 5,", "~كييف"),
        ("كييف^4", "character 5,", "^كييف"),
        ("*كييف", "character 1,", "at the end of a word"),
        ("كي*ف", "character 3,", "at the end of a word"),
        ("=كييف*", "character 1,", "one of them"),
        ("عنوان:كييف", "character 1,", "title: and body:"),
        ('"كييف', "character 1,", 'quote "'),
        ('"كييف، لندن"', "character 1,", "two phrases"),
        ('~"ضمان أمني"', "character 1,", "one word"),
        ("@natto", "character 1,", "@nato"),
        ("حر", "character 1,", "=حر"),
        ("🙂", "character 1,", "no word"),
        ("(" * 60 + "كييف", "character 51,", "parentheses"),
        ("=", "character 1,", "directly after ="),
    ],
)
def test_errors_point_at_the_character(query: str, place: str, right: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        parse_query(query)
    assert place in str(error.value)
    assert right in str(error.value)


@pytest.mark.parametrize("term", ["a AND b", "روسيا OR كييف", "المادة (5)", "", "(روسيا)", "روسيا NEAR/3 كييف", "كييف|", "كييف||لندن"])
def test_terms_take_one_leaf(term: str) -> None:
    with pytest.raises(ConfigurationError):
        parse_term(term)


def test_alternatives_in_a_term_need_no_quotes() -> None:
    assert parse_term("ضمانات أمنية | =ضمان") == AnyOf((parse_term("ضمانات أمنية"), parse_term("=ضمان")))
    with pytest.raises(ConfigurationError, match="character 8, 'من'"):
        parse_term("كييف | من")


def test_binding() -> None:
    match parse_query("a1 b1 NOT c1 OR d1 AND e1|f1 NEAR/3 g1"):
        case AnyOf((AllOf((Term(), Without(Term(), Term()))), AllOf((Term(), Near(AnyOf(), Term(), 3, False))))):
            pass
        case tree:
            pytest.fail(str(explain(tree)))


@pytest.mark.parametrize(
    ("query", "warning"),
    [
        ("ضمانات أمنية", '"ضمانات أمنية"'),
        ("كييف OR لندن AND باريس", "parentheses"),
        ("كييف or لندن", "written OR"),
        ("كييف أو لندن", "written OR"),
    ],
)
def test_what_is_probably_not_meant_is_said(query: str, warning: str) -> None:
    warnings: list[str] = []
    parse_query(query, warnings=warnings)
    assert any(warning in one for one in warnings)


def test_random_text_never_breaks_the_parser() -> None:
    chance = random.Random(7)
    signs = ['"', "(", ")", "|", "*", "=", "^", "~", "«", "،", "\u200f", "\ud800", "\x00", " "]
    parts = [*signs, "كييف", " AND ", " OR ", " NOT ", " NEAR/3 ", "@nato", "title:"]
    for _ in range(3000):
        query = "".join(chance.choices(parts, k=chance.randrange(1, 9)))
        try:
            tree = parse_query(query)
        except ConfigurationError:
            continue
        assert explain(tree)
        Matcher([Watch(name="q", query=tree)]).find("كييف", query)


# --- watch files ------------------------------------------------------------------------------------------------------

WATCH = '[[watch]]\nname = "a"\n'


def load(tmp_path: Path, text: str, known: list[str] | None = None) -> WatchFile:
    return load_watches(_written(tmp_path, text), known)


def _written(folder: Path, text: str) -> Path:
    path = folder / "watches.toml"
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "place", "right"),
    [
        (WATCH + 'terms = ["كييف"، "لندن"]', "line 3, terms:", "type , instead"),
        (WATCH + "terms = [“كييف”]", "line 3, terms:", 'type " instead'),
        (WATCH + 'terms = ["كييف"]\n\u200fwhen = "now"', "line 4", "U+200F"),
        (WATCH + 'query = ""ضمانات أمنية" AND كييف"', "line 3, query:", """'"ضمانات أمنية" AND كييف'"""),
        (WATCH + 'query = "كييف AND "ضمانات أمنية"" # both', "line 3, query:", """'كييف AND "ضمانات أمنية"'"""),
        (WATCH + 'terms = ["كييف"\nwhen = "now"', "line 3, terms:", "or the ] at the end"),
        (WATCH + 'terms = ["كييف"]\nenabled = yes', "line 4, enabled:", "write true, in small letters and without quotes"),
        (WATCH + 'terms = ["كييف"]\nfull = Off', "line 4, full:", "write false"),
        (WATCH + 'عبارات = ["كييف"]', "line 3, عبارات:", "English words"),
        ('[[watch]\nname = "a"', "line 1:", "[[ ends with ]]"),
        ('[ [watch] ]\nname = "a"', "line 1:", "[[watch]]"),
        ('name = "a"\nterms = ["كييف"]', "line 1, name:", "write [[watch]] on a line before it"),
        ('[concepts]\n\nq = ["كييف"]', "line 3, q:", "[concepts.q]"),
        ('[[health]]\nchannels = ["desk"]', "line 1, health:", "write [health]"),
        (WATCH + "terms = كييف", "line 3, terms:", '"كييف"'),
        (WATCH + 'terms = ["كييف"]\nenabled = True', "line 4, enabled:", "true"),
        (WATCH + "terms = ['كييف' 'لندن']", "line 3, terms:", "comma"),
        (WATCH + 'terms = "كييف"', "line 3, terms:", '["كييف"]'),
        (WATCH + 'term = ["كييف"]', "line 3, term:", "terms"),
        (WATCH + "terms = []", "line 3, terms:", "missing"),
        (WATCH + 'terms = [\n "كييف",\n "ضمانات، أمنية",\n]', "line 5, terms:", "character 7"),
        (WATCH + 'terms = ["@natto"]', "line 3, terms:", "@nato"),
        (WATCH + 'query = "كييف AND"', "line 3, query:", "AND needs"),
        (WATCH + 'query = "كييف"\nterms = ["كييف"]', "line 3, query:", "not both"),
        (WATCH + 'terms = ["كييف"]\nwhen = "daily 25:00"', "line 4, when:", "daily HH:MM"),
        (WATCH + 'terms = ["كييف"]\nwhen = "weekly sunday 07:00"', "line 4, when:", "weekly sun HH:MM"),
        (WATCH + 'terms = ["كييف"]\nquiet = "23-6"', "line 4, quiet:", "23:00-06:00"),
        (WATCH + 'terms = ["كييف"]\ntimezone = "Asia/Aman"', "line 4, timezone:", "Asia/Amman"),
        (WATCH + 'terms = ["كييف"]\nin = "body"', "line 4, in:", "title+lead"),
        (WATCH + 'terms = ["كييف"]\nupdates = "yes"', "line 4, updates:", "true or false"),
        (WATCH + 'terms = ["كييف"]\ncountries = ["JO"]', "line 4, countries:", "jo"),
        (WATCH + 'terms = ["كييف"]\nchannels = ["nope"]', "line 4, channels:", '[[channel]] table with name = "nope"'),
        (WATCH + 'terms = ["كييف"]\noutlets = ["al_aim"]', "line 4, outlets:", "al_ain"),
        (WATCH + 'terms = ["كييف"]\n' + WATCH + 'terms = ["لندن"]', "line 5, name:", "another name"),
        ('[[watch]]\nterms = ["كييف"]', "line 1, name:", "missing"),
        ('[[watch]]\nname = "a b"\nterms = ["كييف"]', "line 2, name:", "letters"),
        ("[[wach]]\n", "line 1, wach:", "watch"),
        ('[channel]\nname = "x"', "line 1, channel:", "[[channel]]"),
        ('[[channel]]\nname = "x"', "line 1, url:", "url_env"),
        ('[[channel]]\nname = "x"\nurl = "mailto:desk"', "line 3, url:", "mailto:desk@example.org"),
        ('[[channel]]\nname = "x"\nurl = "desk"', "line 3, url:", "mailto:"),
        ('[[channel]]\nname = "x"\nurl = "https://x.example:99999/"', "line 3, url:", "https://"),
        ('[[channel]]\nname = "x"\nurl = "https://x.example/"\ndaily_cap = 0', "line 4, daily_cap:", "from 1 up"),
        ('[[channel]]\nname = "x"\nurl = "https://x.example/"\nowner = "y"', "line 4, owner:", "there are x"),
        ('[[channel]]\nname = "x"\nurl_env = "https://secret"', "line 3, url_env:", "environment variable"),
        ('[[feed]]\nurl = "example.org"', "line 2, url:", "https://"),
        ('[health]\nchannels = ["desk"]', "line 2, channels:", "no channel desk"),
        ('[concepts.q]\nterms = ["@q"]', "line 2, terms:", "contains itself"),
        ("concepts = 3", "line 1, concepts:", "[concepts.nato]"),
    ],
)
def test_a_wrong_file_is_named_by_line_and_key(tmp_path: Path, text: str, place: str, right: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        load(tmp_path, text, ["al_ain"])
    assert str(error.value).startswith(f"watches.toml, {place}")
    assert right in str(error.value)


def test_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "watches.toml"
    path.write_text(
        "\ufeff"
        + SAMPLE
        + """
[[watch]]
name = "مراقبة-1"
terms = ["@مخصص"]
channels = []
when = "weekly sun 07:30"
quiet = "23:00-06:00"
timezone = "Asia/Amman"
not_outlets = ["al_ain"]
countries = ["jo"]
in = "title+lead"
updates = true
[concepts."مخصص"]
terms = ["لافروف", "@nato"]
proper_names = true
[[channel]]
name = "hook"
url = "https://hooks.slack.com/services/T0"
[[channel]]
name = "unsigned"
url = "https://example.org/hook"
[[feed]]
url = "https://www.example.org/rss.xml"
[health]
channels = ["hook"]
""",
        encoding="utf-8",
    )
    found = load_watches(path)
    watch = found.watches[-1]
    assert (watch.name, watch.channels, watch.when, watch.scope, watch.updates) == ("مراقبة-1", (), "weekly sun 07:30", "title+lead", True)
    assert watch.covers("x", "jo")
    assert not watch.covers("al_ain", "jo")
    assert not watch.covers("x", "sa")
    assert found.watches[0].channels is None
    assert found.feeds[0].outlet == "example.org"
    assert found.health_channels == ("hook",)
    assert len(found.warnings) == 2
    assert "slack://" in found.warnings[0]
    assert "secret_env" in found.warnings[1]


def test_the_file_in_the_docs_is_right(tmp_path: Path) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "watches.md").read_text(encoding="utf-8"), re.DOTALL)
    found = load_watches(_written(tmp_path, max(blocks, key=len)), ["al_ain"])
    assert [watch.name for watch in found.watches] == ["security-guarantees", "nato", "guarantees-near-nato"]
    assert [channel.name for channel in found.channels] == ["desk-mail", "desk-hook"]
    for block in blocks:
        assert load_watches(_written(tmp_path, block))


def test_a_feed_that_stands_twice_is_read_once(tmp_path: Path) -> None:
    row = '[[feed]]\nurl = "https://example.org/rss"\n'
    file = load(tmp_path, row + 'title = "الأولى"\n' + row)
    assert [feed.title for feed in file.feeds] == ["الأولى"]
    assert "line 5, url:" in file.warnings[0]


def test_a_concept_of_the_file_replaces_the_built_in_one(tmp_path: Path) -> None:
    found = load(tmp_path, WATCH + 'terms = ["@nato"]\n[concepts.nato]\nterms = ["حلف وارسو"]')
    assert [match.text for match in Matcher(found.watches).find("", "الناتو وحلف وارسو")] == ["وحلف وارسو"]


def test_the_definition_changes_with_what_is_found_only() -> None:
    def definition(**keys: object) -> str:
        return Watch(**{"name": "a", "query": parse_query("@nato"), **keys}).definition  # type: ignore[arg-type]

    assert definition() == definition(name="b", when="hourly", channels=("x",))
    assert len({definition(), definition(scope="title"), definition(outlets=("x",)), definition(query=parse_query("الناتو"))}) == 4
    assert definition(query=parse_query("الناتو")) != definition(query=parse_query("الناتو", proper_names=True))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "w.toml").write_bytes('name = "كييف"'.encode("windows-1256"))
    with pytest.raises(ConfigurationError, match="UTF-8"):
        load_watches(tmp_path / "w.toml")
    with pytest.raises(ConfigurationError, match="watch init"):
        load_watches(tmp_path / "none.toml")


# --- the compiled matcher against a slow plain one --------------------------------------------------------------------

WORDS = [
    *("ضمانات", "الضمانات", "وبضماناتها", "أمنية", "الأمنية", "لأمنية", "ضمانات\u200cأمنية", "الناتو", "لـ«الناتو»", "NATO", "روسيا"),
    *("حلف", "شمال", "الأطلسي", "وقف", "لإطلاق", "إطلاق", "النار", "المادة", "الخامسة", "عشرة", "5"),
]
JOINTS = [" ", " ", " ", " ", "، ", ". ", "\n", "\n\n", " «", "-", "&quot;"]
LEAVES = [
    "ضمانات",
    '"ضمانات أمنية"',
    "@nato",
    "=أمنية",
    "إطل*",
    '"وقف إطلاق النار"',
    "~ضمان",
    "^الناتو",
    '"المادة الخامسة"',
    "روسيا|الناتو",
    "title:روسيا",
    "body:ضمانات",
]


def test_the_compiled_matcher_agrees_with_a_plain_one() -> None:
    chance = random.Random(20)
    watches = [Watch(name=f"q{number}", query=parse_query(_random_query(chance, 3))) for number in range(100)]
    together = Matcher(watches)
    for _ in range(100):
        title, body = _random_text(chance, 5), _random_text(chance, 20)
        fired = {match.watch for match in together.find(title, body)}
        assert fired == {watch.name for watch in watches if _plainly_true(watch.query, title, body)}, (title, body)


def _random_text(chance: random.Random, words: int) -> str:
    return "".join(chance.choice(WORDS) + chance.choice(JOINTS) for _ in range(words))


def _random_query(chance: random.Random, depth: int) -> str:
    if not depth or chance.random() < 0.3:
        return chance.choice(LEAVES)
    operator = chance.choice(["AND", "OR", "NOT", "NEAR/3", "ONEAR/2"])
    if "NEAR" in operator:
        return f"({chance.choice(LEAVES)} {operator} {chance.choice(LEAVES)})"
    return f"({_random_query(chance, depth - 1)} {operator} {_random_query(chance, depth - 1)})"


def _plainly_true(query: Query, title: str, body: str) -> bool:
    match query:
        case Term():
            return bool(_plain_places(query, title, body))
        case AnyOf(parts):
            return any(_plainly_true(part, title, body) for part in parts)
        case AllOf(parts):
            return all(_plainly_true(part, title, body) for part in parts)
        case Without(kept, dropped):
            return _plainly_true(kept, title, body) and not _plainly_true(dropped, title, body)
        case Near(left, right, distance, is_ordered):
            pairs = [(a, b) for a in _plain_places(left, title, body) for b in _plain_places(right, title, body)]
            return any(
                a[:2] == b[:2] and (0 <= b[2] - a[3] - 1 <= distance or (not is_ordered and 0 <= a[2] - b[3] - 1 <= distance))
                for a, b in pairs
            )


@cache
def _plain_places(query: Query, title: str, body: str) -> list[tuple[str, int, int, int]]:
    """Field, paragraph, first and last word of every place, by trying each term at each word."""
    if isinstance(query, AnyOf):
        return [place for part in query.parts for place in _plain_places(part, title, body)]
    assert isinstance(query, Term)
    found = []
    for field, text in (("title", title), ("body", body)):
        for whole in (False, True):
            words, apart = tokens(text, whole=whole), tokens(text)
            for first in range(len(words)):
                last = first + len(query.slots) - 1
                if query.field in (None, field) and _plainly_at(query, text, words, first):
                    at = next(n for n, token in enumerate(apart) if token.start == words[first].start)
                    to = next(n for n, token in enumerate(apart) if token.end == words[last].end)
                    found.append((field, sum(token.gap == 2 for token in apart[: at + 1]), at, to))
    return found


def _plainly_at(term: Term, text: str, words: list[Token], first: int) -> bool:
    if term.exact:
        return is_exactly_at(exact_phrase(term), words, first)
    starts = {word.base[:-1] for slot in term.slots for word in slot if word.any_ending}

    def read(token: Token) -> list[Reading]:
        return [*readings(token), *stems(token, starts, range(30))]

    return is_at(term.slots, words, first, read) and is_whole_number(text, words, first, first + len(term.slots) - 1)


def test_words_passed_over_are_words_that_nothing_starts_at() -> None:
    chance = random.Random(3)
    bases, spelled = {"ضمانات", "امنيه", "مستشفي", "مواطنين", "nato", "5", "عسكر*"}, {"لجنة"}

    def is_wanted(token: Token) -> bool:
        found = [*readings(token, bases), *stems(token, {"عسكر"}, {4})]
        return token.spelled in spelled or any(reading.base in bases for reading in found)

    met = Acquaintance(bases, spelled, is_wanted)
    seen: set[str] = set()
    ends = ("", " وبمستشفاهم", " للمواطنون", " أمنيّتها", " وعسكريًا", " ولجنة", " لجنة")
    for _ in range(300):
        words = set(raw_words(_random_text(chance, 12) + chance.choice(ends)))
        seen |= met.wanted_of(words)
        assert met.wanted_of(words) == {word for word in words if is_wanted(word_token(word))}
    assert seen >= {"وبمستشفاهم", "أمنيّتها", "وعسكريًا", "لجنة"}
    assert "ولجنة" not in seen


def test_the_full_text_expression_never_loses_a_hit() -> None:
    chance = random.Random(4)
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE texts USING fts5(body, tokenize = 'unicode61 remove_diacritics 0')")
    bodies = [_random_text(chance, 12) for _ in range(200)] + ["للجنة مستشفاه مواطنوه عملتها", "وبالضمانات لـ75 دولة", "لللجنة"]
    connection.executemany("INSERT INTO texts(rowid, body) VALUES (?, ?)", [(n, fold_text(body)) for n, body in enumerate(bodies)])
    queries = [*(_random_query(chance, 2) for _ in range(60)), "لجنة", "مستشفى", "مواطنين", "عملة", "=ضمانات", '"75"', "nato NOT x1y"]
    for text in queries:
        query = parse_query(text)
        matcher = Matcher([Watch(name="q", query=query)])
        hits = {n for n, body in enumerate(bodies) if matcher.find("", body)}
        expression = fts_expression(query)
        if expression is not None:
            assert hits <= {row[0] for row in connection.execute("SELECT rowid FROM texts WHERE texts MATCH ?", (expression,))}, text
    connection.close()


@pytest.mark.parametrize(
    "text",
    [
        *("الناتو ", "وقف لإطلاق ", "ضمانات\n", "ضمانات\u200c", "وفبكلال", "روسيا عقوبات "),
        *("و ", "وـ", "ل", "&", "&quot;", "\n ", '"', "1.", "\u064e"),
    ],
)
def test_no_text_is_slower_than_linear(text: str) -> None:
    matcher = Matcher([Watch(name="q", query=parse_query('@nato OR "وقف إطلاق النار" OR (روسيا NEAR/5 عقوبات) OR "ضمانات أمنية"'))])
    started = time.perf_counter()
    matcher.find("", text * (100_000 // len(text)))
    assert time.perf_counter() - started < 3


def test_every_built_in_concept_is_read() -> None:
    assert all(parse_query(f"@{name}") for name in BUILT_IN)
