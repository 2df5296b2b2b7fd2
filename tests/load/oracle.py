"""What the right answer is: computed in this process, one question at a time, from the same generation.

A reply is one of these:

- right: it says what was computed here;
- drifted: its own question, its own generation, exact quotes, and about as sure, but another choice among sentences
  that are nearly as good: what happens when a model computes several texts at once, whose last digits differ then;
- mixed: it names an article that its generation has not, or a generation that there never was;
- foreign: it is the answer to a question of somebody else;
- wrong: anything else.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from load.card import Said, of_card, of_json
from load.figures import answered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from load.replies import Reply

    from assistant.answering import Assistant
    from assistant.types import Turn

Verdict = Literal["right", "drifted", "mixed", "foreign", "wrong", "unchecked"]
VERDICTS: tuple[Verdict, ...] = ("right", "drifted", "mixed", "foreign", "wrong", "unchecked")
BAD: tuple[Verdict, ...] = ("mixed", "foreign", "wrong")
NEAR = 5
"""Percent by which the confidence of a drifted answer may differ."""


@dataclass(frozen=True)
class Expected:
    """What the page and a program have to be told."""

    page: Said
    api: Said


@dataclass
class Oracle:
    """Answers from one generation.

    Attributes:
        assistant: Over it.
        keep: Folder in which answers are kept for the next time, if anywhere.
        limit: Answers that are computed, at most; later ones are not checked.
    """

    assistant: Assistant
    keep: Path | None = None
    limit: int = 5000
    _known: dict[str, Expected] = field(default_factory=dict)
    _computed: int = 0

    def __post_init__(self) -> None:
        self.generation = self.assistant.index.generation
        self.articles = self.assistant.index.articles
        if self.keep and self._file().exists():
            kept = json.loads(self._file().read_text(encoding="utf-8"))
            self._known = {searched: _restored(item) for searched, item in kept.items()}

    @classmethod
    def open(cls, home: Path, limit: int = 5000) -> Oracle:
        """Over the current generation of a home, with the real parts."""
        from assistant.answering import Assistant

        return cls(Assistant.open(home), home, limit)

    def expect(self, question: str, turns: Sequence[Turn]) -> Expected | None:
        """The right answer; None beyond the limit."""
        # Two questions that are searched as the same get the same answer; a bad question is not searched.
        searched = (
            self.assistant.index.mended(self.assistant._standalone(question, turns)) if len(question) < 500 else ""
        )
        if searched and searched in self._known:
            return self._known[searched]
        if self._computed >= self.limit:
            return None
        self._computed += 1
        from assistant.page.rendering import to_html

        answer = self.assistant.ask(question, turns)
        card = of_card(to_html(answer), question)
        assert card is not None, "the answer is finished"
        found = Expected(card, of_json(answer.to_dict()))
        if searched == answer.standalone:
            self._known[searched] = found
        return found

    def save(self) -> None:
        """Keeps what was computed."""
        if self.keep and self._computed:
            kept = {searched: asdict(found) for searched, found in self._known.items()}
            self._file().write_text(json.dumps(kept, default=sorted), encoding="utf-8")

    def _file(self) -> Path:
        assert self.keep is not None, "answers are kept"
        return self.keep / f"answers-{self.generation}-{_code()}.json"


@dataclass
class Check:
    """How the replies of a run were judged.

    Attributes:
        counts: Of each verdict.
        examples: Some that are bad.
    """

    counts: dict[Verdict, int]
    examples: list[str]

    @property
    def is_clean(self) -> bool:
        """Whether none is bad."""
        return not any(self.counts[verdict] for verdict in BAD)


def check(replies: Iterable[Reply], oracles: Sequence[Oracle], *, by_api: bool = False) -> Check:
    """Judges every answer of a run.

    Args:
        replies: Of all tabs.
        oracles: One for each generation that may have answered.
        by_api: Whether programs asked, which have no conversation.
    """
    from assistant.settings import MAX_HISTORY
    from assistant.types import Turn

    by_generation = {oracle.generation: oracle for oracle in oracles}
    turns: dict[str, list[Turn]] = {}
    judged: list[tuple[Reply, Expected | None]] = []
    for reply in sorted(answered(replies), key=lambda item: item.began):
        said = reply.said
        # What was never in an index, such as a question that is too long, names no generation.
        oracle = by_generation.get(said.generation if said else "", oracles[0])
        history = turns.setdefault(reply.tab, [])
        expected = oracle.expect(reply.question, () if by_api else history[-MAX_HISTORY:])
        # What was said, not what should have been: a later question refers to what is on the page, be it unchecked.
        if said and said.plain:
            history.append(Turn(said.searched or reply.question, said.plain))
        judged.append((reply, expected))
    of_others = {_core(_of(expected, by_api)): reply.question for reply, expected in judged if expected}
    counts: dict[Verdict, int] = dict.fromkeys(VERDICTS, 0)
    examples: list[str] = []
    for reply, expected in judged:
        right = _of(expected, by_api) if expected else None
        verdict = _judge(reply, right, by_generation, of_others)
        counts[verdict] += 1
        if verdict in BAD and len(examples) < 5:
            examples.append(f"{verdict}: {reply.question!r} {_difference(reply.said, right)}")
    for oracle in oracles:
        oracle.save()
    return Check(counts, examples)


def _judge(reply: Reply, expected: Said | None, oracles: Mapping[str, Oracle], of_others: Mapping[Any, str]) -> Verdict:
    said = reply.said
    if said is None:
        return "wrong"
    oracle = oracles.get(said.generation)
    if said.generation and (oracle is None or not said.named <= oracle.articles.keys()):
        return "mixed"
    if expected is None:
        return "unchecked"
    is_own = said.question.strip() == reply.question.strip()
    if is_own and _core(said) == _core(expected) and said.named == expected.named:
        return "right"
    if not is_own or of_others.get(_core(said), reply.question) != reply.question:
        return "foreign"
    return "drifted" if oracle and _is_near(said, expected, oracle) else "wrong"


def _is_near(said: Said, expected: Said, oracle: Oracle) -> bool:
    """Whether two answers differ by no more than a choice among nearly equal sentences."""
    if said.confidence is None or expected.confidence is None or said.searched != expected.searched:
        return False
    shared = len(set(said.considered) & set(expected.considered))
    is_exact = all(start < end <= len(oracle.articles[name].text) for name, start, end in said.marks)
    return is_exact and abs(said.confidence - expected.confidence) <= NEAR and 2 * shared > len(expected.considered)


def _difference(said: Said | None, expected: Said | None) -> str:
    """What was said otherwise than expected, field by field."""
    if said is None or expected is None:
        return "got nothing" if said is None else "was not computed"
    pairs = ((name, getattr(said, name), getattr(expected, name)) for name in Said.__dataclass_fields__)
    return "; ".join(
        f"{name} {str(got)[:300]!r}, not {str(wanted)[:300]!r}" for name, got, wanted in pairs if got != wanted
    )


def _core(said: Said) -> tuple[Any, ...]:
    return said.status, said.searched, said.text, said.marks, said.generation


def _of(expected: Expected, by_api: bool) -> Said:  # noqa: FBT001 - passed on
    return expected.api if by_api else expected.page


def _restored(item: dict[str, Any]) -> Expected:
    def said(values: dict[str, Any]) -> Said:
        return Said(
            **{
                **values,
                "marks": tuple((name, start, end) for name, start, end in values["marks"]),
                "named": frozenset(values["named"]),
                "considered": tuple(values["considered"]),
            }
        )

    return Expected(said(item["page"]), said(item["api"]))


def _code() -> str:
    """A mark of the code that answers, so that its next version is not judged by what this one said."""
    found = hashlib.sha256()
    for name in sorted(sys.modules):
        path = getattr(sys.modules[name], "__file__", None)
        if name.partition(".")[0] in ("assistant", "index") and path:
            found.update(Path(path).read_bytes())
    return found.hexdigest()[:12]
