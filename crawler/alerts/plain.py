"""An alert in, the plain part of its mail out."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.alerts import phrases
from crawler.alerts.inert import RLM, clean_line, isolate, safe_url
from crawler.alerts.messages import Style
from crawler.items import Alert, AlertItem


def write_plain(alert: Alert, style: Style) -> str:
    """Cleaned lines that start in the language's direction; addresses stand alone, or marks beside them would become part of them."""
    start = RLM if style.wording.direction == "rtl" else ""
    lines = [line if not line or line.startswith(("http://", "https://", "--")) else f"{start}{line}" for line in _lines(alert, style)]
    return "\n".join(lines) + "\n"


def _lines(alert: Alert, style: Style) -> Iterator[str]:
    word = style.wording
    yield " · ".join(map(isolate, phrases.kind(alert, style)))
    yield ""
    if alert.kind == "test":
        yield word.test_text
        return
    for item in alert.items:
        yield from _item(item, style)
        yield ""
    yield "-- "
    yield word.stops(isolate(clean_line(alert.watch, 100)), isolate(phrases.stop_key(alert)))


def _item(item: AlertItem, style: Style) -> Iterator[str]:
    word = style.wording
    yield isolate(phrases.headline(item))
    yield f"{isolate(phrases.outlet(item))} · {isolate(phrases.published(item, style))}"
    if pieces := phrases.evidence(item).pieces():
        sentence = "".join(f"[{text}]" if found else text for text, found in pieces)
        yield f"{word.why}: {isolate(clean_line(sentence, 1000))}"
    if others := phrases.others(item):
        names = f"{word.comma} ".join(isolate(name) for name, _ in others[: phrases.MOST_OTHERS])
        yield f"{word.others(len(others))}: {names}{f'{word.comma} …' if len(others) > phrases.MOST_OTHERS else ''}"
    if first := phrases.first(item):
        yield f"{word.first}: {isolate(first)}"
    yield from filter(None, (safe_url(item.article.url), style.story_url(item.story.id)))
