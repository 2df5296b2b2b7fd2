"""What of a page, a chapter or a feed's entry nobody sees."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNSEEN_STYLE = re.compile(r"(?:^|;)(?:display:none|visibility:hidden|content-visibility:hidden)(?:$|[;!])")


def is_hidden(attributes: Mapping[str, str]) -> bool:
    """Whether an element is not shown, by its own attributes; names may have a namespace before them.

    What a style sheet hides is not known here.
    """
    for full, value in attributes.items():
        name = full.rpartition("}")[2].lower()
        if name == "hidden" or (name == "aria-hidden" and value.strip().lower() == "true"):
            return True
        if name == "style" and _UNSEEN_STYLE.search("".join(value.lower().split())):
            return True
    return False
