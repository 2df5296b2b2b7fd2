"""Figures of the assistant on a user's own questions, over the user's own index: offline, without a judge model.

>>> from assistant import evaluate
>>> print(evaluate("questions.jsonl").figures["right"].value)  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.evaluation.results import Evaluation
    from assistant.evaluation.run import evaluate

__all__ = ["Evaluation", "evaluate"]

_HOMES = {"Evaluation": "assistant.evaluation.results", "evaluate": "assistant.evaluation.run"}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    """Imports a public name when it is first used, so that the pure parts do not load the models' libraries."""
    if name not in _HOMES:
        raise AttributeError(f"module 'assistant.evaluation' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    return getattr(import_module(_HOMES[name]), name)
