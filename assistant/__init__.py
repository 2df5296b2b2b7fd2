"""Question in, cited answer out.

>>> from assistant import Assistant
>>> print(Assistant.open().ask("When will Apophis pass Earth?").text)  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.answering import Assistant
    from assistant.errors import AssistantError
    from assistant.evaluation.results import Evaluation
    from assistant.evaluation.run import evaluate
    from assistant.settings import Settings
    from assistant.types import Answer, Citation, NearestArticle, Segment, Turn

__all__ = [
    "Answer",
    "Assistant",
    "AssistantError",
    "Citation",
    "Evaluation",
    "NearestArticle",
    "Segment",
    "Settings",
    "Turn",
    "evaluate",
]

_HOMES = {
    "Answer": "assistant.types",
    "Assistant": "assistant.answering",
    "AssistantError": "assistant.errors",
    "Citation": "assistant.types",
    "Evaluation": "assistant.evaluation.results",
    "NearestArticle": "assistant.types",
    "Segment": "assistant.types",
    "Settings": "assistant.settings",
    "Turn": "assistant.types",
    "evaluate": "assistant.evaluation.run",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    """Imports a public name when it is first used, so that the command line does not wait for LangChain."""
    if name not in _HOMES:
        raise AttributeError(f"module 'assistant' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    return getattr(import_module(_HOMES[name]), name)
