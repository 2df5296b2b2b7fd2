from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.questions import clean_question, problem_with, scripts

LATIN = frozenset({"LATIN"})


@given(st.text(max_size=300))
def test_a_cleaned_question_is_one_visible_line(text: str) -> None:
    cleaned = clean_question(text)
    assert cleaned == " ".join(cleaned.split())
    assert cleaned.replace("\u200c", "").replace("\u200d", "").isprintable() or not cleaned


@given(st.text(max_size=300))
def test_every_question_gets_a_sentence_or_none(text: str) -> None:
    problem = problem_with(clean_question(text), len(text), LATIN)
    assert problem is None or problem.endswith((".", "!"))


def test_names_in_another_script_do_not_make_a_question_foreign() -> None:
    assert problem_with("What does 宇宙 mean in the name of the agency?", 50, LATIN) is None


def test_a_number_alone_is_a_question() -> None:
    assert problem_with("2029?", 5, LATIN) is None


def test_scripts_are_those_the_articles_are_written_in() -> None:
    assert scripts(["The name of JAXA is 宇宙. " + "It is an agency. " * 20]) == LATIN
    assert scripts(["Комета прилетит", "A comet arrives"]) == {"CYRILLIC", "LATIN"}
    assert scripts([]) == frozenset()
