"""Bytes become text, or are refused."""

from __future__ import annotations

import pytest
from fakes.scale import scaled
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import SourceError
from index.readers.decoding import decode

WESTERN = "Le café était fermé, naïvement — “quoted” text; l’élève a reçu 5 € déjà."


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", WESTERN),
        ("cp1252", WESTERN * 400),
        ("cp1252", "café"),
        ("cp1252", "Die Straße nach Köln war schön, über Brücken und Flüsse."),
        ("cp1252", "Året då fåglarna flög över sjön och människorna åt smörgåsar på ön."),
        ("cp1252", "A missão não começou ontem; a estação é brasileira."),
        ("cp1252", "The agency’s director said “we’ll go” – perhaps."),
        ("cp1251", "Космическое агентство объявило о новой миссии к астероиду в этом году."),
        ("shift_jis", "宇宙航空研究開発機構は今年、小惑星への新しいミッションを発表しました。"),
    ],
)
def test_older_encodings(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), "a.txt") == text


@settings(max_examples=scaled(60, 200), deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=50).map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes_are_decoded_or_refused(content: bytes) -> None:
    problem = None
    try:
        text = decode(content, "a.txt")
    except SourceError as error:
        problem = error
    if problem is None:
        assert "\x00" not in text
        text.encode()
    else:
        assert str(problem).isprintable()
        assert len(problem.reason) > 8
