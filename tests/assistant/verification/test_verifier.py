"""The check, end to end: with the real models on the labelled sentences, and rule by rule on small ones."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest
from fakes.claims import SUPPORTED, Case, hand_articles, hand_cases, hit_of, rule_cases
from fakes.embedder import WordEmbedder

from assistant.reader import Reader
from assistant.verification.verifier import Verifier
from index.embeddings import SentenceEmbedder
from index.types import Article, Hit

MOST_REMOVED = 0.05
"""Of the true sentences, the aim for those that may be taken back."""
TEXT = (
    "The river Arn crossed its banks on 3 May 2021. About 40 houses in Lund were flooded. "
    "Mayor Eva Holt said that the dam had not failed. The town of Mora sent 12 pumps to Lund. "
    "A new dam may be built in 2030. "
    "Engineers from Oslo found 3 cracks in the old dam, while divers from Bergen found none. "
    "The council rejected the plan by 9 votes to 6. She will retire in June."
)


def hits() -> list[Hit]:
    article = Article(text=TEXT, title="Flood in Lund", published="2021-05-04")
    other = Article(text="Bees dance to show where nectar is.", title="Bees")
    return [hit_of(other, 0, len(other.text)), hit_of(article, 0, len(article.text))]


@pytest.fixture(scope="module")
def verifier(embedder: SentenceEmbedder) -> Verifier:
    return Verifier(embedder, Reader.load())


def test_a_quoted_sentence_is_verified_with_its_place(verifier: Verifier) -> None:
    checked = verifier.check("About 40 houses in Lund were flooded.", [2], hits())
    assert (checked.state, checked.reason, checked.support) == ("verified", "", 1.0)
    (evidence,) = checked.evidence
    assert evidence.hit == 2
    assert (
        evidence.quote
        == evidence.article.text[evidence.start : evidence.end]
        == "About 40 houses in Lund were flooded."
    )


@pytest.mark.parametrize(
    "claim",
    [
        "On May 3rd, 2021, the river Arn crossed its banks.",
        "About forty houses were flooded in Lund.",
        "According to Mayor Eva Holt, the dam had not failed.",
        "Lund was sent twelve pumps by the town of Mora.",
        "Engineers from Oslo found three cracks in the old dam.",
    ],
)
def test_other_spellings_and_orders_are_shown(verifier: Verifier, claim: str) -> None:
    checked = verifier.check(claim, [2], hits())
    assert checked.state != "removed", checked.reason
    assert checked.evidence


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("About 50 houses in Lund were flooded.", "50"),
        ("The river Arn crossed its banks on 4 May 2021.", "4 May 2021"),
        ("About 40 houses in Mora were flooded.", "Mora"),
        ("Mayor Eva Holt said that the dam had failed.", "deny"),
        ("About 40 houses in Lund were not flooded.", "deny"),
        ("The council approved the plan by 9 votes to 6.", "rejected"),
        ("The council rejected the plan by 6 votes to 9.", "something else"),
        ("The town of Lund sent 12 pumps to Mora.", ""),
        ("Divers from Bergen found 3 cracks in the old dam, while engineers from Oslo found none.", ""),
        ("The river will be led through a tunnel.", ""),
        ("Bees dance to show where nectar is.", ""),
        ("Lund will be given a prize.", ""),
    ],
)
def test_what_the_passage_does_not_say_is_removed(verifier: Verifier, claim: str, reason: str) -> None:
    checked = verifier.check(claim, [2], hits())
    assert checked.state == "removed"
    assert checked.evidence == ()
    assert reason in checked.reason
    assert checked.reason.endswith(".")


def test_what_is_only_possible_is_not_verified_as_certain(verifier: Verifier) -> None:
    assert verifier.check("A new dam may be built in 2030.", [2], hits()).state == "verified"
    checked = verifier.check("A new dam will be built in 2030.", [2], hits())
    assert checked.state == "weak"
    assert "possible" in checked.reason


def test_without_marks_or_with_marks_of_nothing_it_is_removed(verifier: Verifier) -> None:
    for marks in ([], [3], [0], [-1]):
        checked = verifier.check("About 40 houses in Lund were flooded.", marks, hits())
        assert (checked.state, checked.evidence, checked.reason) == ("removed", (), "It cites no passage.")
    kept = verifier.check("About 40 houses in Lund were flooded.", [7, 2], hits())
    assert kept.state == "verified"
    assert verifier.check("Yes.", [2], hits()).state == "removed"


def test_a_name_of_the_sentence_before_is_quoted_with_it(verifier: Verifier) -> None:
    text = "Nora Ek runs the harbour of Visby. She opened a school for sailors in 2014."
    article = Article(text=text, title="A harbour")
    checked = verifier.check("Nora Ek opened a school for sailors in 2014.", [1], [hit_of(article, 0, len(text))])
    assert checked.state == "verified"
    assert [evidence.quote[:4] for evidence in checked.evidence] == ["Nora", "She "]


def test_two_sentences_can_support_one(verifier: Verifier) -> None:
    claim = "The river Arn crossed its banks on 3 May 2021, and about 40 houses in Lund were flooded."
    checked = verifier.check(claim, [2], hits())
    assert checked.state == "verified", checked.reason
    assert len(checked.evidence) == 2


def test_words_are_embedded_in_batches_and_once() -> None:
    embedder = WordEmbedder()
    check = partial(Verifier(embedder, None).check, marks=[2], hits=hits())
    check("Many houses in Lund were soaked.")
    first = embedder.calls
    assert first <= 4
    check("Many houses in Lund were soaked.")
    assert embedder.calls == first
    assert len(embedder.embedded) == len(set(embedder.embedded))


def states(verifier: Verifier, cases: list[Case]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for case in cases:
        found.setdefault(case.kind, Counter())[verifier.check(case.claim, case.marks, case.hits).state] += 1
    return found


@pytest.fixture(
    scope="module",
    params=[
        ("judge", 2, 60),
        pytest.param(("judge", 12, 250), marks=pytest.mark.slow),
        pytest.param(("tune", 12, 250), marks=pytest.mark.slow),
    ],
    ids=["few", "judge", "tune"],
)
def of_rules(request: pytest.FixtureRequest, verifier: Verifier) -> dict[str, Counter[str]]:
    """Of both halves, and of a few sentences of each article: what is made by rule is asked for without exception."""
    half, each, least = request.param
    cases = rule_cases([one for one, _ in hand_articles(half)], each=each)
    assert len(cases) > least
    return states(verifier, cases)


def test_nothing_made_false_by_rule_passes(of_rules: dict[str, Counter[str]]) -> None:
    for kind in ("number", "date", "name", "negated", "wrong source", "invented"):
        assert of_rules[kind].total() == of_rules[kind]["removed"] >= 3, (kind, of_rules[kind])


def test_nearly_everything_true_by_rule_passes(of_rules: dict[str, Counter[str]]) -> None:
    true = sum((of_rules.get(kind, Counter()) for kind in SUPPORTED), Counter[str]())
    assert true["removed"] < MOST_REMOVED * true.total()
    assert of_rules["quoted"].total() == of_rules["quoted"]["verified"]


def test_the_labelled_sentences_are_many_and_of_every_kind() -> None:
    cases = [case for half in ("tune", "judge") for case in hand_cases(half)]
    kinds = Counter(case.kind for case in cases)
    assert len(cases) >= 600
    assert kinds["paraphrased"] >= 200
    assert min(kinds.values()) >= 15
    sources = [{article.source for article, _ in hand_articles(half)} for half in ("tune", "judge")]
    assert not sources[0] & sources[1]


@pytest.mark.slow
def test_figures_of_the_judging_half_do_not_fall(verifier: Verifier) -> None:
    """Totals only, with room for other processors' rounding; what fails in this half is not looked at one by one."""
    found = states(verifier, hand_cases("judge"))
    true = found["paraphrased"]
    assert true["removed"] / true.total() < 0.25
    false = [kind for kind in found if kind not in (*SUPPORTED, "hedged")]
    assert sum(found[kind]["verified"] for kind in false) <= 12
    assert found["hedged"]["verified"] <= 1
