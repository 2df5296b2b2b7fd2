"""Hypothesis strategies for what people write: texts in several scripts, well kept and badly kept, and articles."""

from __future__ import annotations

from hypothesis import strategies as st

from index.cleaning import clean
from index.types import Article

_ENGLISH = """The agency signed an agreement with Kawasaki Co., Ltd. Dr. Prof. e.g. i.e. U.S. Nov. 20 Fig. 2 3.14 J. R.
cross U. said. left! why? "Stop." (yes.) wait... end… https://a.b/c.d?e=f#g a@b.org No. 5 1,000 p.m. well-known"""
_SCRIPTS = """«oui» Ünïcode naïve Straße Åse Привет. мир космос! Η αποστολή. العربية مرحبا؟ यह है। 你好。世界！ ไทย
한국어입니다. 宇宙航空研究開発機構は任務を発表しました。 😀 🇯🇵 👍🏽 ﬁne Ⅻ ½"""
# By code: joiners inside words, marks that NFC reorders, and letters that NFC makes ASCII.
_CODED = "cafe\u0301|می\u200cخواهم|क्\u200dष|👩\u200d🚀|a\u0323\u0301\u0302|\u212a|\u2126|\u037e|\u0958|ß\u200d\u212a"
_HIDDEN = (
    "\x00|\x07|\x1b|\x1c|\x7f|\x85|\u00ad|\u034f|\u061c|\u180e|\u200b|\u200c|\u200d|\u200e|\u202e|\u2060|\u2066|\ufeff|\ufffe"
    "|\ue000|\U000e0041|\ud800|\u0300|\ufe0f|\v|\f"
)
_WORDS = st.sampled_from([*_ENGLISH.split(), *_SCRIPTS.split(), *_CODED.split("|")])
_ODDITIES = st.sampled_from(_HIDDEN.split("|"))
_BREAKS = ("\n", "\n\n", "\n\n\n", "\r\n", "\t", "\u00a0", "\u2009", "\u3000", "\u2028", "  ", "")
_GAPS = st.sampled_from([*[" "] * 12, *_BREAKS])
_PIECES = st.one_of(_WORDS, _WORDS, _WORDS, _WORDS, st.text(max_size=6), st.text("ab .!?\n", max_size=60), _ODDITIES)


def _joined(parts: list[tuple[str, str]]) -> str:
    return "".join(word + gap for word, gap in parts)


raw_texts = st.lists(st.tuples(_PIECES, _GAPS), max_size=60).map(_joined)
"""Texts as they may stand in a file: any script, any white space, control and format characters, lone surrogates."""

texts = raw_texts.map(clean)
"""Canonical texts, empty ones among them."""

_titles = st.one_of(st.sampled_from(["ESA and JAXA", "宇宙", "A"]), texts.map(lambda text: " ".join(text.split())[:90]))

articles = st.builds(
    Article,
    text=texts,
    title=_titles.map(lambda title: title.strip() or "Untitled"),
    published=st.sampled_from([None, "2024", "2024-11", "2024-11-22"]),
    language=st.sampled_from(["en", "de", "ja", "ru", "hi", "ar", "xx", ""]),
)
"""Articles with canonical text, which may be empty."""
