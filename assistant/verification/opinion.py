"""What the reading model makes of a claim: asked for one of its facts, and asked whether a passage says the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.reader import titled
from assistant.verification.asking import margins

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.reader import Reader
    from assistant.verification.analysis import Analysis
    from assistant.verification.asking import Asked
    from assistant.verification.sources import Source


class Opinion:
    """The reading model as the check uses it; safe to use from several threads.

    Args:
        reader: The model; without it there is no opinion.
    """

    def __init__(self, reader: Reader | None) -> None:
        self._reader = reader

    def margins(self, asked: Asked, sources: Sequence[Source]) -> tuple[float, float] | None:
        """Of a question, in the passage that answers it best; see :func:`assistant.verification.asking.margins`."""
        if self._reader is None:
            return None
        texts = list(dict.fromkeys(source.passage for source in sources))
        readings = self._reader.read(asked.question, texts)
        return max(margins(asked, read, text) for read, text in zip(readings, texts, strict=True))

    def stated(self, claim: Analysis, sources: Sequence[Source]) -> float:
        """How surely a passage says the claim: the best logit of :meth:`assistant.reader.Reader.judge`.

        Of several passages also their sentences taken together, since no passage alone need say all of it. 0, which
        speaks neither for nor against, without the model.
        """
        if self._reader is None:
            return 0.0
        texts = list(dict.fromkeys(titled(source.article.title, source.passage) for source in sources))
        if len(texts) > 1:
            titles = " / ".join(dict.fromkeys(source.article.title for source in sources))
            texts.append(titled(titles, " ".join(source.sentence.text for source in sources)))
        return max(self._reader.judge(claim.text, texts))
