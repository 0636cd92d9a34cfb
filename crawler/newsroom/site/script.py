"""A visit comes in, a page that is empty until its script has run goes out; and the JSON that the script fetches."""

from __future__ import annotations

import json

from crawler.newsroom.site.edition import Visit
from crawler.newsroom.site.markup import document
from crawler.newsroom.site.printed import LEVANTINE, long_date

API = "/api"
"""Path before a page's path: the article as JSON."""

_SCRIPT = """<div id="app">جارٍ التحميل…</div>
<script>
fetch("/api" + location.pathname).then(answer => answer.json()).then(article => {
  const element = (tag, text, name) => Object.assign(document.createElement(tag), {textContent: text, className: name || ""});
  const box = element("div", "", "article-body");
  article.paragraphs.forEach(text => box.append(element("p", text)));
  document.title = article.title;
  document.getElementById("app").replaceChildren(element("h1", article.title), element("div", article.date, "article-date"), box);
});
</script>"""


def annahda(visit: Visit) -> str:
    """Lebanon: a shell; the address tells the script what to fetch."""
    return document(visit.outlet.title, _SCRIPT)


def annahda_json(visit: Visit) -> str:
    """What the shell fetches."""
    published = visit.published_at
    row = {
        "title": visit.article.title,
        "date": long_date(published, LEVANTINE) if published else "",
        "paragraphs": visit.article.paragraphs,
    }
    return json.dumps(row, ensure_ascii=False)
