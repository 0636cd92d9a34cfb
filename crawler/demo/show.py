"""A play that is over in; what an analyst wants to see of it out, on the terminal or as JSON."""

from __future__ import annotations

from collections import Counter

from crawler.demo.play import Play
from crawler.store import Store
from crawler.store.rows import Row
from crawler.terminal import isolate, print_json, print_table

_FATES = TOLD, EARLIER, REPEATED, FURTHER = (
    "alerted",
    "were out before we looked",
    "repeat a text that was out before we looked, word for word or reworked",
    "belong to a story that was alerted: its copies, reports and updates",
)
_TRY = """\
Try next:
  scrapy watch init                      write watches.toml, then say in it what to watch and where alerts go
  scrapy crawl feed -a url=ADDRESS       any RSS or Atom feed, JSON Feed or news sitemap
  scrapy match --query '"ضمانات أمنية"'  your own texts, as JSON lines on standard input
  scrapy monitor                         all outlets, round the clock"""


class Show:
    """What happened, from the store and from what arrived."""

    def __init__(self, store: Store, play: Play) -> None:
        self._store, self._play = store, play
        self._articles = list(store.articles.rows())
        self._told = play.delivered(store)

    def json(self, differences: list[str]) -> None:
        """One object: counts, alerts, differences."""
        counts = [{"said": day.said, "seconds": round(day.seconds, 2), **day.counts} for day in self._play.days]
        alerts = {channel: [{"watch": watch, "url": url} for watch, url in told] for channel, told in self._told.items()}
        print_json({"days": counts, "articles": len(self._articles), "alerts": alerts, "differences": differences})

    def people(self, differences: list[str], seconds: float, kept: str | None) -> None:
        """Stories, alerts, silence and why, speed, what next."""
        self._stories()
        self._alerts()
        self._silence()
        self._outlets()
        self._end(differences, seconds, kept)

    def _stories(self) -> None:
        print("\nStories that a watch matches, and who carries them")
        rows = []
        for story in self._store.stories.rows():
            articles = self._store.stories.articles(story["id"])
            verdicts = [verdict for row in articles for verdict in self._store.watches.verdicts(row["id"])]
            if verdicts:
                copies = sum(row["relation"] in ("copy", "edit") for row in articles)
                told = any(verdict["version"] is not None for verdict in verdicts)
                rows.append((story["title"], story["outlet"], len(articles), copies, "✔" if told else ""))
        rows.sort(key=lambda row: (row[4], row[2]), reverse=True)
        print_table(("headline", "first in", "articles", "copies", "told"), rows)

    def _alerts(self) -> None:
        posts = [post for post in self._play.receiver.posts if post.accepted]
        letters = self._play.mailbox.letters
        print(f"Alerts as they arrived: {len(posts)} signed webhooks, {len(letters)} mails; one for each story and watch")
        for post in posts:
            data = post.event["data"]
            article = data["article"]
            print(f"  {data['watch']:<20} {post.verdict}  {isolate(article['title'])}")
            print(f"  {'':<24}{isolate(data['excerpt'])}")

    def _silence(self) -> None:
        print("\nWhat the watches found, and why most of it was not alerted")
        fates = Counter(self._fate(row, verdict) for row in self._articles for verdict in self._store.watches.verdicts(row["id"]))
        for fate in _FATES:
            print(f"  {fates[fate]:>3} {fate}")
        print(f"  {sum(not self._store.watches.verdicts(row['id']) for row in self._articles):>3} articles match no watch")

    def _fate(self, article: Row, verdict: Row) -> str:
        """What became of one article that one watch found."""
        if verdict["version"] is not None:
            return TOLD
        if article["is_backfill"]:
            return EARLIER
        return REPEATED if self._store.watches.repeats_backfill(verdict["watch"], article["id"]) else FURTHER

    def _outlets(self) -> None:
        failed = [row for row in self._store.feeds.rows() if row["last_error"]]
        print("\nOutlets that could not be read, each with its reason; the others went on")
        for row in failed:
            print(f"  {row['outlet']:<20} {row['last_error']}")
        if not self._play.has_browser:
            print("  annahda              skipped: its pages need a browser (BROWSER_PATH)")

    def _end(self, differences: list[str], seconds: float, kept: str | None) -> None:
        print()
        for day in self._play.days:
            counts = day.counts
            pace = f", {counts['pages'] / day.seconds:.0f} pages a second" if counts["pages"] else ""
            print(
                f"{day.said}: {counts['pages']} pages, {counts['stored']} articles stored, "
                f"{counts['feeds_unchanged']} feeds unchanged (304), {counts['alerts']} alerts, {day.seconds:.1f} s{pace}"
            )
        if kept:
            print(f"The store and the watch file are in {kept}.")
        if differences:
            print(f"\nNot as it must be, in {len(differences)} points:")
            print(*(f"  {isolate(difference)}" for difference in differences), sep="\n")
        else:
            print(f"\nAll {len(self._articles)} articles, their stories and the alerts are as the truth file says. {seconds:.1f} s in all.")
            print(f"\n{_TRY}")
