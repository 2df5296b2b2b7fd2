"""The article of a page, told from what is around it by trafilatura."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trafilatura import bare_extraction
from trafilatura.settings import Document

from index.cleaning import one_line
from index.readers.captions import keep_captions

if TYPE_CHECKING:
    from collections.abc import Sequence

_STRUCTURE = ("head", "list")
"""Elements that the library makes of headings and lists."""
_STRUCTURE_OF_PAGES = ("h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl")
_NOTHING_AROUND = 0.9
"""Share of a page's words that its article has if there are no menus and the like around it."""


def extracted(root: Any) -> Any:  # noqa: ANN401 - lxml has no types
    """The ``body`` element of the article, with the elements ``p``, ``head``, ``list`` and so on; None without one.

    Where no element of the page is marked as its article's, as in what office programs and hand-written pages hold, the
    library takes paragraphs and tables alone. Then the whole body is taken for the article, if headings or lists stood
    between those paragraphs, or if there is next to nothing else in the page.

    Args:
        root: The page's ``html`` element, which may be changed.
    """
    keep_captions(root)
    body = _body(root)
    if body is None or _has(body, _STRUCTURE) or not _has(root, _STRUCTURE_OF_PAGES):
        return body
    words = len(_text(root.find("body")).split())
    whole = _body(_as_article(root))
    if whole is None:
        return body
    return whole if _is_within(body, whole) or len(_text(whole).split()) >= _NOTHING_AROUND * words else body


def _body(root: Any) -> Any:  # noqa: ANN401 - lxml has no types
    # Without readability and jusText, to which the library turns otherwise: they find no more, and take quadratic time.
    found = bare_extraction(root, fast=True, include_comments=False)
    return found.body if isinstance(found, Document) else None


def _has(tree: Any, tags: Sequence[str]) -> bool:  # noqa: ANN401 - lxml has no types
    return next(tree.iter(*tags), None) is not None


def _text(element: Any) -> str:  # noqa: ANN401 - lxml has no types
    return "" if element is None else one_line(" ".join(element.itertext()))


def _is_within(body: Any, whole: Any) -> bool:  # noqa: ANN401 - lxml has no types
    """Whether headings or lists of the whole stand between the parts of a body."""
    parts = {_text(part) for part in body}
    places = [place for place, part in enumerate(whole) if _text(part) in parts]
    return bool(places) and any(part.tag in _STRUCTURE for part in whole[places[0] : places[-1]])


def _as_article(root: Any) -> Any:  # noqa: ANN401 - lxml has no types
    """The page with all of its body in one ``article`` element."""
    for body in root.iterfind("body"):
        article = body.makeelement("article")
        article.text, body.text = body.text, None
        article.extend(list(body))
        body.append(article)
    return root
