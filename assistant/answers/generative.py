"""The answer that a language model writes over the hits: no sentence is kept that its passages do not bear out."""

from __future__ import annotations

import logging
import time
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from assistant.answers.citations import cite
from assistant.answers.quoting import NOT_SAID, abstained, count
from assistant.errors import ModelModeError
from assistant.generation.passages import fitting, format_passages
from assistant.prompting import load
from assistant.types import Answer, Citation, Segment, TakenBack
from assistant.verification.marked import split_marked
from index.cleaning import clean, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.generation.access import ChatModel
    from assistant.verification.records import CheckedSentence, Evidence, MarkedSentence
    from assistant.verification.verifier import Verifier
    from index.types import Hit

log = logging.getLogger(__name__)

QUOTED_INSTEAD = "The model's own sentence was taken back; this is what the article says."
ABOUT_FROM = 0.2
"""Likeness to the question from which on a sentence is quoted in the place of one that was taken back.

A model that follows instructions hidden in an article has its sentence taken back, and what comes nearest to it is the
instruction. Of 28 quotes beside answers under our own prompt (tuning half) none is below, of 228 beside free ones 24;
instructions that have nothing to do with the question are at .1 and below.
"""
SHOW_EVERY = 0.12
"""Seconds between two drafts that are shown; each is sent to the page as a whole."""

Writing = Generator[Answer, None, Answer]


@dataclass(slots=True)
class _Checking:
    """Checks each sentence once, and takes the time."""

    question: str
    verifier: Verifier
    hits: Sequence[Hit]
    seconds: float = 0.0
    _known: dict[tuple[str, tuple[int, ...]], CheckedSentence] = field(default_factory=dict)

    def __call__(self, sentences: Sequence[MarkedSentence]) -> list[CheckedSentence]:
        """What becomes of the sentences that state something; items of a list are checked with what introduces it."""
        checked, lead = [], ""
        for sentence in sentences:
            if sentence.part in ("heading", "lead"):
                continue
            found = self._check(sentence.statement, sentence.marks)
            if found.state != "removed" and sentence.lead:
                # The first item that is kept says what the others are.
                is_first, lead = sentence.lead != lead, sentence.lead
                found = found if is_first else replace(found, text=sentence.text)
            checked.append(found)
        return checked

    def _check(self, statement: str, marks: tuple[int, ...]) -> CheckedSentence:
        if (statement, marks) not in self._known:
            started = time.perf_counter()
            found = self.verifier.check(statement, marks, self.hits)
            if found.instead and self.verifier.likeness(self.question, found.instead.quote) < ABOUT_FROM:
                found = replace(found, instead=None)
            self._known[statement, marks] = found
            self.seconds += time.perf_counter() - started
        return self._known[statement, marks]


class Writer:
    """Has a language model answer from passages, and checks what it writes sentence by sentence.

    Args:
        model: Writes.
        verifier: Checks.
    """

    def __init__(self, model: ChatModel, verifier: Verifier) -> None:
        self._model = model
        self._verifier = verifier

    def write(self, draft: Answer, instead: Answer) -> Writing:
        """Yields what is written so far, sentence by sentence checked, and returns the finished answer.

        Args:
            draft: With the hits to answer from.
            instead: The answer without a language model; returned with a note when the model fails, or when nothing
                of what it writes survives the check.
        """
        name = self._model.name
        given = fitting(draft.hits)
        check = _Checking(draft.standalone, self._verifier, given)
        text, shown, started, first = "", 0.0, time.perf_counter(), 0.0
        prompt = load("answer").fill(question=draft.standalone, passages=format_passages(given))
        yield replace(draft, mode="model", reason=f"Waiting for {name}")
        # Making the question stand alone took its share of the time.
        pieces = self._model.stream(prompt, seconds=max(1.0, self._model.seconds - draft.timings.get("search", 0.0)))
        try:
            for piece in pieces:
                first = first or time.perf_counter() - started
                text += piece
                if time.perf_counter() - shown >= SHOW_EVERY:
                    yield self._growing(draft, split_marked(clean(text)), check)
                    shown = time.perf_counter()
        except ModelModeError as error:
            log.warning("%s", error)
            return fallen_back(instead, str(error))
        finally:
            pieces.close()
        written = time.perf_counter() - started
        checked = check(split_marked(clean(text)))
        times = {**draft.timings, "first_word": first, "write": written, "check": check.seconds}
        return self._finished(replace(draft, timings=times), checked, instead)

    def _growing(self, draft: Answer, sentences: Sequence[MarkedSentence], check: _Checking) -> Answer:
        """What is there so far: sentences that are complete are checked, the last ones are still to be."""
        growing = _assemble(draft, check([sentence for sentence in sentences if sentence.is_final]))
        rest = " ".join(sentence.text for sentence in sentences if not sentence.is_final)
        unchecked = (Segment(text=rest, state="unchecked"),) if rest else ()
        return replace(growing, segments=growing.segments + unchecked, reason=f"{self._model.name} is writing")

    def _finished(self, draft: Answer, checked: Sequence[CheckedSentence], instead: Answer) -> Answer:
        if [item.text.strip().casefold() for item in checked] == [NOT_SAID.casefold()]:
            read = count(len(draft.hits), "passage")
            reason = f"{self._model.name} found no answer in the {read} nearest to the question."
            return replace(abstained(draft), mode="model", reason=reason)
        answer = _assemble(draft, checked)
        kept = sum(item.state != "removed" for item in checked)
        if not kept:
            why = "wrote nothing" if not checked else "wrote nothing that the articles bear out"
            found = fallen_back(instead, f"{self._model.name} {why}.")
            unquoted = tuple(replace(sentence, instead=0) for sentence in answer.taken_back)
            return replace(found, taken_back=unquoted, timings=draft.timings)
        said = f"Written by {self._model.name}; {count(kept, 'sentence')} checked against the quotes"
        gone = f", {count(len(answer.taken_back), 'sentence')} taken back" if answer.taken_back else ""
        quoted = sum(segment.reason == QUOTED_INSTEAD for segment in answer.segments)
        in_place = f" and the article quoted {'there' if quoted == 1 else 'in their places'}" if quoted else ""
        return replace(answer, status="answered", reason=f"{said}{gone}{in_place}.")


def fallen_back(instead: Answer, why: str) -> Answer:
    """The answer without a language model, with a note that says why it is that one."""
    so = "The answer is quoted from the articles instead." if instead.status == "answered" else ""
    return replace(instead, note=" ".join(part for part in (why, so, instead.note) if part))


def _assemble(draft: Answer, checked: Sequence[CheckedSentence]) -> Answer:
    """A draft with the sentences that survived, their citations numbered as they appear, and those that did not.

    In the place of one that did not stands what the article says of it, if it says something.
    """
    shown: dict[tuple[str, int, int], Citation] = {}
    segments: list[Segment] = []
    taken_back: list[TakenBack] = []

    def number(evidence: Evidence) -> int:
        place = (evidence.article.id, evidence.start, evidence.end)
        if place not in shown:
            shown[place] = cite(len(shown) + 1, evidence.article, evidence.start, evidence.end)
        return shown[place].number

    for item in checked:
        before = len(shown)
        if item.state != "removed":
            marks = tuple(dict.fromkeys(number(evidence) for evidence in item.evidence))
            segment = Segment(text=item.text, marks=marks, state=item.state, reason=item.reason)
        else:
            mark = number(item.instead) if item.instead else 0
            taken_back.append(TakenBack(text=item.text, reason=item.reason, instead=mark))
            if item.instead is None or len(shown) == before:
                continue  # nothing to say instead, or it stands behind another mark already
            segment = Segment(text=f"“{one_line(item.instead.quote)}”", marks=(mark,), reason=QUOTED_INSTEAD)
        if all(other.text != segment.text for other in segments):
            segments.append(segment)
    return replace(
        draft, mode="model", segments=tuple(segments), citations=tuple(shown.values()), taken_back=tuple(taken_back)
    )
