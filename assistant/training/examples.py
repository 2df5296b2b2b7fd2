"""Question and statement files made into examples that the reading model learns from; the same for the same seed.

Beside the questions as they are, it makes some of the forms in which people type (search words, no capitals, a slip of
the finger), and texts that do not answer: another text that shares the question's words, the same text without the
sentence of the answer, and a question in which a name or number was exchanged for another of the same title.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from assistant.errors import TrainingError
from assistant.reader import titled
from assistant.training.nearby import Nearby
from assistant.training.typed import typed
from index.keywords import words
from index.sentences import sentence_spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MAX_CHARACTERS = 900
"""A longer text is cut to whole sentences around the answer, as articles are cut to passages."""
NEGATIVE_SHARE, REMOVED_SHARE, EXCHANGED_SHARE = 0.2, 0.1, 0.15
"""Of the questions with an answer, how many come again with a text that lacks it, by the way it was made."""
TITLED_SHARE = 0.7
"""Of the questions, how many come with the article's title before their text."""
WRONG_SHARE = 0.6
"""Of the statements that their text supports, how many come again with another text."""
QUOTED_SHARE = 0.15
"""Of the statements, how many bring a sentence of their own text along."""

_NAME = re.compile(r"(?<=\s)(?:[A-Z][\w'’-]+)(?:\s+(?:of\s+|the\s+)*[A-Z][\w'’-]+)*")
_NUMBER = re.compile(r"\b\d[\d.,]*\b")


@dataclass(frozen=True, slots=True)
class Example:
    """A question, a text, and where in the text the answer stands.

    Attributes:
        question: As it is put to the model.
        text: What it reads.
        answer: Offsets of the answer in the text, in code points; None if the text does not answer.
        title: Of the article that the text is from.
        is_as_read: Whether the file has the text as the program reads it: below its title and what else leads to it.
    """

    question: str
    text: str
    answer: tuple[int, int] | None
    title: str = ""
    is_as_read: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, a text, and whether the text says it.

    Attributes:
        statement: As a language model might write it.
        text: What it is held against.
        is_supported: Whether a careful reader finds all of it in the text.
        title: Of the article that the text is from.
    """

    statement: str
    text: str
    is_supported: bool
    title: str = ""


def read_examples(path: Path) -> list[Example | Statement]:
    """Reads a question or statement file: JSON lines, gzipped if the name ends so.

    A line is ``{"question", "context", "answers": [{"text", "start"}], "title"}``; no answers mean that the context
    does not answer. A context that begins with its title is left below it. Of several answers the one given most often
    counts. Or it is ``{"statement", "context",
    "supported", "title"}``.

    Raises:
        TrainingError: If the file cannot be read or a line is not of that form.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
            lines = file.read().splitlines()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise TrainingError(f"The question file {path} cannot be read ({error}).") from error
    found: list[Example | Statement] = []
    for number, line in enumerate(lines, 1):
        try:
            if line.strip():
                found.append(_example(json.loads(line)))
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise TrainingError(
                f"Line {number} of {path} is no question or statement as expected: "
                '{"question": "…", "context": "…", "answers": [{"text": "…", "start": 0}], "title": "…"}, or '
                '{"statement": "…", "context": "…", "supported": true, "title": "…"}.'
            ) from error
    return found


def _example(row: dict[str, Any]) -> Example | Statement:
    text, title = row["context"], str(row.get("title", ""))
    if "statement" in row:
        if not isinstance(row["supported"], bool):
            raise TypeError("a statement is supported or not")
        return Statement(row["statement"].strip(), text, row["supported"], title)
    is_as_read = bool(title) and text.startswith(titled(title, ""))
    if not row["answers"]:
        return Example(row["question"].strip(), text, None, title, is_as_read)
    texts = [answer["text"] for answer in row["answers"]]
    chosen = row["answers"][texts.index(max(texts, key=texts.count))]
    start = int(chosen["start"])
    if not chosen["text"] or text[start : start + len(chosen["text"])] != chosen["text"]:
        raise ValueError("the answer does not stand where it should")
    return Example(row["question"].strip(), text, (start, start + len(chosen["text"])), title, is_as_read)


def passes(
    files: Sequence[tuple[Path, float]], count: int, seed: int, negatives: float = NEGATIVE_SHARE
) -> list[list[Example | Statement]]:
    """The examples of several passes over the files, each pass with other choices.

    Args:
        files: Each with the share of its lines that one pass takes, in (0, 1].
        count: Number of passes.
        seed: The same for the same examples.
        negatives: Of the questions with an answer, how many come again with another text, in [0, 1].

    Raises:
        TrainingError: If a file cannot be read.
    """
    read = [(read_examples(path), share) for path, share in files]
    made: list[list[Example | Statement]] = []
    for number in range(count):
        chosen: list[Example | Statement] = []
        for place, (examples, share) in enumerate(read):
            chance = random.Random(f"{seed} {number} {place}")  # noqa: S311 - a choice of examples, not a secret
            part = examples if share == 1 else chance.sample(examples, round(share * len(examples)))
            chosen += epoch([one for one in part if isinstance(one, Example)], chance.randrange(2**32), negatives)
            chosen += told([one for one in part if isinstance(one, Statement)], chance)
        made.append(chosen)
    return made


def epoch(examples: Sequence[Example], seed: int, negatives: float = NEGATIVE_SHARE) -> list[Example]:
    """All that is learned from in one pass over a file's examples, shuffled.

    Args:
        examples: Of one file, or of several alike; texts that do not answer are looked for among theirs.
        seed: Another one for each pass makes other choices.
        negatives: See :func:`passes`.
    """
    chance = random.Random(seed)  # noqa: S311 - a choice of examples, not a secret
    answered = [example for example in examples if example.answer]
    made = [_cut(replace(example, question=typed(example.question, chance)), chance) for example in examples]
    made += _hard_negatives(_some(answered, negatives, chance), examples, chance)
    for example in _some(answered, REMOVED_SHARE, chance):
        made += _without_answer(example, chance)
    made += _exchanged(_some(answered, EXCHANGED_SHARE, chance), answered, chance)
    made = [with_title(one) if _may_be_titled(one) and chance.random() < TITLED_SHARE else one for one in made]
    chance.shuffle(made)
    return made


def with_title(example: Example) -> Example:
    """The text below its title, as passages of articles are read."""
    text = titled(example.title, example.text)
    by = len(text) - len(example.text)
    answer = (example.answer[0] + by, example.answer[1] + by) if example.answer else None
    return replace(example, text=text, answer=answer)


def _may_be_titled(example: Example) -> bool:
    return bool(example.title) and not example.text.startswith(titled(example.title, ""))


def told(statements: Sequence[Statement], chance: random.Random) -> list[Statement]:
    """Statements of one file and sentences of their texts, and some of both again with a text that does not say them.

    That other text is near by its words. The sentences are there because what repeats a text must not look false: who
    makes up false statements keeps to the words of the text.
    """
    nearby = Nearby(one.text for one in statements)
    titles = {one.text: one.title for one in statements}
    made = [*statements, *(quoted(one, chance) for one in statements if chance.random() < QUOTED_SHARE)]
    for one in [one for one in made if one.is_supported and chance.random() < WRONG_SHARE]:
        lacking = one.statement if one.statement in one.text else one.text
        if near := nearby.near(one.statement, lacking):
            text = chance.choice(near)
            made.append(replace(one, text=text, is_supported=False, title=titles[text]))
    return made


def quoted(statement: Statement, chance: random.Random) -> Statement:
    """A sentence of a statement's text, which the text supports."""
    start, end = chance.choice(sentence_spans(statement.text) or [(0, len(statement.text))])
    return replace(statement, statement=statement.text[start:end], is_supported=True)


def _some(examples: Sequence[Example], share: float, chance: random.Random) -> list[Example]:
    return [example for example in examples if chance.random() < share]


def _cut(example: Example, chance: random.Random) -> Example:
    """Whole sentences around the answer, or from anywhere if there is none, at most about 900 characters."""
    if len(example.text) <= MAX_CHARACTERS:
        return example
    spans = sentence_spans(example.text)
    first, last = example.answer or (0, 0)
    if example.answer:
        inside = [place for place, (start, end) in enumerate(spans) if start < last and end > first]
    else:
        inside = [chance.randrange(len(spans))]
    low, high = (inside[0], inside[-1]) if inside else (0, 0)
    while True:
        sides = [side for side in (low - 1, high + 1) if 0 <= side < len(spans)]
        sides = [
            s for s in sides if max(spans[s][1], spans[high][1]) - min(spans[s][0], spans[low][0]) <= MAX_CHARACTERS
        ]
        if not sides:
            break
        side = chance.choice(sides)
        low, high = min(low, side), max(high, side)
    start, end = min(spans[low][0], first) if example.answer else spans[low][0], max(spans[high][1], last)
    answer = (first - start, last - start) if example.answer else None
    return replace(example, text=example.text[start:end], answer=answer)


def _hard_negatives(
    asked: Sequence[Example], all_of_them: Sequence[Example], chance: random.Random
) -> Iterator[Example]:
    """Questions with a text near to them by BM25 in which their answer does not occur."""
    nearby = Nearby(example.text for example in all_of_them)
    titles = {example.text: example.title for example in all_of_them}
    for example in asked:
        if example.answer is None:
            continue
        if near := nearby.near(example.question, example.text[slice(*example.answer)]):
            text = chance.choice(near)
            yield _cut(Example(typed(example.question, chance), text, None, titles[text]), chance)


def _without_answer(example: Example, chance: random.Random) -> Iterator[Example]:
    """The text without the sentences in which the answer's words stand."""
    if example.answer is None:
        return
    wanted = example.text[slice(*example.answer)].lower()
    kept = [example.text[start:end] for start, end in sentence_spans(example.text)]
    kept = [sentence for sentence in kept if wanted not in sentence.lower()]
    if kept:
        yield _cut(replace(example, text=" ".join(kept), answer=None), chance)


def _exchanged(asked: Sequence[Example], others: Sequence[Example], chance: random.Random) -> Iterator[Example]:
    """Questions in which a name or number was exchanged for one that another question of the same title asks about."""
    pools: dict[tuple[str, re.Pattern[str]], list[str]] = {}
    for example in others:
        for pattern in (_NAME, _NUMBER):
            pools.setdefault((example.title, pattern), []).extend(pattern.findall(example.question))
    for example in asked:
        pattern = chance.choice((_NAME, _NUMBER))
        pattern = pattern if pattern.search(example.question) else _NAME
        present = list(pattern.finditer(example.question))
        if not present:
            continue
        old = chance.choice(present)
        held = set(words(example.question))
        pool = [name for name in pools[example.title, pattern] if not held & set(words(name))]
        if pool:
            question = example.question[: old.start()] + chance.choice(pool) + example.question[old.end() :]
            yield _cut(replace(example, question=question, answer=None), chance)
