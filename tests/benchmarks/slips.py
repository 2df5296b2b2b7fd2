"""What becomes of misspelt words, and of words that are spelt well: ``python tests/benchmarks/slips.py --data DATA``.

Every slip of one letter - left out, doubled, or exchanged with the next - of a sample of the words in the seeds and in
SQuAD 2.0's development articles is mended by the words of the same articles; a slip that makes another word is left
out, and so is one at a first letter. Then the development questions are asked of every second paragraph only, so that
many of their words are in no article: each word that changes is one too many, but for the slips that people made.
``--show`` prints what went wrong.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from corpora import read_rows

from index.embeddings import SentenceEmbedder
from index.keywords import KeywordIndex, words, write_keywords
from index.settings import IndexSettings
from index.spelling import Speller

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

SEEDS = Path(__file__).parents[2] / "seeds"
WORD = re.compile(r"(?<![\w'’.@/-])[^\W\d_]{5,}(?![\w'’@/-])")
SAMPLE = 400


def slips(word: str) -> Iterator[str]:
    """A word with a letter left out, doubled or exchanged with the next; the first stays."""
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]
        yield word[:at] + word[at] + word[at:]
        if at + 1 < len(word) and word[at] != word[at + 1]:
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def make_speller(texts: Sequence[str], folder: Path, is_common: Callable[[str], bool]) -> Speller:
    write_keywords(folder, texts)
    return Speller(KeywordIndex.open(folder), texts, is_common)


def count_slips(
    name: str, texts: Sequence[str], speller: Speller, is_known: Callable[[str], bool], *, show: bool
) -> None:
    """Prints how many slips became the word meant (or a form of it), another word, or stayed."""
    found = dict.fromkeys(word for text in texts for word in WORD.findall(text) if words(word))
    chosen = random.Random(0).sample(list(found), min(SAMPLE, len(found)))
    known = {word.lower() for word in found}
    result, capitals = Counter[str](), 0
    started = time.process_time()
    for word in chosen:
        for slip in dict.fromkeys(slips(word)):
            if slip.lower() in known or is_known(slip):
                continue
            became = speller.mend(slip)
            what = "left" if became == slip else "wrong"
            if became.lower() == word.lower():
                what = "mended"
                capitals += became != word
            elif became != slip and words(became) == words(word):
                what = "other form"
            result[what] += 1
            if show and what != "mended":
                print(f"{what}: {word} as {slip}: {became}")
    total = result.total()
    shares = ", ".join(f"{what} {count} ({count / total:.1%})" for what, count in sorted(result.items()))
    milliseconds = 1000 * (time.process_time() - started) / total
    print(f"{name}: {total} slips: {shares}; other capitals {capitals}; {milliseconds:.1f} ms each")


def count_changes(questions: Sequence[str], speller: Speller, *, show: bool) -> None:
    """Prints how many words of questions became others, and how many of them kept their stem."""
    result, examined = Counter[str](), 0
    for question in questions:
        for old in WORD.findall(question):
            examined += 1
            if (new := speller.mend(old)) != old:
                result["same stem" if words(old) == words(new) else "another word"] += 1
                if show:
                    print(f"changed: {old} -> {new}")
    print(f"words of questions: {examined}, changed: {dict(result)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--show", action="store_true")
    asked = parser.parse_args()
    embedder = SentenceEmbedder.load(IndexSettings())

    def is_common(word: str) -> bool:
        return embedder.count_tokens([word.lower()])[0] <= 1

    seeds = [part for path in sorted(SEEDS.glob("*.md")) for part in path.read_text(encoding="utf-8").split("\n\n")]
    rows = read_rows(asked.data / "reader" / "squad2-dev.jsonl.gz")
    paragraphs = list(dict.fromkeys(row["context"] for row in rows))
    with tempfile.TemporaryDirectory() as name:
        for what, texts in (("seeds", seeds), ("squad2-dev", paragraphs)):
            speller = make_speller(texts, Path(name) / what, is_common)
            count_slips(what, texts, speller, is_common, show=asked.show)
        speller = make_speller(paragraphs[::2], Path(name) / "half", is_common)
        count_changes(list(dict.fromkeys(row["question"] for row in rows)), speller, show=asked.show)


if __name__ == "__main__":
    main()
