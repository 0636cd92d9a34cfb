"""Marsad: an announcement becomes an entry, an entry a page, a page an article, an article a story, a story an alert."""
