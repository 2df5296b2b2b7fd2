"""Interventions: what the articles do not say any more is not answered any more, and what they now say is."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from reliability.asked import asked, wrong_spans
from reliability.facts import make_articles, unknown_questions, with_other_facts
from reliability.table import Series

if TYPE_CHECKING:
    from pathlib import Path

    from reliability.asked import Asked
    from reliability.facts import Made
    from reliability.table import Tally

LOTS = 5
"""Rebuilds over which the articles are changed, and deleted."""
LEAST_REFUSED = 0.9
"""Of questions about nothing; fewer would be a violation, not just no good figure."""


def interventions(tally: Tally, folder: Path, *, seed: int, each: int, models: int) -> None:
    """Changes facts, then deletes articles, then asks about nothing.

    Args:
        tally: Counts.
        folder: Empty.
        seed: Of the articles and of what becomes of them.
        each: How many of each.
        models: 1 with the real models; 0 without, and then nothing is refused.
    """
    chance = random.Random(seed)
    # Some stay as they are, and a few are not asked about because they are not found even before.
    made = make_articles(each + each // 8 + 8, seed)
    with asked(folder, made, models=bool(models)) as one:
        _change(one, tally, made, chance, each)
        _delete(one, tally, chance, each)
        if models:
            _ask_about_nothing(one, tally, seed, each)


def _change(one: Asked, tally: Tally, made: list[Made], chance: random.Random, each: int) -> None:
    """Changes the fact in a cited sentence; the answer has to follow."""
    questions: dict[str, str] = {}
    for article in made:
        if len(questions) == each:
            break
        question, said = chance.choice([item for item in article.questions.items() if item[1]])
        found = [citation.quote for citation in one.assistant.ask(question).citations]
        if said in found:
            questions[article.name] = question
        else:
            tally.counts["not found before"] += 1
    names = list(questions)
    current = {article.name: article for article in made}
    for lot in range(LOTS):
        chosen = names[lot::LOTS]
        before = {name: current[name] for name in chosen}
        current |= {name: with_other_facts(current[name], chance) for name in chosen}
        one.rebuild(list(current.values()))
        for name in chosen:
            question = questions[name]
            with tally.trial(question):
                answer = one.assistant.ask(question)
                quotes = " ".join(citation.quote for citation in answer.citations)
                for wrong in wrong_spans(answer, one.known):
                    tally.violate(wrong)
                if before[name].questions[question] in f"{quotes} {answer.text}":
                    tally.violate(f"{question} is still answered by {before[name].questions[question]!r}")
                if current[name].questions[question] not in quotes:
                    tally.violate(f"{question} is answered by {quotes!r}, not by {current[name].questions[question]!r}")
            tally.counts["facts changed"] += 1
            tally.progress(tally.counts["facts changed"], 3 * each)


def _delete(one: Asked, tally: Tally, chance: random.Random, each: int) -> None:
    """Deletes the cited article; it must not be cited any more."""
    made = chance.sample(list(one.known.values()), each)
    for lot in range(LOTS):
        cited: dict[str, set[str]] = {}
        for article in made[lot::LOTS]:
            question = chance.choice(list(article.questions))
            answer = one.assistant.ask(question)
            cited[question] = {citation.article_id for citation in answer.citations[:1]}
        gone = set().union(*cited.values())
        one.remove(sorted(gone))
        for number, (question, _) in enumerate(cited.items()):
            with tally.trial(question):
                answer = one.assistant.ask(question)
                for citation in answer.citations:
                    if citation.article_id in gone:
                        tally.violate(f"{question}: {citation.title} is deleted, and cited")
                if any(hit.article.id in gone for hit in answer.hits):
                    tally.violate(f"{question}: a passage of a deleted article was found")
            tally.counts["cited articles deleted"] += 1
            tally.progress(each + lot * each // LOTS + number, 3 * each)


def _ask_about_nothing(one: Asked, tally: Tally, seed: int, each: int) -> None:
    for number, question in enumerate(unknown_questions(each, seed, list(one.known.values()))):
        with tally.trial(question):
            answer = one.assistant.ask(question)
            tally.counts["questions about nothing"] += 1
            tally.counts["of them refused"] += answer.status == "abstained"
            if answer.status == "abstained" and answer.citations:
                tally.violate(f"{question}: a refusal cites something")
        tally.progress(2 * each + number, 3 * each)
    if tally.counts["of them refused"] < LEAST_REFUSED * tally.counts["questions about nothing"]:
        tally.violate("questions about nothing are answered")


SERIES = Series(
    name="interventions",
    figure="a fact changed: the answer follows; a cited article deleted: its citation is gone; on nothing: refused",
    good={"facts changed": 200, "cited articles deleted": 200, "of them refused": 190},
    excellent={"facts changed": 200, "cited articles deleted": 200, "of them refused": 198},
    small={"each": 10, "models": 1},
    full={"each": 200, "models": 1},
    run=interventions,
    seed=8,
)
