"""The check of one sentence that a language model wrote against the passages it cites."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.verification.alignment import align, coverage
from assistant.verification.analysis import Analysis, analyse
from assistant.verification.asking import ask_back, ask_for
from assistant.verification.assertion import check_assertion
from assistant.verification.belonging import check_belonging
from assistant.verification.clauses import clauses
from assistant.verification.cutting import is_cut_from, softened
from assistant.verification.exchange import check_exchange
from assistant.verification.facts import check_facts
from assistant.verification.findings import Finding
from assistant.verification.holdings import holdings, weight
from assistant.verification.judging import NOT_SAID, Match, cut, judge
from assistant.verification.likeness import Likeness
from assistant.verification.opinion import Opinion
from assistant.verification.records import CheckedSentence
from assistant.verification.relations import check_relations
from assistant.verification.scoring import (
    DOUBTED_FROM,
    features,
    is_close,
    is_near,
    support,
)
from assistant.verification.sources import Source, cited_sentences, together
from assistant.verification.subjects import check_subjects
from assistant.verification.transposition import check_transposition
from assistant.verification.turns import check_turns
from assistant.verification.words import check_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.reader import Reader
    from assistant.verification.holdings import Holding
    from index.embeddings import Embedder
    from index.types import Hit

_QUOTES = str.maketrans("’‘“”", "''\"\"")
LOOKED_AT = 4
"""Sentences of the passages that are compared word by word."""
LEAST_WORDS = 2
"""Content words, names not counted, of a part of a claim that is checked by itself."""
NEAR_BEST = 0.2
"""By how much less of the claim a sentence may hold than the best one and still be its evidence."""
MOST_TOGETHER = 3
"""Sentences that may support a claim only together, at most."""
CONTRADICTING = ("negation", "opposite", "relation", "swap")
_NO_CITATION = "It cites no passage."
_NOTHING_SAID = "It says nothing that could be checked."
_TOGETHER = "The cited passages say this only in several sentences together."


class Verifier:
    """Checks sentences; safe to use from several threads.

    Args:
        embedder: For the likeness of words and sentences.
        reader: The reading model, asked for a fact of the sentence and whether the passages say it; None without it.
    """

    def __init__(self, embedder: Embedder, reader: Reader | None) -> None:
        self._likeness = Likeness(embedder)
        self._opinion = Opinion(reader)

    def check(self, sentence: str, marks: Sequence[int], hits: Sequence[Hit]) -> CheckedSentence:
        """The state of a sentence.

        Args:
            sentence: Without its marks, see :func:`assistant.verification.marked.split_marked`.
            marks: Numbers of the passages it cites, from 1; those that were not given are dropped.
            hits: The passages in the order in which the model saw them.
        """
        given = [mark for mark in dict.fromkeys(marks) if 1 <= mark <= len(hits)]
        if not given:
            return CheckedSentence(text=sentence, state="removed", reason=_NO_CITATION)
        claim = analyse(sentence)
        sources = cited_sentences(given, hits)
        if quoted := next((source for source in sources if _bare(source.sentence.text) == _bare(sentence)), None):
            return CheckedSentence(text=sentence, state="verified", evidence=(cut(quoted),), support=1.0)
        if not (claim.plain or claim.quantities or claim.dates):
            return CheckedSentence(text=sentence, state="removed", reason=_NOTHING_SAID)
        match = self.match(claim, sources)
        if match is None:
            return CheckedSentence(text=sentence, state="removed", reason=NOT_SAID)
        return judge(sentence, claim, match)

    def likeness(self, one: str, other: str) -> float:
        """Cosine of the vectors of two texts."""
        return self._likeness(one, other)

    def match(self, claim: Analysis, sources: Sequence[Source]) -> Match | None:
        """What supports a claim best: one sentence, or two that have a part of it each; None without sentences."""
        single = self._best(claim, sources)
        if single is None or (not single.fatal and is_close(single.found)):
            return single
        if any(finding.is_fatal and not finding.is_absence for finding in single.findings):
            return single
        best = single
        for left, right in clauses(claim.text):
            told = [analyse(left), analyse(right)]
            if min(len(part.plain) for part in told) < LEAST_WORDS:
                continue
            parts = [self._best(part, sources) for part in told]
            enough = is_close if single.fatal else is_near
            whole = [part for part in parts if part and not part.fatal and enough(part.found)]
            if len(whole) == len(parts):
                joined = _joined(whole[0], whole[1])
                best = joined if best.fatal or joined.support > best.support else best
        if best.fatal or not is_near(best.found):
            several = self._together(claim, single, sources)
            best = several if several and not several.fatal else best
        # What may contradict the whole is not forgotten because its parts hold.
        doubts = () if best is single else [found for found in single.findings if found.kind in CONTRADICTING]
        return replace(best, findings=(*best.findings, *(found for found in doubts if not found.is_fatal)))

    def _together(self, claim: Analysis, single: Match, sources: Sequence[Source]) -> Match | None:
        """The claim beside the sentence that supports it best and those that add to it; None if none does.

        Nor is there any if the reading model finds another name, number or date in the place of one that is added.
        """
        taken = [single.sources[0]]
        held = [holdings(claim, source.sentence) for source in sources]
        lacking = holdings(claim, claim) - holdings(claim, single.sources[0].sentence)
        missing = set(lacking)
        for _ in range(MOST_TOGETHER - 1):
            at = max(range(len(sources)), key=lambda at: weight(missing & held[at]))
            if not missing & held[at]:
                break
            taken.append(sources[at])
            missing -= held[at]
        # What else repeats one sentence to the word has one of its names exchanged rather than one added.
        doubted = 0.0 if single.found.exact == 1 else DOUBTED_FROM
        if len(taken) == 1 or self._is_told_otherwise(claim, lacking, taken, doubted):
            return None
        whole = together(taken)
        self._likeness.learn([whole.sentence.text, *_words([claim, whole.sentence])])
        match = self._compare(claim, whole)
        found = Finding("joined", _TOGETHER, is_fatal=False)
        return self._read(claim, replace(match, sources=tuple(taken), findings=(*match.findings, found)))

    def _is_told_otherwise(
        self, claim: Analysis, lacking: set[Holding], taken: Sequence[Source], doubted: float
    ) -> bool:
        """Whether the reading model, asked for a fact that one sentence lacks, finds another one in its place."""
        found = (self._opinion.margins(asked, taken) for asked in ask_for(claim, lacking))
        return any(margin is not None and margin[1] < doubted for margin in found)

    def _best(self, claim: Analysis, sources: Sequence[Source]) -> Match | None:
        near = self._nearest(claim, sources)
        self._likeness.learn(_words([claim, *(source.sentence for source in near)]))
        matches = [self._compare(claim, source) for source in near]
        matches = [_softened(match) if is_cut_from(claim, match.sources[0].sentence) else match for match in matches]
        if not matches:
            return None
        most = max(match.held for match in matches)
        near_best = [match for match in matches if match.held >= most - NEAR_BEST]
        best = max(near_best, key=lambda match: (match.fatal is None, match.support))
        # What contradicts in the words of the claim outweighs what supports it in fewer of them.
        against = [match for match in near_best if match.fatal and match.fatal.kind in CONTRADICTING]
        closer = [match for match in against if match.found.soft > best.found.soft]
        return self._read(claim, max(closer, key=lambda match: match.found.soft) if closer else best)

    def _read(self, claim: Analysis, match: Match) -> Match:
        """The match with what the reading model makes of it."""
        if match.fatal:
            return match
        asked = ask_back(claim)
        margin = self._opinion.margins(asked, match.sources) if asked else None
        reading, rival = margin or (0.0, 0.0)
        found = replace(match.found, reading=reading, rival=rival, stated=self._opinion.stated(claim, match.sources))
        return replace(match, found=found, support=support(found))

    def _nearest(self, claim: Analysis, sources: Sequence[Source]) -> list[Source]:
        """Sentences that share most with the claim in words and meaning."""
        self._likeness.learn([claim.text, *(source.sentence.text for source in sources)])
        stems = {claim.tokens[at].stem for at in claim.content}

        def nearness(source: Source) -> float:
            theirs = {source.sentence.tokens[at].stem for at in source.sentence.content}
            shared = len(stems & theirs) / len(stems) if stems else 0.0
            return shared + self._likeness(claim.text, source.sentence.text)

        return sorted(sources, key=nearness, reverse=True)[:LOOKED_AT]

    def _compare(self, claim: Analysis, source: Source) -> Match:
        pairs = align(claim, source.sentence, self._likeness, source.context.stems)
        facts, borrows = check_facts(claim, source.sentence, pairs, source.context)
        findings = (
            *check_assertion(claim, source.sentence), *facts, *check_turns(claim, source.sentence, pairs),
            *check_relations(claim, source.sentence, pairs), *check_exchange(claim, source.sentence, pairs),
            *check_transposition(claim, source.sentence),
            *check_subjects(claim, source.sentence, pairs), *check_belonging(claim, source.sentence, pairs),
            *check_words(claim, source.sentence, pairs),
        )  # fmt: skip
        cosine = self._likeness(claim.text, source.sentence.text)
        found = features(claim, [source.sentence], pairs, cosine)
        facts_said = len(claim.quantities) + len(claim.dates)
        facts_held = facts_said - sum(finding.kind in ("number", "date") and finding.is_fatal for finding in facts)
        held = (coverage(pairs) * len(pairs) + facts_held) / ((len(pairs) + facts_said) or 1)
        return Match((source,), pairs, findings, found, held, support(found), borrows)


def _softened(match: Match) -> Match:
    return replace(match, findings=tuple(softened(finding) for finding in match.findings))


def _words(sentences: Sequence[Analysis]) -> list[str]:
    return [sentence.tokens[at].lower for sentence in sentences for at in sentence.content]


def _bare(text: str) -> str:
    """Words and signs of a sentence as they are compared to be the same."""
    return " ".join(text.split()).rstrip(".!?…").translate(_QUOTES)


def _joined(one: Match, other: Match) -> Match:
    sources = tuple(dict.fromkeys((*one.sources, *other.sources)))
    weaker = min(one, other, key=lambda match: match.support)
    return replace(
        weaker, sources=sources, findings=(*one.findings, *other.findings), borrows=one.borrows or other.borrows
    )
