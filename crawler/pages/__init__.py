"""Pages: the HTML of one page and its announcement in, the articles that stand on it out."""

from crawler.pages.announced import article_from_entry as article_from_entry
from crawler.pages.decoding import decode as decode
from crawler.pages.page import ArticlePage as ArticlePage
from crawler.pages.refusals import NotAnArticle as NotAnArticle
