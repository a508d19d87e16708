"""Finds what looks like people's names in free text, for the screen of R16 and R21.

It knows no list of names. It looks at how English writes them: a capital letter where none is
needed, after a title or a role, beside an age. What is known as a place or an organisation is
passed over.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache, lru_cache

from resources import read_words

Span = tuple[int, int]

_BIG = r"A-Z\u00c0-\u00d6\u00d8-\u00de"
_SMALL = r"a-z\u00df-\u00f6\u00f8-\u00ff\u0100-\u017f"
_NAME = rf"[{_BIG}](?:['\u2019][{_BIG}])?[{_SMALL}]+(?:['\u2019-][{_BIG}]?[{_SMALL}]+)*"
_TITLED = re.compile(
    rf"\b(?i:mr|mrs|ms|miss|mx|dr|rev|cllr|sir|lady)\.?\s+(?P<name>(?:[A-Z]\.?\s+)?{_NAME}(?:\s+{_NAME})?)"
)
_AFTER_ROLE = re.compile(
    r"\b(?i:manager|owner|landlord|landlady|teacher|head|headteacher|vicar|resident|neighbour"
    r"|shopkeeper|assistant|caretaker|carer|mother|father|mum|dad|wife|husband|partner|victim"
    r"|suspect|witness|called|named|spoke to|speak to|contact)\s+"
    rf"(?P<name>(?:(?:[A-HJ-Z]\.?\s+)?{_NAME}(?:\s+{_NAME})?|[A-HJ-Z]\.?(?![\w-])))"
)
_FULL = re.compile(rf"\b(?P<name>{_NAME}(?:\s+{_NAME})+)\b")
_INITIALLED = re.compile(rf"\b(?P<name>(?:[B-HJ-Z]\.?\s*){{1,2}}\s{_NAME}(?:\s+{_NAME})?)\b")
"""An initial before a name; "A" and "I" are words of their own."""
_LETTERED = re.compile(
    r"\b(?i:block|plan|stop|zone|unit|flat|room|class|year|section|part|team|vitamin|group|point"
    r"|grade|bay|gate|platform|ward|form|house|car park|exit|junction)\s+$"
)
_CHILD_WORDS = (
    r"(?i:pupil|child|boy|girl|lad|lass|student|son|daughter|brother|sister|kid|toddler|baby"
    r"|youth|teenager)"
)
_CHILD_AFTER = re.compile(
    rf"\b{_CHILD_WORDS}s?,?\s+(?i:called\s+|named\s+|is\s+)?(?P<name>{_NAME}(?:\s+{_NAME})?)"
)
_CHILD_AGED = re.compile(
    rf"\b(?P<name>{_NAME}(?:\s+{_NAME})?)\s*(?:,|\(|-)?\s*(?i:aged?\s+|is\s+)?(?P<age>\d{{1,2}})"
    r"(?:\)|,|\s+(?i:years?\s+old|yrs?\b|yo\b))"
)
_CHILD_YEAR = re.compile(
    rf"\b(?P<name>{_NAME}(?:\s+{_NAME})?)\s+(?i:in|from)\s+(?i:year|yr|y)\s?\d{{1,2}}\b"
)
_SENTENCE_END = re.compile(r"(?:^|[.!?:;\n\u2022-]\s*|[\"'(\u201c\u2018])$")
_ADULT = 18


@cache
def _not_names() -> frozenset[str]:
    """Words that begin with a capital letter without being anybody's name."""
    return read_words("words/not_names.txt")


def child_names(text: str, *, known: Collection[str] = ()) -> Iterator[Span]:
    """R21: where a child seems to be named: after such a word, by an age, or in a school year."""
    allowed = _known_words(known)
    for match in _CHILD_AFTER.finditer(text):
        if _is_name(match["name"], allowed):
            yield match.span("name")
    for match in _CHILD_AGED.finditer(text):
        young = int(match["age"]) < _ADULT
        if young and _is_name(match["name"], allowed):
            yield match.span("name")
    for match in _CHILD_YEAR.finditer(text):
        if _is_name(match["name"], allowed) and _needs_capital(match, text):
            yield match.span("name")


def person_names(text: str, *, known: Collection[str] = ()) -> Iterator[Span]:
    """R16: where somebody seems to be named: after a title or a role, or with two names."""
    allowed = _known_words(known)
    for pattern in (_TITLED, _AFTER_ROLE):
        for match in pattern.finditer(text):
            if _is_name(match["name"], allowed):
                yield match.span("name")
    yield from _initialled(text, allowed)
    for match in _FULL.finditer(text):
        words = list(re.finditer(r"\S+", match["name"]))
        while words and _is_known(words[0][0], allowed):
            words.pop(0)
        if len(words) > 1 and not any(_is_known(word[0], allowed) for word in words):
            start = match.start("name")
            yield start + words[0].start(), start + words[-1].end()


def _initialled(text: str, allowed: frozenset[str]) -> Iterator[Span]:
    for match in _INITIALLED.finditer(text):
        lettered = _LETTERED.search(text[: match.start("name")])
        if lettered is None and _is_name(match["name"], allowed):
            yield match.span("name")


def _is_name(name: str, allowed: frozenset[str]) -> bool:
    return not any(_is_known(word, allowed) for word in name.split())


def _is_known(word: str, allowed: frozenset[str]) -> bool:
    plain = word.lower().strip(".")
    if len(plain) == 1:  # an initial
        return False
    return plain in _not_names() or plain in allowed


def _known_words(known: Collection[str]) -> frozenset[str]:
    return _words_of(tuple(known))


@lru_cache(maxsize=64)
def _words_of(known: tuple[str, ...]) -> frozenset[str]:
    return frozenset(
        word.lower().strip(".,'") for name in known for word in re.split(r"[\s-]+", name) if word
    )


def _needs_capital(match: re.Match[str], text: str) -> bool:
    """A single word at the start of a sentence has its capital from there."""
    return " " in match["name"] or not _at_sentence_start(match, text)


def _at_sentence_start(match: re.Match[str], text: str) -> bool:
    before = text[max(0, match.start("name") - 4) : match.start("name")]
    return not before or _SENTENCE_END.search(before.rstrip(" ") or "\n") is not None
