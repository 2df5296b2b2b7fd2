"""Text that would be markup, script or a request if it were taken for more than text; as much as asked for, seeded."""

from __future__ import annotations

import random
from html import escape
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

REMOTE = "http://127.0.0.1:9009/canary"
"""Nobody is there; a request to it is seen all the same."""
HIT = "window.canary=1;alert(1)"

_HANDLED = (
    ("img src=x", "onerror"), ("svg", "onload"), ("video src=x", "onerror"), ("audio src=x", "onerror"),
    ("input autofocus", "onfocus"), ("details open", "ontoggle"), ("marquee", "onstart"), ("body", "onload"),
    ("select autofocus", "onfocus"), ("style", "onload"), ("div", "onmouseover"),
    ("svg><animate attributeName=x dur=1s", "onbegin"), ("video><source", "onerror"), ("object data=x", "onerror"),
    ("textarea autofocus", "onfocus"), ("form><button", "onclick"), ("iframe", "onload"),
    ("link rel=preload", "onload"), ("p tabindex=0 autofocus", "onfocus"),
)  # fmt: skip
_LOADING = (
    "<img src='{0}.png'>", "<img srcset='{0}.png 2x'>", "<link rel=stylesheet href='{0}.css'>", "<base href='{0}/'>",
    "<style>@import url({0}.css)</style>", "<div style='background:url({0}.png)'>x</div>",
    "<iframe src='{0}'></iframe>", "<object data='{0}'></object>", "<embed src='{0}'>",
    "<script src='{0}.js'></script>", "<video poster='{0}.png'>",
    "<meta http-equiv=refresh content='0;url={0}'>", "<form action='{0}'><button autofocus>Go</button></form>",
    "<svg><image href='{0}.png'/></svg>", "<svg><use href='{0}.svg#x'/></svg>", "<audio src='{0}.mp3' autoplay>",
    "<link rel=prefetch href='{0}'>", "<table background='{0}.png'><tr><td>x", "<input type=image src='{0}.png'>",
    "![x]({0}.png)", "[x]({0})", "<{0}>", "[x]: {0}", "![x][y] [y]: {0}.png", "$$\\includegraphics{{{0}.png}}$$",
    "<math><mtext><img src='{0}.png'></mtext></math>", "<!--[if true]><img src='{0}.png'><![endif]-->",
)  # fmt: skip
_RUNNING = (
    "<script>{0}</script>", "<script>{0}//", "<svg><script>{0}</script></svg>", "<a href='javascript:{0}'>x</a>",
    "<iframe srcdoc='<script>parent.{0}</script>'></iframe>", "<iframe src='javascript:{0}'></iframe>",
    "<a href='data:text/html,<script>{0}</script>'>x</a>", "[x](javascript:{0})",
    "<form action='javascript:{0}'><button>", "<math href='javascript:{0}'>x</math>",
    "<template><script>{0}</script></template>", "${{{0}}}",
    "{{{{constructor.constructor('{0}')()}}}}", "<noscript><p title='</noscript><img src=x onerror={0}>'>",
    "<svg><style><img src=x onerror='{0}'></style>", "$$\\href{{javascript:{0}}}{{x}}$$", "<%= {0} %>",
    "<math><mi><table><mglyph><style><img src=x onerror='{0}'>", "<button autofocus popovertarget=x onfocus='{0}'>x",
)  # fmt: skip
_BEFORE = (
    "",
    '"',
    "'",
    '">',
    "'>",
    "-->",
    "</script>",
    "</style>",
    "</title>",
    "</textarea>",
    "]]>",
    "`",
    "\\",
    "</p></div>",
)
"""What ends the place in which a text may have been put."""


def payloads(count: int, seed: int) -> list[str]:
    """So many different ones; none longer than a question may be."""
    chance = random.Random(seed)
    quoted = [f"<{tag} {handler}={quote}{HIT}{quote}>" for (tag, handler), quote in product(_HANDLED, ("'", '"', ""))]
    bare = [*quoted, *(form.format(REMOTE) for form in _LOADING), *(form.format(HIT) for form in _RUNNING)]
    chance.shuffle(bare)
    found = dict.fromkeys(bare)
    while len(found) < count:
        found[_changed(chance.choice(_BEFORE) + chance.choice(bare), chance)] = None
    return list(found)[:count]


def _changed(text: str, chance: random.Random) -> str:
    """The same in a spelling that only some readers take for the same."""
    ways: list[Callable[[], str]] = [
        lambda: text,
        lambda: "".join(chance.choice((char.upper(), char.lower())) for char in text),
        lambda: text.replace(" ", "/"),
        lambda: escape(text),
        lambda: "".join(f"&#{ord(char)};" if char in "<>'\"" else char for char in text),
        lambda: text.removesuffix(">"),
        lambda: f"<b><i>{text}",
    ]
    return chance.choice(ways)()
