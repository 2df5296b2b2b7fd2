"""A claim beside what may support it, and what becomes of it: verified, weak or removed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.verification.records import CheckedSentence, Evidence, State
from assistant.verification.scoring import INSTEAD_COSINE, INSTEAD_HELD, Features, is_close, is_near

if TYPE_CHECKING:
    from assistant.verification.alignment import Pair
    from assistant.verification.analysis import Analysis
    from assistant.verification.findings import Finding
    from assistant.verification.sources import Source

NOT_SAID = "The cited passages do not say this."
_NOT_CLOSE = "The cited passages have its facts, but say it in other words."
LONGEST_INSTEAD = 600
"""Characters of a sentence that is quoted in the place of a removed one, at most."""


@dataclass(frozen=True, slots=True)
class Match:
    """A claim beside one or several sentences that may support it.

    Attributes:
        sources: The sentences.
        pairs: Partners of the claim's words in the sentence that has the best one for each.
        findings: What the rules have against it.
        found: Features of its support.
        held: Share of the claim's words and facts that the sentence has.
        support: See :func:`assistant.verification.scoring.support`.
        borrows: Whether a name stands only in the sentence before.
    """

    sources: tuple[Source, ...]
    pairs: tuple[Pair, ...]
    findings: tuple[Finding, ...]
    found: Features
    held: float
    support: float
    borrows: bool

    @property
    def fatal(self) -> Finding | None:
        """The first finding for which the claim must go."""
        return next((finding for finding in self.findings if finding.is_fatal), None)


def _rests_on_one_word(claim: Analysis, match: Match) -> bool:
    """Whether a claim says a single word of somebody ("X is guilty"), and no evidence has that very word.

    Or of nobody who is named ("It was sold"): then one word is all there is to compare, whoever it is said of.
    """
    stems = {claim.tokens[at].stem for at in claim.plain}
    if len(stems) > 1 or claim.quantities or claim.dates:
        return False
    if not claim.names:
        return True
    return not any(token.stem in stems for source in match.sources for token in source.sentence.tokens)


def judge(sentence: str, claim: Analysis, match: Match) -> CheckedSentence:
    """The state of a sentence, by what speaks for and against it."""
    if match.fatal or _rests_on_one_word(claim, match) or not is_near(match.found):
        reason, support = (match.fatal.reason, 0.0) if match.fatal else (NOT_SAID, match.support)
        return CheckedSentence(text=sentence, state="removed", reason=reason, support=support, instead=_instead(match))
    doubts = [finding.reason for finding in match.findings]
    if not is_close(match.found):
        doubts.append(_NOT_CLOSE)
    state: State = "weak" if doubts else "verified"
    return CheckedSentence(
        text=sentence, state=state, evidence=_evidence(match), reason=doubts[0] if doubts else "",
        support=match.support,
    )  # fmt: skip


def _instead(match: Match) -> Evidence | None:
    """The sentence that comes nearest to a removed one, if it speaks of the same; not what only orders or asks."""
    if any(finding.kind == "assertion" for finding in match.findings):
        return None
    nearest = cut(match.sources[0])
    is_near_enough = match.found.cosine >= INSTEAD_COSINE and match.held >= INSTEAD_HELD
    return nearest if is_near_enough and nearest.end - nearest.start <= LONGEST_INSTEAD else None


def _evidence(match: Match) -> tuple[Evidence, ...]:
    found = {}
    for source in match.sources:
        spans = [(source.hit, source.start, source.end)]
        if match.borrows and source.before:
            spans.append(source.before)
        for hit, start, end in spans:
            found[hit, start] = Evidence(hit=hit, article=source.article, start=start, end=end)
    return tuple(found[place] for place in sorted(found))


def cut(source: Source) -> Evidence:
    """A sentence of a passage as evidence."""
    return Evidence(hit=source.hit, article=source.article, start=source.start, end=source.end)
