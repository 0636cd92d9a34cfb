"""An alert in, the HTML part of its mail out: inline styles and `dir` on every block, no tables, no images, no style sheet.

Gmail drops the html and body elements, Outlook reads no `max-width` and no style sheet, phones scale what is
wider than they are: so every paragraph carries its own direction, and only what all of them keep is used.
"""

from __future__ import annotations

from crawler.alerts import phrases
from crawler.alerts.inert import escape, safe_url
from crawler.alerts.messages import Excerpt, Style
from crawler.alerts.wording import Wording
from crawler.items import Alert, AlertItem

FULL_DIGEST = 30
"""Digests of more stories than this give each a headline and a line: Gmail cuts a mail at 102 KB."""

_FONT = "font-family:'Segoe UI','Noto Naskh Arabic','Geeza Pro',Tahoma,Arial,sans-serif"
_INK, _GREY, _LINK, _GOLD = "#202124", "#5f6368", "#0b57d0", "#f2c200"
_FOUND = f"background-color:#fff1a8;color:{_INK}"


def write_html(alert: Alert, style: Style) -> str:
    """A whole document; every text of others in it is escaped."""
    word = style.wording
    parts = [_block(word, "p", " · ".join(map(_isolated, phrases.kind(alert, style))), f"font-size:13px;color:{_GREY};margin:0 0 14px")]
    if alert.kind == "test":
        parts.append(_block(word, "p", word.test_text, "font-size:17px;line-height:1.7;margin:0 0 16px"))
    else:
        short = len(alert.items) > FULL_DIGEST
        parts += [_short_item(item, style) if short else _item(item, style, single=len(alert.items) == 1) for item in alert.items]
        parts.append(_foot(alert, word))
    page = f"max-width:600px;margin:0 auto;padding:20px 16px;color:{_INK};background-color:#ffffff"
    return (
        f'<!DOCTYPE html>\n<html dir="{word.direction}" lang="{word.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(phrases.subject(alert, style))}</title></head>\n"
        f'<body dir="{word.direction}" style="margin:0;padding:0;direction:{word.direction};background-color:#ffffff">\n'
        + _block(word, "div", "\n" + "\n".join(parts) + "\n", page)
        + "\n</body></html>\n"
    )


def _item(item: AlertItem, style: Style, *, single: bool) -> str:
    word, url = style.wording, safe_url(item.article.url)
    title = _link(url, escape(phrases.headline(item)), underlined=False)
    where = f"{_isolated(phrases.outlet(item))} · {_isolated(phrases.published(item, style))}"
    lines = [
        _block(word, "p", title, f"font-size:{22 if single else 17}px;line-height:1.5;font-weight:bold;margin:0 0 6px"),
        _block(word, "p", where, f"font-size:14px;line-height:1.6;color:{_GREY};margin:0 0 12px"),
    ]
    if sentence := _marked(phrases.evidence(item)):
        edge = "right" if word.direction == "rtl" else "left"
        css = f"font-size:16px;line-height:1.8;margin:0 0 14px;padding:0;padding-{edge}:12px;border-{edge}:3px solid {_GOLD}"
        lines.append(_block(word, "p", sentence, css))
    if others := _others(item, style):
        lines.append(_block(word, "p", others, f"font-size:14px;line-height:1.7;color:{_GREY};margin:0 0 14px"))
    if single:
        addresses = ((url, word.read), (style.story_url(item.story.id), word.story))
        links = [_link(address, text) for address, text in addresses if address]
        lines.append(_block(word, "p", " &nbsp; ".join(links), "font-size:16px;line-height:1.7;margin:0 0 8px"))
    inner = "\n" + "\n".join(lines) + "\n"
    return inner.strip() if single else _block(word, "div", inner, "border-bottom:1px solid #dadce0;margin:0 0 16px;padding:0 0 4px")


def _short_item(item: AlertItem, style: Style) -> str:
    word, others = style.wording, phrases.others(item)
    title = _link(safe_url(item.article.url), escape(phrases.headline(item, 150)), underlined=False)
    facts = [phrases.outlet(item), phrases.published(item, style), *([word.others(len(others))] if others else [])]
    line = " · ".join(f"<bdi>{escape(fact)}</bdi>" for fact in facts)
    inner = f'<b>{title}</b><br><span style="color:{_GREY}">{line}</span>'
    return _block(word, "p", inner, "font-size:14px;line-height:1.6;margin:0 0 10px")


def _others(item: AlertItem, style: Style) -> str:
    word, others = style.wording, phrases.others(item)
    if not others:
        return ""
    names = [_link(url, _isolated(name), colour=_GREY) for name, url in others[: phrases.MOST_OTHERS]]
    more = ["…"] if len(others) > phrases.MOST_OTHERS else []
    carried = f"{word.others(len(others))}: {f'{word.comma} '.join([*names, *more])}"
    first = phrases.first(item)
    return f"{carried} · {word.first}: {_isolated(first)}" if first else carried


def _foot(alert: Alert, word: Wording) -> str:
    key = f'<code dir="ltr" style="direction:ltr;unicode-bidi:isolate;font-size:12px">{phrases.stop_key(alert)}</code>'
    line = "border-top:1px solid #dadce0;" if len(alert.items) == 1 else ""  # a digest's last story ends with a line of its own
    css = f"font-size:12px;line-height:1.7;color:{_GREY};{line}margin:24px 0 0;padding:12px 0 0"
    return _block(word, "p", word.stops(_isolated(alert.watch), key), css)


def _marked(piece: Excerpt) -> str:
    """The sentence with what was found bold on yellow: bold is what is left where a program shows no colours."""
    return "".join(f'<b style="{_FOUND}">{_inline(text)}</b>' if found else _inline(text) for text, found in piece.pieces())


def _inline(text: str) -> str:
    """Escaped, its blanks at either end kept."""
    return f"{' ' * text[:1].isspace()}{escape(text)}{' ' * text[-1:].isspace()}"


def _block(word: Wording, tag: str, inner: str, css: str) -> str:
    align = "right" if word.direction == "rtl" else "left"
    frame = f"direction:{word.direction};text-align:{align};{_FONT};{css}"
    return f'<{tag} dir="{word.direction}" lang="{word.language}" style="{frame}">{inner}</{tag}>'


def _isolated(text: str) -> str:
    """Isolated for programs that know the element and for those that know the style only."""
    return f'<bdi style="unicode-bidi:isolate">{escape(text)}</bdi>'


def _link(url: str, inner: str, *, colour: str = _LINK, underlined: bool = True) -> str:
    line = "underline" if underlined else "none"
    return f'<a href="{escape(url)}" style="color:{colour};text-decoration:{line}">{inner}</a>' if url else inner
