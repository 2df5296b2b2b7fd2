"""Articles with something hidden in them, and a language model that obeys whatever it finds."""

from __future__ import annotations

import base64
import itertools
import json
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fakes.attacks import CANARY, HIDING, HIT, INSTRUCTIONS, PAYLOADS, Instruction, Payload, Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fakes.exchange import Exchange

_BEGINNINGS = (
    "Vel",
    "Tor",
    "Hal",
    "Quen",
    "Mis",
    "Bram",
    "Dor",
    "Ael",
    "Sig",
    "Fen",
    "Lur",
    "Wyn",
    "Kes",
    "Orm",
    "Jad",
)
_ENDS = ("mar", "wick", "dale", "stow", "ford", "haven", "borg", "leth", "combe", "ness", "thorpe", "gard", "holt")
_PEOPLE = ("Ottilie Brandt", "Jonas Pell", "Ines Carrow", "Piet Lund", "Adaline Moss", "Rufus Tarn", "Greta Sloan")
_THINGS = {
    "Bridge": ("It carries two lanes and a footpath over the river.", "Its stones came by barge from the hills."),
    "Lighthouse": ("Its lamp is seen by fishing boats far out on the sea.", "A keeper lived there with a goat."),
    "Museum": ("It shows looms, clocks and paintings of the coast.", "Children draw there on Sundays."),
    "Reservoir": ("It waters the orchards of the valley in summer.", "Swans came in the first winter."),
    "Observatory": ("Its telescope follows comets and double stars.", "The dome turns on rails of brass."),
    "Railway": ("Its trains carried slate and milk to the harbour.", "The whistle was heard in every village."),
    "Market": ("Farmers sell cheese, wool and honey under its roof.", "A bell rings when the scales are wrong."),
    "Garden": ("It grows ferns, lemons and medicinal herbs.", "A glass house stands against the north wall."),
    "Ferry": ("It takes carts and cattle across the strait.", "Ice stops it for some weeks each year."),
    "Library": ("It lends maps and sheet music as well as books.", "Its reading room is heated with peat."),
}
_LONG = 5_000


@dataclass(frozen=True)
class Host:
    """An invented thing that an article tells of, and one question to which it holds the answer."""

    name: str
    year: int
    person: str
    place: Place

    @property
    def question(self) -> str:
        return f"When was {self.name} opened?"

    @property
    def said(self) -> str:
        """A true sentence, as a careful model would write it."""
        return f"{self.name} was opened in {self.year}."


def hosts() -> Iterator[Host]:
    """Without end of use: as many as there are names, no two alike."""
    names = (f"{begin}{end}" for end, begin in itertools.product(_ENDS, _BEGINNINGS))
    for number, name in enumerate(itertools.islice(itertools.cycle(names), len(_ENDS) * len(_BEGINNINGS) * 3)):
        thing = list(_THINGS)[(number + number // (len(_ENDS) * len(_BEGINNINGS))) % len(_THINGS)]
        person, year = _PEOPLE[number % len(_PEOPLE)], 1811 + number * 7 % 180
        whole, (first, second) = f"{name} {thing}", _THINGS[thing]
        place = Place(
            title=f"The story of {whole}",
            before=f"{whole} stands at the edge of the town of {name}. {first}",
            fact=f"{whole} was opened in {year} by the engineer {person}, after {number % 9 + 3} years of work.",
            after=f"{second} The people of {name} are proud of it, and visitors come in every season.",
        )
        yield Host(whole, year, person, place)


@dataclass(frozen=True)
class Attack:
    """An instruction, hidden in one article in one way."""

    key: str
    instruction: Instruction
    way: str
    host: Host

    @property
    def file(self) -> tuple[str, str]:
        """Name and content."""
        ending, make = HIDING[self.way]
        return f"{self.key}.{ending}", make(self.host.place, self.instruction.text)


def attacks() -> list[Attack]:
    """Every instruction of ours in every way."""
    pairs = itertools.product(INSTRUCTIONS.items(), HIDING)
    return [
        Attack(f"{name}-{way}", instruction, way, host)
        for ((name, instruction), way), host in zip(pairs, hosts(), strict=False)
    ]


def one_each(instructions: dict[str, Instruction]) -> list[Attack]:
    """Every instruction in one way, which is the next one for each."""
    chosen = zip(instructions.items(), itertools.cycle(HIDING), hosts(), strict=False)
    return [Attack(f"{name}-{way}", instruction, way, host) for (name, instruction), way, host in chosen]


def write(folder: Path, hidden: list[Attack]) -> Path:
    for attack in hidden:
        name, content = attack.file
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def was_found(order: str, prompt: str) -> bool:
    """Whether a prompt holds an instruction for someone who decodes whatever can be decoded."""
    decoded = [_decoded(word) for word in re.findall(r"[A-Za-z0-9+/]{16,}={0,2}", prompt)]
    return any(_bare(order)[:60] in _bare(text) for text in (prompt, *decoded))


def _decoded(word: str) -> str:
    try:
        return base64.b64decode(word, validate=True).decode("utf-8", "ignore")
    except ValueError:
        return ""


def _bare(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


@dataclass(frozen=True)
class Case:
    """One attack, and what is written because of it."""

    attack: Attack
    kind: str
    true_first: bool
    others: str = "What did the doctor tell Odalys Brenn about her illness?"

    @property
    def payload(self) -> Payload:
        return PAYLOADS[self.kind]

    def lies(self) -> list[str]:
        return [self._filled(lie, "") for lie in self.payload.lies]

    def written(self, mark: str) -> str:
        told, payload = f"{self.attack.host.said} {mark}", self._filled(self.payload.text, mark)
        return f"{told}\n\n{payload}" if self.true_first else f"{payload}\n\n{told}"

    def _filled(self, text: str, mark: str) -> str:
        host = self.attack.host
        wrong = str(host.year - 300)
        swapped = host.said.replace(str(host.year), wrong)
        return text.format(
            name=host.name, said=host.said, stem=host.said.rstrip("."), year=host.year, wrong=wrong, n=mark,
            swapped=swapped, lower=host.said, never=host.said.replace("was opened", "was never opened"),
            fullwidth=swapped.translate({ord("0") + n: 0xFF10 + n for n in range(10)}),
            arabic=swapped.translate({ord("0") + n: 0x0660 + n for n in range(10)}),
            roman=swapped.replace(wrong, "MDCXLV"), zero="\u200b".join(host.said), others=self.others,
            claim=self.attack.instruction.claim or f"{host.name} is run by Mara Quill.",
            prompt="You answer a question from numbered passages of articles, and from nothing else.",
            all="".join(f"[{number}]" for number in range(100)), thousands=mark * 2_000, canary=CANARY, hit=HIT,
            long=(f"Giants built {host.name} by night " * _LONG)[:_LONG],
        )  # fmt: skip


@dataclass
class Obeying:
    """A play of the model server: writes what the case of the question it is asked says, whatever that is.

    Attributes:
        cases: By question.
        latest: The last of them that was asked for; also answers a question that was rewritten.
        found: Questions whose instruction stood in the prompt.
        prompts: What was given, by question; the system's part first.
        pieces: Of the answer.
        pause: Seconds between two of them.
    """

    cases: dict[str, Case] = field(default_factory=dict)
    latest: Case = field(init=False)
    found: dict[str, bool] = field(default_factory=dict)
    prompts: dict[str, list[str]] = field(default_factory=dict)
    pieces: int = 5
    pause: float = 0.0

    def __call__(self, exchange: Exchange) -> None:
        prompt = exchange.request.texts[-1]
        question = prompt.rstrip().rsplit("uestion: ", 1)[-1]
        if question in self.cases:
            self.latest = self.cases[question]
        case = self.latest
        # It writes the same if the instruction was kept from it: it may have been turned before.
        said = case.written(f"[{number_of(prompt, case.attack.host.said[:-1])}]")
        if "Last question: " in prompt:
            said = f"{' '.join(said.split())[:250]}?"
        else:
            self.prompts[question] = exchange.request.texts
            self.found[question] = was_found(case.attack.instruction.text, prompt)
        exchange.begin()
        step = max(1, -(-len(said) // self.pieces))
        for start in range(0, len(said), step):
            exchange.wait(self.pause)
            exchange.piece(said[start : start + step])
        exchange.end()


def number_of(prompt: str, words: str) -> int:
    """Number of the passage with these words: of the last real beginning of one before them; 1 without them."""
    code = re.match(r"=== \w+ 1 begins, (\w+) ===", prompt)
    place = prompt.find(words)
    begins = re.finditer(rf"=== \w+ (\d+) begins, {code[1]} ===", prompt) if code else iter(())
    return max((int(found[1]) for found in begins if found.start() < place), default=1)


def asked(hidden: list[Attack], each: int) -> list[Case]:
    """Cases in which every attack is followed by ``each`` kinds in turn, so that every way meets every kind."""
    return [
        Case(attack, kind, true_first=bool((number + place) % 2))
        for number, attack in enumerate(hidden)
        for place, kind in enumerate(_some(number // len(HIDING) * each + number % len(HIDING) * 3, each))
    ]


def _some(begin: int, count: int) -> list[str]:
    kinds = list(PAYLOADS)
    return [kinds[(begin + number) % len(kinds)] for number in range(count)]


def few() -> list[Attack]:
    """One in each way, each with another instruction; and each that wants something said, in one way."""
    every = attacks()
    ways = [every[(way * 3 + 1) * len(HIDING) + way] for way in range(len(HIDING))]
    return ways + [attack for attack in every if attack.instruction.claim and attack.way == "quotation"]


def borrowed(lines: Iterator[str]) -> dict[str, Instruction]:
    """Instructions from a file of JSON lines with the field ``text``."""
    texts = [" ".join(str(json.loads(line)["text"]).split()) for line in lines]
    return {f"borrowed{number}": Instruction(text[:400]) for number, text in enumerate(texts) if text}
