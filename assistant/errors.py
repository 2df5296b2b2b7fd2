"""What can go wrong in the assistant, as messages for people.

::

    AssistantError
    ├── UnknownSettingError   an ASSISTANT_* variable that means nothing
    ├── ReaderError           the reading model's weights are missing or damaged; answers are then chosen without it
    ├── PromptError           a prompt file is missing or broken
    ├── ModelModeError        the language model cannot be used, or did not answer; its kind says why
    ├── EvaluationError       a file of questions, or a report, cannot be read or written
    ├── TrainingError         question files or weights of a training cannot be read or written
    ├── AddressError          the page cannot be served at this address
    ├── InterruptedBuildError Ctrl+C ended a build
    ├── LibraryBusyError      a change of the library is going on, or none that could be cancelled
    ├── AccessError           a user, password or API token is not as it must be
    │   ├── AccessFileError   the file of users, or of who is signed in, cannot be used: nobody gets in
    │   └── AccessBusyError   too many sign-ins at once; later it may work
    └── CitationError         a citation that is not word for word in its article; never shown, always a defect

Problems with articles, the index or the embedding model are :class:`index.errors.IndexingError`. A bad question is no
error: it gets an :class:`assistant.types.Answer` that says what is wrong.
"""

from __future__ import annotations

from typing import Literal

Failure = Literal[
    "setting",
    "package",
    "key",
    "away",
    "model",
    "context",
    "rate",
    "server",
    "slow",
    "broken",
    "refused",
    "long",
    "empty",
]
"""Why a language model gave no answer: how it is set, its package, its key; it cannot be reached or is not known; the
question with its passages is too long; too many requests; trouble of its server; too slow; what it sent breaks off or
cannot be read; it declines; it does not come to an end; it gave no text."""


class AssistantError(Exception):
    """Anything that the assistant reports; its text is one line for people.

    Attributes:
        exit_code: What the terminal command returns, after ``sysexits.h``.
    """

    exit_code = 1


class UnknownSettingError(AssistantError):
    """An ``ASSISTANT_*`` variable that means nothing; most often a misspelling."""

    exit_code = 78  # EX_CONFIG


class ReaderError(AssistantError):
    """The reading model's weights are missing or damaged."""

    exit_code = 69  # EX_UNAVAILABLE


class PromptError(AssistantError):
    """A prompt file is missing or broken."""

    exit_code = 70  # EX_SOFTWARE


class ModelModeError(AssistantError):
    """The language model cannot be used, or did not answer.

    Its text holds no key, and of what the server said a short excerpt without control characters at most.

    Attributes:
        kind: See :data:`Failure`.
    """

    def __init__(self, kind: Failure, text: str) -> None:
        super().__init__(text)
        self.kind: Failure = kind
        is_configuration = kind in ("setting", "package", "key", "model")
        self.exit_code = 78 if is_configuration else 75 if kind == "rate" else 69


class TrainingError(AssistantError):
    """Question files or weights of a training cannot be read or written."""

    exit_code = 65  # EX_DATAERR


class EvaluationError(AssistantError):
    """A file of questions, or a report, cannot be read or written."""

    exit_code = 65  # EX_DATAERR


class AddressError(AssistantError):
    """The page cannot be served at this address."""

    exit_code = 69  # EX_UNAVAILABLE


class InterruptedBuildError(AssistantError):
    """Ctrl+C ended a build; the text says what is there now."""

    exit_code = 130


class LibraryBusyError(AssistantError):
    """A change of the library is going on already, or none that could be cancelled."""

    exit_code = 75  # EX_TEMPFAIL


class AccessError(AssistantError):
    """A user, password or API token is not as it must be; the text holds no password, token or hash."""

    exit_code = 67  # EX_NOUSER


class AccessFileError(AccessError):
    """The file of users, or of who is signed in, cannot be read, trusted or written; nobody gets in."""

    exit_code = 74  # EX_IOERR


class AccessBusyError(AccessError):
    """Too much is asked at once; nothing was decided, and later it may work."""

    exit_code = 75  # EX_TEMPFAIL


class CitationError(AssistantError):
    """A citation that is not word for word in its article."""

    exit_code = 70
