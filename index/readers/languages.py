"""Languages as sources name them become codes as the index keeps them."""

from __future__ import annotations

import re

from index.cleaning import one_line

_CODE = re.compile(r"([a-z]{2,3})(?:[-_].*)?", re.DOTALL)


def language_code(text: str, default: str = "en") -> str:
    """The ISO 639 code at the beginning of a tag such as ``en-GB``; the default if there is none."""
    found = _CODE.fullmatch(one_line(text[:100]).lower())
    return found[1] if found else default
