"""What the user wants watched: a TOML file or a query in, watches and the places in a text where they are met out."""

from crawler.watches.explain import explain, term_forms
from crawler.watches.file import load_watches
from crawler.watches.fulltext import fts_expression
from crawler.watches.matcher import Matcher
from crawler.watches.parser import parse_query, parse_term
from crawler.watches.query import AllOf, AnyOf, Near, Query, Term, Without
from crawler.watches.watch import Channel, FeedRow, Watch, WatchFile

__all__ = [
    "AllOf", "AnyOf", "Channel", "FeedRow", "Matcher", "Near", "Query", "Term", "Watch", "WatchFile", "Without",
    "explain", "fts_expression", "load_watches", "parse_query", "parse_term",
    "term_forms",
]  # fmt: skip
