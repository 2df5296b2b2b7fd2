"""Prompts from text files: one Markdown file each in ``prompts/``, checked when it is loaded."""

from __future__ import annotations

import re
import string
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from assistant.errors import PromptError

_FILE = re.compile(r"\+\+\+\n(?P<front>.*?)\n\+\+\+\n\s*# System\n(?P<system>.*?)\n# User\n(?P<user>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt in two parts, split before anything is filled in.

    Attributes:
        name: Name of its file, without the ending.
        description: What it is for.
        variables: Names that :meth:`fill` needs, all of them and no others.
        system: Template of the system message.
        user: Template of the user message.
    """

    name: str
    description: str
    variables: tuple[str, ...]
    system: str
    user: str

    def fill(self, **values: str) -> list[tuple[str, str]]:
        """The messages as LangChain takes them: ``[("system", …), ("human", …)]``.

        Values are put in as they are; braces in them mean nothing.

        Raises:
            PromptError: If a variable is missing or unknown.
        """
        if set(values) != set(self.variables):
            raise PromptError(
                f"The prompt {self.name!r} takes {', '.join(self.variables)}; given: {', '.join(values)}."
            )
        return [("system", _fill(self.system, values)), ("human", _fill(self.user, values))]


@cache
def load(name: str) -> Prompt:
    """Loads ``prompts/NAME.md`` and checks that it uses exactly the variables that it declares.

    Raises:
        PromptError: If there is no such file, or it is not of the form, or uses other variables.
    """
    path = files("prompts") / f"{name}.md"
    if not name.isidentifier() or not path.is_file():
        raise PromptError(f"There is no prompt prompts/{name}.md.")
    return parse(name, path.read_text(encoding="utf-8"))


def parse(name: str, text: str) -> Prompt:
    """Makes a prompt of a file's text; see :func:`load`."""
    match = _FILE.fullmatch(text.replace("\r\n", "\n"))
    if not match:
        raise PromptError(f"prompts/{name}.md needs front matter between +++ lines, then '# System' and '# User'.")
    try:
        front = tomllib.loads(match["front"])
        declared = tuple(front["variables"])
        description = str(front["description"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise PromptError(f"The front matter of prompts/{name}.md is broken: {error}.") from error
    prompt = Prompt(name, description, declared, match["system"].strip(), match["user"].strip())
    used = _fields(name, prompt.system) | _fields(name, prompt.user)
    if used != set(declared) or len(declared) != len(set(declared)):
        raise PromptError(f"prompts/{name}.md declares the variables {sorted(declared)}, but uses {sorted(used)}.")
    return prompt


def _fields(name: str, template: str) -> set[str]:
    try:
        fields = [field for _, field, _, _ in string.Formatter().parse(template) if field is not None]
    except ValueError as error:
        raise PromptError(f"prompts/{name}.md has a brace that is not part of a variable: {error}.") from error
    if not all(field.isidentifier() for field in fields):
        # {question.__class__} would reach into objects; only plain names are filled in.
        raise PromptError(f"prompts/{name}.md uses something else than a plain name between braces.")
    return set(fields)


def _fill(template: str, values: dict[str, str]) -> str:
    """Only literal text and plain names, so that neither a value nor a format specification is ever interpreted."""
    parts = string.Formatter().parse(template)
    return "".join(literal + (values[field] if field is not None else "") for literal, field, _, _ in parts)
