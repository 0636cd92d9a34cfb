"""Text made comparable: any string in; folded forms, tokens with offsets into the original, and clitic readings out."""

from crawler.arabic.folding import fold, spell
from crawler.arabic.words import Token, fold_text, tokens

__all__ = ["Token", "fold", "fold_text", "spell", "tokens"]
