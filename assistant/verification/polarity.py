"""What turns or softens a statement: negation, possibility and plan, "all" and "only". Pure, English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.verification.vocabulary import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.verification.tokens import Token

_CUES = listed(
    """
    not no never without none nobody nothing neither nor cannot hardly barely scarcely nowhere unable unlikely
    lack deni avoid prevent absenc dont doesnt didnt wont cant isnt wasnt arent werent
    inadequate insufficient
    """
)  # fmt: skip
_CUE_PHRASES = (
    ("declined", "to"), ("refused", "to"), ("refuses", "to"), ("refuse", "to"), ("declines", "to"), ("fail", "to"),
    ("failed", "to"), ("fails", "to"), ("rather", "than"), ("instead", "of"), ("ruled", "out"),
    ("rules", "out"), ("stopped", "short"), ("far", "from"),
)  # fmt: skip
_NO_CUES = (
    ("not", "only"),
    ("no", "doubt"),
    ("not", "just"),
    ("not", "least"),
    ("nothing", "but"),
    ("or", "not"),
    ("not", "until"),
)
_COMPARED = listed(
    """
    less fewer more later earlier
    """
)
_SCOPE = 4
"""Content words behind a negation that it may turn."""
_BREAKS = listed(
    """
    , ; : ( ) . but
    """
)

_PLANNED = listed(
    """
    will would shall plan plans planned planning aim aims aimed intend intends intended propose proposes proposed
    proposal expected expects expect scheduled due must need needs future wants want hopes hope hoping meant
    target targets considering consider considers goal should ought pledged pledges pledge promised promises
    promise upcoming wo forthcoming soon tomorrow seek seeks going ambition ll committed
    """
)
_POSSIBLE = listed(
    """
    may might could possible possibly potential potentially perhaps maybe probably likely reportedly allegedly
    alleged alleges claims claimed suspected rumoured rumored appears appear seems seem suggest suggests suggested
    if unless can believed believes thought unclear uncertain argue argues argued estimate speculated unconfirmed
    """
)
_UNIVERSAL = listed(
    """
    all every each always everyone everybody everything entirely
    """
)
_PARTIAL = listed(
    """
    some several few many most part partly partially sometimes often mainly mostly majority certain various much
    usually largely half occasionally rarely
    """
)
_ONLY = frozenset(["only", "solely", "exclusively", "alone", "sole"])
_SUPERLATIVE = re.compile(r"^(?!(?:west|east|forest|harvest|interest|request|invest|protest|contest|guest|arrest|quest|"
                          r"test|rest|best-known|latest|digest|conquest|suggest|honest|modest|priest|nest|chest|"
                          r"manifest|bequest)$)[a-z]{2,}est$")  # fmt: skip
_TOPS = listed(
    """
    most least best worst top record leading
    """
)


@dataclass(frozen=True, slots=True)
class Polarity:
    """What turns or softens a sentence.

    Attributes:
        scopes: For each negation its own place, then those of the content words that it may turn, nearest first.
        planned: Places of words that make a plan of what follows.
        possible: Places of words that make it only possible.
        quantifiers: Which of ``all``, ``some``, ``only`` it speaks of.
        superlatives: Places of superlatives.
    """

    scopes: tuple[tuple[int, ...], ...]
    planned: tuple[int, ...]
    possible: tuple[int, ...]
    quantifiers: frozenset[str]
    superlatives: tuple[int, ...]


def polarity(tokens: Sequence[Token], taken: frozenset[int]) -> Polarity:
    """Reads a sentence; ``taken`` are places of dates, so that May is no ``may``."""
    lowers = [(at, token.lower) for at, token in enumerate(tokens) if at not in taken]
    # "Not only A but also B" speaks of more than A.
    words = {lower for at, lower in lowers if lower != "only" or not at or tokens[at - 1].lower != "not"}
    quantifiers = {
        name for name, listed in (("all", _UNIVERSAL), ("some", _PARTIAL), ("only", _ONLY)) if words & listed
    }
    return Polarity(
        scopes=tuple((at, *_scope(tokens, at)) for at in range(len(tokens)) if _is_cue(tokens, at)),
        planned=tuple(at for at, lower in lowers if lower in _PLANNED or _is_infinitive_plan(tokens, at)),
        possible=tuple(at for at, lower in lowers if lower in _POSSIBLE),
        quantifiers=frozenset(quantifiers),
        superlatives=tuple(
            at for at, lower in lowers if lower in _TOPS or (_SUPERLATIVE.match(lower) and not tokens[at].is_capital)
        ),
    )


def _is_cue(tokens: Sequence[Token], at: int) -> bool:
    lower = tokens[at].lower
    following = tokens[at + 1].lower if at + 1 < len(tokens) else ""
    if following in _COMPARED and [token.lower for token in tokens[at + 2 : at + 3]] == ["than"]:
        return False  # "no more than"
    if (lower, following) in _NO_CUES or (at and (tokens[at - 1].lower, lower) in _NO_CUES):
        return False
    if lower == "no" and following in (".", "") and at + 1 < len(tokens) and tokens[at].text == "No":
        return False  # No. 5
    return (
        lower in _CUES
        or tokens[at].stem in _CUES
        or lower.replace("’", "'").endswith("n't")
        or (lower, following) in _CUE_PHRASES
    )  # fmt: skip


def _scope(tokens: Sequence[Token], cue: int) -> list[int]:
    found: list[int] = []
    for at in range(cue + 1, len(tokens)):
        if tokens[at].lower in _BREAKS or len(found) == _SCOPE:
            break
        if tokens[at].is_content and not _is_adverb(tokens[at].lower):
            found.append(at)
    return found


def _is_adverb(word: str) -> bool:
    return word in ("longer", "yet", "ever", "anymore", "always") or (word.endswith("ly") and len(word) > 5)


def _is_infinitive_plan(tokens: Sequence[Token], at: int) -> bool:
    """``is to open``, ``set to open``."""
    return (
        tokens[at].lower in ("is", "are", "set") and at + 2 < len(tokens) and tokens[at + 1].lower == "to"
        and tokens[at + 2].is_content
    )  # fmt: skip
