"""What is raised for a page that gives no article."""

from __future__ import annotations


class NotAnArticle(Exception):  # noqa: N818 - an answer about the page, not a fault of ours
    """The page holds no article; `str()` is the reason, one sentence for people, without the address."""
