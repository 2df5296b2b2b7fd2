"""Blocks of the elements that trafilatura leaves of a page. Pure."""

from __future__ import annotations

import re
from typing import Any

from index.cleaning import one_line

_HEADING = re.compile(r"h[1-6]")
_LINES_OF_A_DUMP = 10
_SHORT = 30
_CELLS = ("cell", "td", "th")


def is_dump(body: Any) -> bool:  # noqa: ANN401 - lxml has no types
    """Whether the library has found no article and gives all text of the page, a line for each piece."""
    lines = (body[0].text or "").strip().split("\n") if len(body) == 1 and not len(body[0]) else []
    return len(lines) > _LINES_OF_A_DUMP and 2 * sum(len(line) < _SHORT for line in lines) > len(lines)


class Walker:
    """Makes blocks of the elements that trafilatura leaves: ``p``, ``head``, ``list``, ``item``, ``quote``, ``row``."""

    def __init__(self) -> None:
        self.blocks: list[tuple[str, str]] = []
        self._parts: list[str] = []
        self._kind = "p"
        self._lists = 0

    def walk(self, element: Any) -> None:  # noqa: ANN401 - lxml has no types
        """Takes an element with all that is in it; what is nested deeply has been refused before."""
        tag = element.tag
        if tag == "lb":
            self._parts.append("\n")
        elif tag == "row":
            self._row(element)
        elif tag in ("p", "body", "div", "head", "item", "list", "quote", "table") or (
            tag == "code" and self._is_block(element)
        ):
            self._block(element)
        else:
            self._inside(element)

    def _inside(self, element: Any) -> None:  # noqa: ANN401 - lxml has no types
        self._text(element.text)
        for child in element:
            if isinstance(child.tag, str):
                self.walk(child)
            self._text(child.tail)

    def _text(self, text: str | None) -> None:
        if text:
            self._parts.append(text if self._kind == "c" else re.sub(r"\s+", " ", text))

    def _block(self, element: Any) -> None:  # noqa: ANN401 - lxml has no types
        self._flush()
        outer = self._kind
        self._kind = self._kind_of(element)
        self._lists += element.tag == "list"
        self._inside(element)
        self._flush()
        self._lists -= element.tag == "list"
        self._kind = outer

    def _kind_of(self, element: Any) -> str:  # noqa: ANN401 - lxml has no types
        if element.tag == "head":
            rend = element.get("rend") or ""
            return rend if _HEADING.fullmatch(rend) else "h2"
        if element.tag == "item":
            return "l" if self._lists == 1 else "m"
        return {"quote": "q", "code": "c"}.get(element.tag, self._kind)

    def _is_block(self, code: Any) -> bool:  # noqa: ANN401 - lxml has no types
        """Whether code stands for itself; in the middle of a sentence it goes on."""
        parent = code.getparent()
        return self._kind != "c" and (parent is None or parent.tag in ("body", "div", "quote"))

    def _row(self, row: Any) -> None:  # noqa: ANN401 - lxml has no types
        self._flush()
        cells = [child for child in row if child.tag in _CELLS]
        texts = [one_line(" ".join(cell.itertext())) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if sum(map(bool, texts)) < 2:  # a row for the sake of layout
            self._inside(row)
            self._flush()
            return
        is_head = all(cell.get("role") == "head" for cell in cells)
        self.blocks.append(("T" if is_head else "t", " | ".join(texts)))

    def _flush(self) -> None:
        text = "".join(self._parts)
        self._parts = []
        if text.strip():
            self.blocks.append((self._kind, text))
            if self._kind in ("l", "m"):
                self._kind = "i"
