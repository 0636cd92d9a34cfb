"""The practice outlets as web sites: articles of an edition come in, feeds, pages and their noise go out over HTTP."""
