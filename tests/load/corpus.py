"""What a load is asked of: a home with an index of so many passages, and thousands of distinct questions on it.

Articles and questions of others are named by their paths; without any, both are made of sentences of our own.
"""

from __future__ import annotations

import gzip
import json
import random
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PASSAGE = 512
"""Characters by which a passage moves forward, about; only to guess how many articles are enough."""
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
_MAKERS = ("masons", "fishermen", "weavers", "glaziers", "carpenters", "bell founders", "surveyors", "printers")
_STARTS = ("Al", "Bren", "Cor", "Dun", "El", "Far", "Gor", "Hal", "Is", "Jor", "Kel", "Lun", "Mar", "Nor", "Os", "Pel")
_ENDS = ("bury", "dale", "ford", "gate", "ham", "keep", "low", "mere", "ness", "stead", "thorpe", "wick", "worth", "by")


@dataclass(frozen=True)
class Material:
    """Articles as ``(title, text)``, and questions on some of them."""

    articles: list[tuple[str, str]]
    questions: list[str]


@dataclass(frozen=True)
class Home:
    """A home that was prepared once.

    Attributes:
        path: The folder that ``assistant serve --home`` is given.
        passages: How many its index has.
        questions: Distinct, in an order that stays.
    """

    path: Path
    passages: int
    questions: list[str]

    @property
    def articles(self) -> Path:
        """The folder of the articles' files."""
        return self.path / "articles"


def borrowed(articles: Path | None, questions: Sequence[Path]) -> Material:
    """Articles of question sets, one for each title, then those of a file of articles."""
    texts: dict[str, dict[str, None]] = {}
    asked: dict[str, None] = {}
    for path in questions:
        for row in _rows(path):
            texts.setdefault(row["title"].replace("_", " ") or "Untitled", {})[row["context"]] = None
            asked[" ".join(row["question"].split())] = None
    found = [(title, "\n\n".join(paragraphs)) for title, paragraphs in texts.items()]
    found += [(row["title"], row["text"]) for row in (_rows(articles) if articles else ())]
    return Material(found, [question for question in asked if question.isprintable() and 8 <= len(question) <= 300])


def own(passages: int, seed: int = 11) -> Material:
    """Articles on places that there are not; each of their sentences but the last answers one question."""
    chance = random.Random(seed)
    names = [start + middle + end for middle in ("", "en", "ing", "ar") for start in _STARTS for end in _ENDS]
    chance.shuffle(names)
    articles: list[tuple[str, str]] = []
    questions: list[str] = []
    subjects = [(name, place) for place in _PLACES for name in names]
    for name, place in subjects[: max(4, passages // 2)]:
        maker, year, steps = chance.choice(_MAKERS), chance.randint(1500, 1990), chance.randint(20, 900)
        keeper, friend = chance.choice(names), chance.choice(names)
        text = (
            f"The {place} of {name} was built by {maker} in the year {year}. "
            f"From its door one walks {steps} steps down to the river. "
            f"Its first keeper came from {keeper}, and the second one from {friend}.\n\n"
            f"Twice the {place} of {name} was damaged by fire, and each time the people of {keeper} paid for "
            f"the repair. Visitors are asked to ring the bell beside the door and to wait until somebody comes."
        )
        articles.append((f"The {place} of {name}", text))
        questions += [
            f"Who built the {place} of {name}?",
            f"In which year was the {place} of {name} built?",
            f"How many steps lead from the {place} of {name} to the river?",
            f"Where did the first keeper of the {place} of {name} come from?",
            f"Who paid for the repair of the {place} of {name}?",
        ]
    return Material(articles, questions)


def prepare(home: Path, material: Material | None, passages: int, *, embedder: Any = None) -> Home:
    """Makes a home whose index has about so many passages, or takes the one that is there.

    Args:
        home: Is made if it is not there.
        material: More than enough is cut, the articles of questions coming first. None if the home is there.
        passages: How many are wanted.
        embedder: None for the real one.
    """
    note = home / "load.json"
    if material is not None and not note.exists():
        from index.build import build
        from index.settings import IndexSettings

        write_articles(home / "articles", _enough(material.articles, passages))
        settings = IndexSettings(home=home)
        report = build([home / "articles"], home=home, settings=settings, embedder=embedder)
        questions = list(material.questions)
        random.Random(7).shuffle(questions)
        note.write_text(json.dumps({"passages": report.passages, "questions": questions}), encoding="utf-8")
    found = json.loads(note.read_text(encoding="utf-8"))
    return Home(home, found["passages"], found["questions"])


def write_articles(folder: Path, articles: Sequence[tuple[str, str]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, (title, text) in enumerate(articles):
        (folder / f"{number:05}.txt").write_text(f"{title}\n\n{text}", encoding="utf-8")


def copy_of(home: Home, to: Path) -> Home:
    """The same home elsewhere, so that a run may change it; its sources are still those of the first."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(home.path, to, ignore=shutil.ignore_patterns("articles", "readers", "building", "answers-*.json"))
    return Home(to, home.passages, home.questions)


def second_edition(home: Home, to: Path, share: float) -> Path:
    """A folder with the articles of a home, of which a share has another title, so that all of them is new."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(home.articles, to)
    paths = sorted(to.iterdir())
    for path in paths[:: max(1, round(1 / share))]:
        title, _, text = path.read_text(encoding="utf-8").partition("\n")
        path.write_text(f"{title}, second edition\n{text}", encoding="utf-8")
    return to


def _enough(articles: Sequence[tuple[str, str]], passages: int) -> list[tuple[str, str]]:
    taken, room = [], passages * PASSAGE
    for title, text in articles:
        # Short articles still have one passage each.
        room -= max(len(text), PASSAGE)
        taken.append((title, text))
        if room <= 0:
            break
    return taken


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
