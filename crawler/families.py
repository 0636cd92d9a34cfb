"""Publishing systems that several outlets share: what all their pages have in common in, page classes out."""

from __future__ import annotations

from crawler.pages import ArticlePage


class JNewsPage(ArticlePage):
    """The JNews theme for WordPress (layout seen on eltelegraph.com in 2024).

    The masthead prints today's date years after the article's, so only the one under the headline is read. On sites
    that copy papers the category names the paper («جريدة عمان»), and then it is the credit and no section.
    """

    title_css = "h1.jeg_post_title"
    body_css = ".content-inner"
    date_css = ".jeg_post_meta .jeg_meta_date, .entry-header .jeg_meta_date"
    author_css = ".jeg_post_meta .jeg_meta_author a"
    section_css = ".jeg_meta_category a"
    credit_css = ".jeg_meta_category a"
    tags_css = ".jeg_post_tags a"
    drop_css = (
        ".jeg_share_bottom_container, .jnews_author_box, .jnews_prev_next_container, .jnews_inline_related_post, "
        ".jnews_related_post_container, .jeg_post_tags, .jeg_ad, .jeg_share_button, .jeg_post_subtitle"
    )
