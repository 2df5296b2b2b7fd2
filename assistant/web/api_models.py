"""The JSON that programs send and get: checked on its way in, described for the OpenAPI document on its way out.

What goes out is described by the records themselves, so that the description cannot fall behind them.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model, field_validator
from pydantic_core import PydanticCustomError

from assistant.settings import MAX_HISTORY, MAX_QUESTION
from assistant.types import Answer, Turn
from index.types import Hit

MAX_TURN = 20_000
"""Characters of an answer in the history."""

_MEANING = re.compile(r"^    (\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)
_ROLE = re.compile(r":\w+:`~?(?:\w+\.)*(\w+)`|``([^`]*)``")
_POINTER = re.compile(r"See :data:`\w+`[.;]?\s*")


def whole(text: str) -> str:
    """Refuses half of a surrogate pair, which JSON can name but which no text is made of."""
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise PydanticCustomError("half_character", "it holds half of a character")
    return text


Text = Annotated[str, AfterValidator(whole)]


class PastTurn(BaseModel):
    """An earlier question of the conversation with its answer."""

    model_config = ConfigDict(extra="forbid", strict=True)

    question: Text = Field(max_length=MAX_QUESTION)
    answer: Text = Field("", max_length=MAX_TURN)

    def to_turn(self) -> Turn:
        """As the assistant takes it."""
        return Turn(self.question, self.answer)


class Question(BaseModel):
    """A question to the articles."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [
                {"question": "When will Apophis pass Earth?"},
                {
                    "question": "Where is it based?",
                    "history": [{"question": "Who founded cross U?", "answer": "Mitsui Fudosan. [1]"}],
                    "stream": True,
                },
            ]
        },
    )

    question: Text = Field(
        description=f"In the language of the articles. One of more than {MAX_QUESTION:,} characters gets an answer "
        "that says so, with status `abstained`."
    )
    history: list[PastTurn] = Field(default=[], description="Earlier turns, oldest first; the last ten count.")

    @field_validator("history", mode="before")
    @classmethod
    def _last(cls, value: Any) -> Any:  # noqa: ANN401 - whatever was sent
        """Only those that count: all that may be sent would take a second to look through."""
        return value[-MAX_HISTORY:] if isinstance(value, list) else value

    stream: bool = Field(
        default=False, description="Whether to stream; the header `Accept: text/event-stream` asks for the same."
    )


class Problem(BaseModel):
    """Why there is no answer."""

    error: str = Field(description="A sentence for people.")


class QuestionsNow(BaseModel):
    """What the assistant is busy with."""

    in_work: int = Field(description="Questions that are being answered.")
    waiting: int = Field(description="Questions that wait for their turn.")
    stuck: int = Field(description="Answers that were given up and still hold a thread.")


class Disk(BaseModel):
    """Room for the index."""

    free_bytes: int | None
    is_low: bool = Field(description="Whether there is hardly room left for a build.")


class Health(BaseModel):
    """How the assistant is. Who has not signed in where one must gets `status` only."""

    status: Literal["warming", "ready", "failed"] = Field(
        description="`warming` while the models are loading: what is asked waits."
    )
    message: str = Field("", description="A sentence for people, if there is something to say.")
    generation: str = Field("", description="Name of the index generation that answers; empty if there is none.")
    notice: str = Field("", description="What the user should know of the index, such as that an older one answers.")
    articles: int = Field(0, description="How many are in it.")
    started: str = Field("", description="When the server started, ISO 8601.")
    created: str | None = Field(None, description="When the generation was made, ISO 8601.")
    is_fallback: bool = Field(default=False, description="Whether another generation answers than should.")
    set_aside: int = Field(0, description="Generations that were found damaged.")
    is_building: bool = Field(default=False, description="Whether the library is being changed.")
    questions: QuestionsNow | None = None
    disk: Disk | None = None
    version: str = Field("", description="Of this product.")


class Readiness(BaseModel):
    """Whether questions are answered now."""

    ready: bool
    status: Literal["warming", "ready", "failed"]
    message: str = Field(description="Why not, as a sentence for people, for those who have signed in.")


class ArticleEntry(BaseModel):
    """An article in the list."""

    id: str = Field(description="Changes whenever anything of the article does.")
    title: str
    publisher: str | None
    author: str | None
    published: str | None = Field(description="`YYYY-MM-DD`, `YYYY-MM` or `YYYY`.")
    language: str = Field(description="ISO 639 code.")
    url: str | None
    characters: int = Field(description="Length of the text, in Unicode code points.")


class ArticleList(BaseModel):
    """What answers come from."""

    generation: str = Field(description="Name of the index generation that answers; empty if there is none.")
    passages: int = Field(description="How many passages all articles were split into.")
    notice: str = Field(description="What the user should know of the index.")
    articles: list[ArticleEntry]


class ArticleText(ArticleEntry):
    """An article with its text: for a citation of it, `text[start:end] == quote`."""

    generation: str
    restates: str | None = Field(description="What the text restates in other words, if it is not the original.")
    text: str = Field(description="One block a line; offsets count Unicode code points.")


@cache
def answer_model() -> type[BaseModel]:
    """:meth:`assistant.types.Answer.to_dict`, described."""
    hit = create_model(
        "Hit",
        __doc__="A passage that was considered.",
        __config__=ConfigDict(extra="forbid"),
        article_id=(str, ...),
        title=(str, ...),
        start=(int, ...),
        end=(int, ...),
        text=(str, Field(description="The words of the passage.")),
        **_fields(Hit, skipped={"passage", "article"}),
    )
    text = Field(description="The whole text with `[n]` behind each sentence that citation `n` stands behind.")
    return create_model(
        "Answer",
        __doc__=_first_line(Answer),
        __config__=ConfigDict(extra="forbid"),
        **{**_fields(Answer, skipped={"hits"}), "text": (str, text), "hits": (list[hit], _meant(Answer, "hits"))},  # type: ignore[valid-type]
    )


@cache
def _described(kind: type) -> type[BaseModel]:
    """A record of ours as a model: fields and types from its definition, what they mean from its docstring."""
    config = ConfigDict(extra="forbid")
    return create_model(kind.__name__, __doc__=_first_line(kind), __config__=config, **_fields(kind))


def _fields(kind: type, *, skipped: frozenset[str] | set[str] = frozenset()) -> dict[str, Any]:
    from index.types import Article, Passage  # noqa: PLC0415 - names that the records' annotations use

    hints = get_type_hints(kind, localns={"Hit": Hit, "Article": Article, "Passage": Passage})
    return {
        item.name: (_plain(hints[item.name]), _meant(kind, item.name))
        for item in dataclasses.fields(kind)
        if item.name not in skipped
    }


def _plain(hint: Any) -> Any:  # noqa: ANN401 - a type, of whatever kind
    """What JSON makes of a type: records are objects, tuples of any length are lists."""
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _described(hint)
    if get_origin(hint) is tuple and get_args(hint)[1:] == (...,):
        return list[_plain(get_args(hint)[0])]  # type: ignore[misc]
    return hint


def _meant(kind: type, name: str) -> Any:  # noqa: ANN401 - pydantic's own kind of field
    meanings = {found[1]: found[2] for found in _MEANING.finditer(inspect.getdoc(kind) or "")}
    text = _POINTER.sub("", " ".join(meanings.get(name, "").split()))
    return Field(description=_ROLE.sub(lambda found: f"`{found[1] or found[2]}`", text) or None)


def _first_line(kind: type) -> str:
    return (inspect.getdoc(kind) or "").split("\n", 1)[0]
