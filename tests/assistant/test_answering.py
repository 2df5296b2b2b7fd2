from __future__ import annotations

import asyncio
import gc
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler

from assistant import Answer, Assistant, Settings, Turn
from assistant.answers.citations import is_exact
from assistant.answers.quoting import NOT_SAID
from index.build import build
from index.embeddings import SentenceEmbedder
from index.search import Index
from index.settings import IndexSettings


def test_a_question_is_answered_with_exact_words(assistant: Assistant) -> None:
    answer = assistant.ask("When will Apophis pass Earth?")
    assert answer.status == "answered"
    assert "2029" in answer.text
    assert answer.text.endswith("]")
    for citation in answer.citations:
        article = assistant.index.articles[citation.article_id]
        assert is_exact(citation, article)
        assert article.text[citation.start : citation.end] == citation.quote
    assert answer.generation == "000001"
    assert answer.confidence is not None
    assert answer.confidence >= 0.5
    assert set(answer.timings) == {"search", "read", "total"}


@pytest.mark.parametrize(
    "question", ["What is the capital of France?", "How do I bake bread?", "Is there life on Venus?"]
)
def test_what_the_articles_do_not_say_is_refused(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.status == "abstained"
    assert answer.text == NOT_SAID
    assert answer.citations == ()
    assert answer.reason


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("", "empty"),
        ("  \n\t ", "empty"),
        ("\u202e\u200b\x00", "empty"),
        ("?!…", "no words"),
        ("x" * 2001, "2,001"),
        ("アポフィスはいつ地球を通過しますか", "script"),
        ("Когда Апофис пролетит мимо Земли?", "script"),
    ],
)
def test_a_bad_question_gets_a_clear_sentence(assistant: Assistant, question: str, says: str) -> None:
    answer = assistant.ask(question)
    assert answer.status == "abstained"
    assert says in answer.reason
    assert answer.text == answer.reason
    assert not answer.citations
    assert not answer.hits


def test_control_characters_do_not_matter(assistant: Assistant) -> None:
    answer = assistant.ask("When will\x00 Apo\u200bphis \x1b[31mpass Earth?")
    assert answer.status == "answered"
    assert "2029" in answer.text


def test_stream_grows_and_ends_with_what_ask_gives(assistant: Assistant) -> None:
    *working, last = assistant.stream("Who founded cross U?")
    assert working
    assert all(answer.status == "working" and answer.reason and not answer.segments for answer in working)
    asked = assistant.ask("Who founded cross U?")
    assert (last.text, last.citations, last.confidence) == (asked.text, asked.citations, asked.confidence)


def test_history_makes_a_follow_up_stand_alone(assistant: Assistant) -> None:
    first = assistant.ask("Who founded cross U?")
    answer = assistant.ask("Where is it based?", [Turn(first.standalone, first.text)])
    assert "cross U" in answer.standalone
    assert "Tokyo" in answer.text


def test_what_was_answered_before_is_no_source(assistant: Assistant) -> None:
    history = [Turn("What is the capital of France?", "Paris is the capital of France. [1]")]
    assert assistant.ask("What is the capital of France?", history).status == "abstained"


def test_to_dict_is_json_and_whole(assistant: Assistant) -> None:
    answer = assistant.ask("When will Apophis pass Earth?")
    again = json.loads(json.dumps(answer.to_dict()))
    assert again == answer.to_dict()
    assert again["citations"][0]["quote"] == answer.citations[0].quote
    assert again["text"] == answer.text


def test_settings_decide_about_refusal_and_hits(seeds_home: Path, embedder: SentenceEmbedder) -> None:
    settings = Settings(index=IndexSettings(home=seeds_home), threshold=1.0, hits=2)
    strict = Assistant.open(settings=settings, embedder=embedder)
    answer = strict.ask("When will Apophis pass Earth?")
    assert answer.status == "abstained"
    assert len(answer.hits) == 2


def test_a_home_goes_before_that_of_the_settings(seeds_home: Path, embedder: SentenceEmbedder, tmp_path: Path) -> None:
    settings = Settings(index=IndexSettings(home=tmp_path / "another"), hits=3)
    answer = Assistant.open(seeds_home, settings=settings, embedder=embedder).ask("When will Apophis pass Earth?")
    assert answer.status == "answered"
    assert len(answer.hits) == 3
    assert not (tmp_path / "another").exists()


class Recorder(BaseCallbackHandler):
    def __init__(self) -> None:
        self.retrieved: list[int] = []

    def on_retriever_end(self, documents: Any, **kwargs: Any) -> None:
        self.retrieved.append(len(documents))


def test_the_runnable_does_what_langchain_expects(assistant: Assistant) -> None:
    chain = assistant.as_runnable()
    recorder = Recorder()
    answer = chain.invoke("When will Apophis pass Earth?", {"callbacks": [recorder]})
    assert isinstance(answer, Answer)
    assert "2029" in answer.text
    assert recorder.retrieved == [len(answer.hits)]
    both = chain.batch(
        ["Who founded cross U?", {"question": "Where is it based?", "history": [("Who founded cross U?", "")]}]
    )
    assert ["Mitsui Fudosan" in both[0].text, "Tokyo" in both[1].text] == [True, True]
    streamed = list(chain.stream("Who founded cross U?"))
    assert streamed[-1].text == both[0].text


def test_the_runnable_streams_asynchronously(assistant: Assistant) -> None:
    async def collect() -> list[Answer]:
        return [answer async for answer in assistant.as_runnable().astream("Who founded cross U?")]

    answers = asyncio.run(collect())
    assert [answer.status for answer in answers] == ["working", "answered"]
    assert asyncio.run(assistant.as_runnable().ainvoke("Who founded cross U?")).text == answers[-1].text


def test_threads_get_the_same_answers_as_one(assistant: Assistant) -> None:
    questions = ["When will Apophis pass Earth?", "Who founded cross U?", "What is the capital of France?"] * 2
    alone = [assistant.ask(question).text for question in questions]
    together: dict[int, str] = {}

    def ask(number: int) -> None:
        together[number] = assistant.ask(questions[number]).text

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(questions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[number] for number in range(len(questions))] == alone


def test_an_answer_leaves_nothing_behind_for_the_garbage_collector(assistant: Assistant) -> None:
    """What waits for a collection keeps its index, and the files that it has open, until one comes."""
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        assistant.ask("When will Apophis pass Earth?")
        gc.collect()
        assert not [found for found in gc.garbage if isinstance(found, dict) and "standalone" in found]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


def test_the_first_open_builds_the_seeds(tmp_path: Path, embedder: SentenceEmbedder, quick: None) -> None:
    steps: list[str] = []
    fresh = Assistant.open(tmp_path, embedder=embedder, progress=lambda step, _done, _total: steps.append(step))
    assert len(fresh.index.articles) == 2
    assert list(dict.fromkeys(steps)) == ["reading", "embedding", "writing", "checking"]
    fresh.index.close()


def test_retriever_gives_documents_that_say_where_they_are_from(seeds_home: Path, embedder: SentenceEmbedder) -> None:
    with Index.open(seeds_home, embedder=embedder) as index:
        documents = index.as_retriever(3).invoke("Apophis")
        assert len(documents) == 3
        for document in documents:
            where = document.metadata
            article = index.articles[where["article_id"]]
            assert article.text[where["start"] : where["end"]] == document.page_content
            assert None not in where.values()


@pytest.mark.parametrize(
    "history", [[Turn("Who founded cross U?")], [("Who founded cross U?", "x")], [{"question": "Who founded cross U?"}]]
)
def test_history_may_come_in_several_forms(assistant: Assistant, history: Any) -> None:
    assert "cross U" in assistant.ask("Where is it based?", history).standalone


@pytest.mark.parametrize("history", ["ab", [5], [("a", "b", "c")], [{"role": "user", "content": "x"}], [Turn(5, 6)]])  # type: ignore[arg-type]
def test_what_is_no_history_is_a_clear_error(assistant: Assistant, history: Any) -> None:
    with pytest.raises(TypeError, match="turn of the history"):
        assistant.ask("Where is it based?", history)


@pytest.mark.parametrize("question", [None, 5, b"When?"])
def test_what_is_no_text_is_a_clear_error(assistant: Assistant, question: Any) -> None:
    with pytest.raises(TypeError, match="A question is a text"):
        assistant.ask(question)


def test_an_abbreviation_finds_what_is_said_of_the_full_name(
    tmp_path: Path, embedder: SentenceEmbedder, quick: None
) -> None:
    (tmp_path / "array.md").write_text(
        "# Radio telescopes of the Cape\n\nThe Karoo Deep Array (KDA) has 64 dishes, which were opened in 2019.\n\n"
        "The Karoo Deep Array is run by Nomsa Dlamini, who came from Cape Town. The array cost 3 billion rand.\n\n"
        "The Bay Dish was cheaper. The KDA found 12 pulsars in its first year.",
        encoding="utf-8",
    )
    build([tmp_path / "array.md"], home=tmp_path / "home", settings=IndexSettings(), embedder=embedder)
    assistant = Assistant.open(tmp_path / "home", settings=Settings(), embedder=embedder)
    answer = assistant.ask("How much did the KDA cost?")
    assert "3 billion rand" in answer.text
    assert answer.standalone == "How much did the KDA cost?"  # what is shown, and what the next question refers to
    assert assistant.ask("Who sank the KDA?").status == "abstained"
