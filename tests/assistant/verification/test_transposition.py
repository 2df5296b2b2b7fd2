"""Two pieces that stand in each other's place are told from a sentence that is merely put in another order."""

from __future__ import annotations

import pytest

from assistant.verification.analysis import analyse
from assistant.verification.transposition import check_transposition


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Red foxes hunt more at night than grey foxes.", "Grey foxes hunt more at night than red foxes."),
        (
            "The small lake drains into the great lake through a gorge.",
            "The great lake drains into the small lake through a gorge.",
        ),
        ("Holm sold the third mill to Brandt in May.", "Brandt sold the third mill to Holm in May."),
        (
            "Boats in spring carry twice as much salt as boats in autumn.",
            "Boats in autumn carry (on average) twice as much salt as boats in spring.",
        ),
    ],
)
def test_exchanged(claim: str, evidence: str) -> None:
    (finding,) = check_transposition(analyse(claim), analyse(evidence))
    assert finding.is_fatal
    assert "the other way round" in finding.reason


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Red foxes hunt more at night than grey foxes.", "Red foxes hunt more at night than grey foxes."),
        ("Holm and Brandt sold the third mill in May.", "Brandt and Holm sold the third mill in May."),
        ("The third mill was sold by Brandt to Holm in May.", "In May Brandt sold the third mill to Holm."),
        ("Holm bought the third mill from Brandt in May.", "Brandt sold the third mill to Holm in May."),
        ("The great lake is higher than the small lake in May.", "The small lake is lower than the great lake in May."),
        ("In May it rained, while in June the sun shone.", "In June the sun shone, while in May it rained."),
        ("Ida Brandt met Peter Holm at the mill in May.", "Peter Holm met Ida Brandt at the mill in May."),
        ("Foxes hunt.", "Hunt foxes."),
    ],
)
def test_not_exchanged(claim: str, evidence: str) -> None:
    assert check_transposition(analyse(claim), analyse(evidence)) == []
