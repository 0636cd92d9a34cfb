"""A word that somebody looks for, and a reading of a word in a text: is this a form of it, alone and inside a phrase?

The rules R1 to R10 and P1 to P4 and what each is worth were measured on labelled news sentences; each is named where
it stands.
"""

from __future__ import annotations

from dataclasses import dataclass

from crawler.arabic.clitics import PRONOUNS, Reading, base_of, readings, stems
from crawler.arabic.folding import fold, spell
from crawler.arabic.lexicon import is_adjective, is_noun, is_particle, owns_article
from crawler.arabic.words import Token, tokens

_HAMZAS = frozenset("أإآ")
_SHORT = 3
"""Letters up to which a word standing alone needs more evidence."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word to be found in all its forms."""

    text: str
    """As typed, without signs."""
    stem: str
    """As spelled, without the article that was typed."""
    base: str
    """Folded stem, the key that readings are looked up by; with a final * when any ending will do."""
    has_article: bool = False
    """It was typed with ال that is not its own."""
    is_name: bool = False
    """A proper name: no pronoun, no tanwin, hamza as one likes (R10)."""
    keeps_article: bool = False
    """Found with ال if typed with it, without if typed without."""

    @property
    def any_ending(self) -> bool:
        return self.base.endswith("*")

    @property
    def ends_feminine(self) -> bool:
        return self.stem.endswith("ة")

    @property
    def is_adjective(self) -> bool:
        return is_adjective(fold(self.stem))


def word(text: str, *, is_name: bool = False, keeps_article: bool = False, any_ending: bool = False) -> Word:
    """The word to look for; `text` is one word of one script."""
    stem, folded = spell(text), fold(text)
    has_article = stem.startswith("ال") and len(stem) > 3 and not owns_article(folded)  # R2: أل and إل are part of the word
    if has_article:
        stem, folded = stem[2:], folded[2:]
    base = folded if any_ending or (is_name and not folded.endswith("يون")) else base_of(folded)
    return Word(text, stem, base + "*" * any_ending, has_article, is_name, keeps_article)


def is_form(sought: Word, found: Reading, *, alone: bool, after_tanwin: bool = False) -> bool:
    """Whether a reading with the same base is a form of the word.

    alone: the word is all that is looked for, no phrase vouches for it. after_tanwin: the word before it in the
    phrase has tanwin, or cannot show it, so this one may without the sign.
    """
    if sought.keeps_article and found.article != sought.has_article:
        return False
    if not sought.is_name and _hamza_conflicts(sought.stem, found.stem):  # R5
        return False
    if found.pronoun and not _takes_pronoun(sought, found):
        return False
    if found.tanwin and not _takes_tanwin(sought, found, after_tanwin):
        return False
    return not alone or _stands_alone(sought, found)


def follows(before: Word, read_before: Reading, sought: Word, found: Reading, *, last: bool) -> bool:
    """Whether two neighbours can be one phrase (P2 to P4); each is a form of its word already."""
    if found.conjunction or (found.preposition and not _may_take_inner_l(read_before, sought, found)):
        return False
    if read_before.pronoun and not found.article:  # P3: ضماناتها الأمنية
        return False
    if found.pronoun and ((last and read_before.article) or sought.is_adjective):
        return False
    return not found.tanwin or read_before.tanwin or (not read_before.article and _hides_tanwin(before))  # P4


def leaves_tanwin(before: Word, read: Reading) -> bool:
    """Whether an adjective in ي behind this word has its tanwin from it: ذكاءً اصطناعيًا is often written without the signs."""
    bare = not (read.article or read.pronoun or read.preposition)
    return read.tanwin or (bare and before.stem.endswith("اء"))


def find_forms(sought: Word, found: Token) -> list[Reading]:
    """Readings of the word in a text that have the base of the word that is looked for."""
    if sought.any_ending:
        return list(stems(found, {sought.base[:-1]}, {len(sought.base) - 1}))
    return [reading for reading in readings(found) if reading.base == sought.base]


def attach(head: str, stem: str) -> str:
    """Clitics written together with a stem: ل+ال is لل, and before a stem in ل one ل is left out (للجنة)."""
    return head + (stem[1:] if head.endswith("لل") and stem.startswith("ل") else stem)


def before_pronoun(stem: str) -> str:
    """The stem as it is written before a pronoun."""
    return stem[:-1] + "ت" if stem.endswith("ة") else stem[:-1] + "ا" if stem.endswith("ى") else stem


def surface_forms(sought: Word, limit: int = 30) -> list[str]:
    """Some forms in which the word is found, the plainest first."""
    stem = sought.stem
    if not ("\u0620" <= stem[:1] <= "\u06ff"):
        return [sought.text]
    other = stem[:-2] + ("ين" if stem.endswith("ون") else "ون") if sought.base.endswith("ين") and not stem.endswith("تين") else stem
    tried = [attach(head, form) for head in ("", "ال", "و", "ب", "ل", "لل", "بال", "وال") for form in (stem, other)]
    tried += [f"{before_pronoun(stem)}{pronoun}" for pronoun in sorted(PRONOUNS, key=len)] + [f"{stem}اً", fold(stem)]
    tried += [attach(head, stem) for head in ("ف", "ك", "وب", "ول", "فال", "كال", "ولل", "وبال", "فب", "فل", "فبال")]
    return [form for form in dict.fromkeys(tried) if _is_found(sought, form)][:limit]


def _is_found(sought: Word, form: str) -> bool:
    return any(is_form(sought, reading, alone=True) for token in tokens(form) for reading in find_forms(sought, token))


def _hamza_conflicts(sought: str, found: str) -> bool:
    """Two different hamzas in one place are two words: إعلام, أعلام. A bare alef says nothing."""
    return any(a != b and a in _HAMZAS and b in _HAMZAS for a, b in zip(sought, found, strict=False))


def _takes_pronoun(sought: Word, found: Reading) -> bool:
    """R3, R9: the end of the stem must be what the word's end becomes before a pronoun."""
    if sought.is_name or sought.any_ending:
        return False
    if found.junction == "ى":
        return sought.stem.endswith("ى")
    return sought.ends_feminine == (found.junction == "ة")


def _takes_tanwin(sought: Word, found: Reading, after_tanwin: bool) -> bool:
    """R4: only indefinite; no alef after ة ات اء ا; after ي it could be another word unless the sign is written."""
    if sought.is_name or sought.ends_feminine or sought.stem.endswith(("ات", "اء", "ا", "ون")):
        return False
    return not sought.base.endswith("ي") or found.tanwin_written or after_tanwin


def _hides_tanwin(sought: Word) -> bool:
    return sought.ends_feminine or sought.base.endswith(("ه", "ات", "اء", "ا", "ي"))


def _may_take_inner_l(read_before: Reading, sought: Word, found: Reading) -> bool:
    """P2: وقف لإطلاق النار, but neither ضمانات لأمنية nor a ل after a definite word."""
    definite = read_before.article or read_before.pronoun
    return found.preposition == "ل" and not definite and not sought.is_adjective and not sought.is_name


def _stands_alone(sought: Word, found: Reading) -> bool:
    """What a single word must show when no neighbour vouches for it (R6 to R8, R10)."""
    letters = len(sought.base.rstrip("*"))
    if not found.pronoun and not found.tanwin and not _ends_alike(sought, found, letters):
        return False
    if sought.is_name and found.article != sought.has_article and (found.article or letters <= _SHORT):
        return False
    if not sought.is_name and letters <= _SHORT and found.preposition == "ك":
        return False
    return not (found.attested and letters <= _SHORT + 1)


def _ends_alike(sought: Word, found: Reading, letters: int) -> bool:
    """Whether ه may stand for ة, and ى for ي, here."""
    ends = sought.stem[-1:] + found.stem[-1:]
    if sought.any_ending or not ends.isalpha():
        return True
    if ends == "يى":
        return not is_particle(found.conjunction + found.preposition + found.stem)
    if ends not in ("ةه", "هة") or found.article:
        return True
    if ends == "ةه" and letters <= _SHORT and found.preposition:
        return False  # لغزه is «his riddle», not Gaza
    return sought.is_name or not (is_noun(sought.base[:-1]) or letters <= _SHORT)
