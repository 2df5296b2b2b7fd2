"""Articles made by rule, in every format, with a text that is known to the last character, and questions on them."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING

from fakes.documents import docx, epub, html, jsonl, rss

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_PLACES = (
    "harbour",
    "windmill",
    "lighthouse",
    "brewery",
    "quarry",
    "chapel",
    "library",
    "observatory",
    "bridge",
    "mine",
)
_STARTS = ("Ald", "Bren", "Corv", "Dun", "Elm", "Fard", "Gorm", "Hals", "Ister", "Jor", "Kelm", "Lund", "Marr", "Nor")
_ENDS = ("bury", "dale", "ford", "gate", "ham", "keep", "low", "mere", "ness", "stead", "thorpe", "wick", "worth")
_BUILDERS = ("masons", "fishermen", "weavers", "glaziers", "carpenters", "bell founders", "surveyors", "printers")
_FIRST = ("Zoë", "Søren", "Łucja", "Nóra", "Ævar", "İpek", "Đorđe", "Jürgen", "Agnès", "Tomáš", "Miloš", "Ragnhild")
_LAST = ("Ødegård", "Nuñez", "Šimić", "Brontë", "Dvořák", "Åkesson", "Ó Briain", "Müller", "Çelik", "Ñandú", "Þór")
_ODD = (
    "The sign at its door says 東京都 in red letters.",
    "On the wall somebody has written שלום beside a sun 😀.",
    "A plate gives the formula x̄ = 3.14 · 𝔘 [7], and nobody knows why.",
    "“It is older than the road,” says Dr. K. Lang, “and it will outlast it.”",
    "Entry costs 2.50 € for adults & 1 € for children <12 years.",
    "The naïve café next to it closes at 5 p.m. – except on Sundays.",
    "Its plan (cf. p. 12 ff.) was drawn at 1:200; the original is lost.",
    "ﬁve ﬂags 👩‍🚀 wave there… but only in May!".replace("\u200d", ""),
)
ENDINGS = ("txt", "md", "html", "docx", "epub", "jsonl", "xml")


@dataclass(frozen=True)
class Made:
    """An article with its facts, each of which one sentence says.

    Attributes:
        name: Of its file.
        subject: What it is about.
        odd: Sentences that are there for their characters.
        first: A sentence that stands before all others, if any; it moves them.
    """

    name: str
    subject: str
    year: int
    builder: str
    keeper: str
    steps: int
    odd: tuple[str, str]
    first: str = ""

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text, as it is meant to be read from whatever format."""
        return (
            f"{self.first} {self.sentences[0]} {self.odd[0]} {self.sentences[1]}".strip(),
            f"{self.sentences[2]} {self.odd[1]}",
            self.sentences[3],
        )

    @property
    def text(self) -> str:
        """What the article's text must be, to the last character."""
        return "\n\n".join(self.paragraphs)

    @property
    def sentences(self) -> tuple[str, str, str, str]:
        """The sentences that say the facts."""
        return (
            f"The {self.subject} was built by {self.builder} in the year {self.year}.",
            f"From the door of the {self.subject} one walks {self.steps} steps down to the river.",
            f"The first keeper of the {self.subject} was {self.keeper}, who stayed for life.",
            f"Visitors of the {self.subject} are asked to ring the bell of {self.year + 3} and to wait.",
        )

    @property
    def questions(self) -> dict[str, str]:
        """Questions, with the sentence that answers each."""
        built, steps, keeper, bell = self.sentences
        return {
            f"When was the {self.subject} built?": built,
            f"Who built the {self.subject}?": built,
            f"How many steps lead from the door of the {self.subject} to the river?": steps,
            f"Who was the first keeper of the {self.subject}?": keeper,
            f"What are visitors of the {self.subject} asked to ring?": bell,
            f"What is known about the {self.subject}?": "",
        }

    def file(self) -> bytes:
        """Its file, of the format that its name says."""
        return _WRITERS[self.name.rpartition(".")[2]](self)


def make_articles(count: int, seed: int) -> list[Made]:
    """So many articles on things that there are not. All sentences but the odd ones name the subject: none is twice."""
    chance = random.Random(seed)
    subjects = [f"{place} of {start}{end}" for place in _PLACES for start in _STARTS for end in _ENDS]
    chance.shuffle(subjects)
    made = []
    for number, subject in enumerate(subjects[:count]):
        first, second = chance.sample(_ODD, 2)
        made.append(
            Made(
                name=f"{number:04}.{ENDINGS[number % len(ENDINGS)]}",
                subject=subject,
                year=chance.randint(1500, 1990),
                builder=chance.choice(_BUILDERS),
                keeper=f"{chance.choice(_FIRST)} {chance.choice(_LAST)}",
                steps=chance.randint(20, 900),
                odd=(first, second),
            )
        )
    return made


def moved(article: Made) -> Made:
    """The article with a sentence more at its beginning, so that nothing stands where it stood."""
    return replace(article, first=f"This page on the {article.subject} was looked through again 😀.")


def with_other_facts(article: Made, chance: random.Random) -> Made:
    """The article with other facts in each of its sentences."""
    return replace(
        article,
        year=article.year + chance.choice((-7, 7, 11)),
        steps=article.steps + chance.choice((-3, 5, 13)),
        builder=chance.choice([builder for builder in _BUILDERS if builder != article.builder]),
        keeper=chance.choice([name for name in _FIRST if name not in article.keeper]) + " Vandermeer",
    )


def unknown_questions(count: int, seed: int, known: list[Made]) -> list[str]:
    """Questions of the same shapes on other subjects, of which no article says anything."""
    chance = random.Random(seed)
    subjects = {article.subject for article in known}
    kinds = (
        "volcano",
        "violin",
        "senator",
        "protein",
        "football club",
        "comet",
        "treaty",
        "novel",
        "submarine",
        "opera",
    )
    asked = (
        "When was the {} discovered?", "Who wrote the history of the {}?", "How heavy is the {}?",
        "What does the {} consist of?", "Why did the {} fail?", "Which prize did the {} win in Vienna?",
        "What is the capital of the country where the {} was made?", "How is the {} related to insulin?",
    )  # fmt: skip
    names = (f"{kind} {start.lower().title()}o{end[::-1]}" for kind in kinds for start in _STARTS for end in _ENDS)
    strange = [name for name in names if name not in subjects]
    chance.shuffle(strange)
    return [chance.choice(asked).format(name) for name in strange[:count]]


def write_articles(folder: Path, articles: list[Made]) -> None:
    """Makes ``folder`` hold exactly the files of these articles; those that are the same are left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {article.name: article.file() for article in articles}
    for path in folder.iterdir():
        if path.name not in wanted:
            path.unlink()
    for name, content in wanted.items():
        path = folder / name
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)


def _tags(article: Made) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in article.paragraphs)


def _title(article: Made) -> str:
    return f"The {article.subject}"


_WRITERS: Mapping[str, Callable[[Made], bytes]] = {
    "txt": lambda made: f"{_title(made)}\n\n{made.text}\n".encode(),
    "md": lambda made: f"# {_title(made)}\n\n{_plain(made.text)}\n".encode(),
    "html": lambda made: html(f"<article><h1>{_title(made)}</h1>{_tags(made)}</article>", _title(made)),
    "docx": lambda made: docx(
        [("Title", _title(made)), *(("Normal", paragraph) for paragraph in made.paragraphs)], title=_title(made)
    ),
    "epub": lambda made: epub([_tags(made)], title=_title(made)),
    "jsonl": lambda made: jsonl({"title": _title(made), "text": made.text}),
    "xml": lambda made: rss({"title": _title(made), "description": _tags(made)}),
}


def _plain(text: str) -> str:
    """Markdown that shows the text: its own signs are escaped."""
    return text.replace("<", "\\<").replace("&", "\\&").replace("[", "\\[").replace("]", "\\]")
