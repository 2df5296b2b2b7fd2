"""Footnotes of Markdown: their marks are left out of the sentences, their own text comes behind the rest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

_NOTE = re.compile(r"\[\^(?P<label>[^\s\[\]]{1,60})\]:[ \t]*")
_MARK = re.compile(r"\[\^(?P<label>[^\s\[\]]{1,60})\]")
_COLON = re.compile(r":[ \t]*")
_COUNT = re.compile(r"\d{1,4}")
_INDENT = 4
_TEXTS, _LABELS = "note texts", "note labels"


def add_footnotes(parser: MarkdownIt) -> None:
    """Lets a parser leave out ``[^1]`` and set ``[^1]: text`` aside for :func:`footnotes`, by a rule ``footnote``."""
    parser.block.ruler.before("reference", "footnote", _take_note, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.inline.ruler.before("link", "footnote_mark", _skip_mark)


def footnotes(env: dict[str, list[str]]) -> list[str]:
    """The texts of the footnotes, as Markdown, in the order of the source.

    Args:
        env: What was handed to the parser, after it has read a text.
    """
    return env.get(_TEXTS, [])


def _take_note(state: StateBlock, begin: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - the parser's call
    """A note: its line, those that go on with it, and what is indented below; it leaves no token."""
    if state.is_code_block(begin):
        return False
    found = _NOTE.match(_line(state, begin))
    if not found or silent:
        return found is not None
    lines = [_line(state, begin)[found.end() :]]
    at = begin + 1
    while at < end and _goes_on(state, at, behind_gap=state.isEmpty(at - 1)):
        lines.append(
            "" if state.isEmpty(at) else state.getLines(at, at + 1, state.blkIndent + _INDENT, keepLastLF=False)
        )
        at += 1
    state.line = at
    state.env.setdefault(_TEXTS, []).append("\n".join(lines).strip("\n"))
    state.env.setdefault(_LABELS, []).append(found["label"].casefold())
    return True


def _goes_on(state: StateBlock, at: int, *, behind_gap: bool) -> bool:
    """Whether a line belongs to the note above it."""
    if state.isEmpty(at):
        return True
    indent = state.sCount[at] - state.blkIndent
    if behind_gap or indent < 0:
        return indent >= _INDENT
    # Without a gap a paragraph goes on wherever its lines begin, unless something else begins there.
    silent, rules = True, state.md.block.ruler.getRules("paragraph")
    return indent >= _INDENT or not any(rule(state, at, state.lineMax, silent) for rule in rules)


def _line(state: StateBlock, at: int) -> str:
    return state.src[state.bMarks[at] + state.tShift[at] : state.eMarks[at]]


def _skip_mark(state: StateInline, silent: bool) -> bool:  # noqa: ARG001, FBT001 - the parser's call
    """A mark in a sentence, if there is such a note or if it counts."""
    found = _MARK.match(state.src, state.pos)
    if not found:
        return False
    label = found["label"]
    if not _COUNT.fullmatch(label) and label.casefold() not in state.env.get(_LABELS, ()):
        return False
    # A note in a note is a paragraph of it.
    behind = _COLON.match(state.src, found.end()) if not state.pos else None
    state.pos = behind.end() if behind else found.end()
    return True
