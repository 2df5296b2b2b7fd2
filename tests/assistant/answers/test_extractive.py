from __future__ import annotations

import pytest
from fakes.embedder import WordEmbedder
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answers.candidates import rank
from assistant.answers.choosing import MOST
from assistant.answers.extractive import select
from assistant.answers.kinds import kind_of
from index.keywords import KeywordIndex, write_keywords
from index.types import Article, Hit, Passage

ARTICLE = Article(
    title="Animals of the wood",
    text="Foxes\nThe red fox sleeps in the old barn. The grey owl hunts at night.\nThe brown bear eats honey in June.",
)


def hits(*spans: tuple[int, int]) -> list[Hit]:
    return [
        Hit(passage=Passage.of(ARTICLE, *span), article=ARTICLE, score=0.9, similarity=0.5, keyword_score=1.0)
        for span in spans
    ]


def keywords(tmp_path_factory: object) -> KeywordIndex:
    import tempfile
    from pathlib import Path

    folder = Path(tempfile.mkdtemp())
    write_keywords(folder, [ARTICLE.text, "Something else about cars."])
    return KeywordIndex.open(folder)


WORDS = keywords(None)
WHOLE = hits((0, len(ARTICLE.text)))


def test_the_sentence_that_shares_meaning_and_words_comes_first() -> None:
    best = rank("When does the bear eat honey?", WHOLE, WordEmbedder(), WORDS)[0]
    assert best.text == "The brown bear eats honey in June."
    assert ARTICLE.text[best.start : best.end] == best.text


def test_headings_are_not_quoted() -> None:
    assert "Foxes" not in [candidate.text for candidate in rank("Foxes?", WHOLE, WordEmbedder(), WORDS)]


@pytest.mark.parametrize(
    "pointer",
    [
        "For other uses, see Fox (disambiguation).",
        "For the fur of the red fox, see Fox fur (disambiguation).",
        "Not to be confused with the flying fox, a bat.",
        '"Reynard" redirects here.',
        "Main article: Diet of the red fox in winter.",
    ],
)
def test_what_only_points_to_another_article_is_not_quoted(pointer: str) -> None:
    told = "The red fox, which is also seen here, sleeps in the old barn for warmth."
    found = rank("What is a fox?", weighed(f"{pointer} {told}"), WordEmbedder(), WORDS)
    assert [candidate.text for candidate in found] == [told]


def test_a_sentence_in_two_passages_is_read_once() -> None:
    found = rank("Who hunts?", hits((6, 76), (41, len(ARTICLE.text))), WordEmbedder(), WORDS)
    places = [(candidate.start, candidate.end) for candidate in found]
    assert len(places) == len(set(places)) == 3


def weighed(text: str) -> list[Hit]:
    article = Article(title="Animals of the wood", text=text)
    passage = Passage.of(article, 0, len(text))
    return [Hit(passage=passage, article=article, score=0.9, similarity=0.5, keyword_score=1.0)]


def test_a_sentence_without_the_value_that_is_asked_for_is_trusted_less() -> None:
    said, unsaid = weighed("The old brown bear weighs 300 kg."), weighed("The old brown bear weighs too much.")

    def trusted(question: str, hits: list[Hit]) -> float:
        return select(question, hits, WordEmbedder(), WORDS).probability

    asked = "How much does the old brown bear weigh?"
    assert trusted(asked, unsaid) < trusted(asked, said) / 2
    other = "Does the old brown bear weigh much?"
    assert trusted(other, unsaid) > trusted(other, said) / 2, "only where a weight is asked for"


def test_of_two_like_sentences_the_one_with_the_value_that_is_asked_for_comes_first() -> None:
    hits = weighed("The old brown bear weighs a lot. The old brown bear weighs 300 kg.")
    found = rank("How much does the old brown bear weigh?", hits, WordEmbedder(), WORDS)
    assert [("300 kg" in one.text, one.is_lacking) for one in found] == [(True, False), (False, True)]


def test_no_hits_no_answer() -> None:
    reading = select("Who hunts?", [], WordEmbedder(), WORDS)
    assert reading.shown == ()
    assert reading.probability == 0


ROUNDING = 1e-5
VOCABULARY = ["fox", "owl", "bear", "honey", "barn", "night", "June", "wood", "old", "grey", "eats", "hunts"]
SAID = st.lists(st.sampled_from(VOCABULARY), min_size=4, max_size=9).map(lambda words: f"{' '.join(words).title()}.")


@settings(max_examples=200, deadline=None)
@given(
    st.lists(SAID, min_size=1, max_size=20, unique=True),
    st.lists(st.floats(0, 1), min_size=20, max_size=20),
    SAID,
    st.floats(0, 4),
)
def test_what_cannot_come_near_the_best_is_left_out_and_nothing_else(
    said: list[str], scores: list[float], question: str, reach: float
) -> None:
    found = [
        Hit(passage=Passage.of(article, 0, len(text)), article=article, score=score, similarity=0.5, keyword_score=1.0)
        for text, score in zip(said, scores, strict=False)
        for article in [Article(title="Wood", text=text)]
    ]
    everything = {one.text: one.score for one in rank(question, found, WordEmbedder(), WORDS)}
    near = {one.text: one.score for one in rank(question, found, WordEmbedder(), WORDS, reach=reach)}
    # Likeness is a product of matrices, which rounds otherwise for fewer sentences.
    assert near == pytest.approx({text: everything[text] for text in near}, abs=ROUNDING)
    limit = max(everything.values()) - reach
    assert {text for text, score in everything.items() if score > limit + ROUNDING} <= near.keys()
    assert min(near.values()) >= limit - ROUNDING


def test_no_vector_is_computed_of_what_cannot_come_near() -> None:
    far = Article(title="Cars", text="Cars are driven on the roads.")
    best, worst = (
        WHOLE[0],
        Hit(passage=Passage.of(far, 0, len(far.text)), article=far, score=0.0, similarity=0.0, keyword_score=0.0),
    )
    embedder = WordEmbedder()
    rank("When does the brown bear eat honey?", [best, worst], embedder, WORDS, reach=1.0)
    assert far.text not in embedder.embedded
    rank("When does the brown bear eat honey?", [best, worst], embedder, WORDS)
    assert far.text in embedder.embedded


@settings(max_examples=50, deadline=None)
@given(st.text(min_size=1, max_size=80))
def test_whatever_is_asked_the_answer_is_few_exact_sentences_in_reading_order(question: str) -> None:
    reading = select(question, WHOLE, WordEmbedder(), WORDS)
    assert 0 <= reading.probability <= 1
    assert 1 <= len(reading.shown) <= MOST[kind_of(question)]
    starts = [item.sentence.start for item in reading.shown]
    assert starts == sorted(starts)
