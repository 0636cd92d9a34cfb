"""The practice articles, one file for each outlet."""
