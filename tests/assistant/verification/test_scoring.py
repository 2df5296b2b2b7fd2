from __future__ import annotations

from dataclasses import replace

from assistant.verification.scoring import LEAST_COSINE, Features, is_close, is_near, support

SURE = Features(
    cosine=0.8, exact=1.0, soft=1.0, unmatched=0.0, back=0.8, adjacent=1.0, reading=4.0, rival=4.0, stated=1.5
)


def test_what_the_reading_model_judges_counts() -> None:
    denied = replace(SURE, stated=-4.0)
    assert is_close(SURE)
    assert not is_near(denied)
    assert support(denied) < support(replace(SURE, stated=0.0)) < support(SURE)


def test_what_is_not_alike_at_all_is_no_evidence_however_sure_the_rest_is() -> None:
    unlike = replace(SURE, cosine=LEAST_COSINE - 0.05, stated=6.0)
    assert support(unlike) > 0.9
    assert not is_near(unlike)
    assert is_near(replace(unlike, cosine=LEAST_COSINE + 0.05))
