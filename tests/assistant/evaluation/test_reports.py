"""The table, the JSON file and the page: whole, narrow, and safe whatever the articles and questions say."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from assistant.errors import EvaluationError
from assistant.evaluation.command import write_whole
from assistant.evaluation.figures import figure_kinds
from assistant.evaluation.outcomes import Outcome
from assistant.evaluation.page import to_html
from assistant.evaluation.report import to_table
from assistant.evaluation.results import INTERRUPTED, Evaluation, sum_up
from assistant.types import Citation

HOSTILE = "</td></table><script>alert(1)</script><img src=\"https://x.example/a.png\" onerror='a()'>&lt;\x1b[2J\x00]]>"
RIGHT = Outcome(
    id="a", kind="span", question="Who?", standalone="Who?", is_answerable=True, gold="Ada", is_refused=False,
    confidence=0.9, is_right=True, would_be_right=True, judged_by="answers", text="It was Ada. [1]", short="Ada",
    citations=(), are_exact=(True,), exact_match=1.0, token_f1=1.0, are_supporting=(True,), item_recall=None,
    item_precision=None, level="passage", rank=1, ndcg=1.0, timings={"search": 0.01, "read": 0.09, "total": 0.1},
)  # fmt: skip
HELD_BACK = replace(
    RIGHT, id="b", is_refused=True, confidence=0.2, is_right=False, would_be_right=True, rank=None, ndcg=0.0
)
SECOND = replace(
    RIGHT, id="c", kind="list", rank=4, ndcg=0.4, is_right=False, would_be_right=False, are_supporting=(False,),
    exact_match=0.0, token_f1=0.5, confidence=0.6, timings={"search": 0.03, "read": 0.27, "total": 0.3},
)  # fmt: skip
REFUSED = replace(
    RIGHT, id="d", kind="none", is_answerable=False, is_refused=True, confidence=0.1, would_be_right=False,
    judged_by="refusal", are_supporting=None, exact_match=None, token_f1=None, level=None, rank=None, ndcg=None,
)  # fmt: skip
ANSWERED = replace(REFUSED, id="e", is_refused=False, confidence=0.7, is_right=False)
OUTCOMES = [RIGHT, HELD_BACK, SECOND, REFUSED, ANSWERED]


def evaluation_of(*outcomes: Outcome, planned: int | None = None, stopped: str = "") -> Evaluation:
    return sum_up(
        outcomes, planned=len(outcomes) if planned is None else planned, threshold=0.5, k=10, generation="000001",
        articles=2, passages=9, warnings=["One <b>thing</b>."], stopped=stopped,
    )  # fmt: skip


class Page(HTMLParser):
    """What a browser would make of a page: its tags, its texts, and whether all tags are closed in order."""

    VOID = ("meta", "br", "circle", "line", "polyline")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID or (tag == "circle" and not (self.get_starttag_text() or "").endswith("/>")):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_figures_by_hand() -> None:
    found = evaluation_of(*OUTCOMES)
    values = {name: figure.value for name, figure in found.figures.items()}
    expected = {
        "hit@1": 1 / 3, "hit@3": 1 / 3, "hit@5": 2 / 3, "hit@10": 2 / 3, "mrr@10": (1 + 0 + 1 / 4) / 3,
        "ndcg@10": 1.4 / 3, "right": 2 / 5, "answered": 2 / 3, "right_answered": 1 / 3, "first": 2 / 3,
        "first_answered": 1 / 2, "shown": 2 / 3, "shown_answered": 1 / 2, "exact_match": 1 / 3,
        "exact_match_answered": 1 / 2, "token_f1": 1.5 / 3, "token_f1_answered": 1.5 / 2, "item_recall": None,
        "item_precision": None, "refusal_precision": 1 / 2, "refusal_recall": 1 / 2, "citations_exact": 1,
        "citations_supporting": 1 / 2,
    }  # fmt: skip
    assert values == {name: value if value is None else pytest.approx(value) for name, value in expected.items()}
    assert found.refusal_f1 == pytest.approx(0.5)
    assert found.auc == pytest.approx((2 + 1 + 1) / 6)
    assert found.operating_point is not None
    assert found.operating_point.coverage == pytest.approx(3 / 5)
    assert found.operating_point.risk == pytest.approx(2 / 3)
    assert found.times["total"].median == pytest.approx(0.1)
    assert found.times["total"].p95 == pytest.approx(0.26)
    assert found.kinds["span"]["right"].value == 0.5
    assert found.without_place == 0


def test_refusing_nothing_and_having_nothing_to_refuse() -> None:
    assert evaluation_of(ANSWERED).refusal_f1 == 0
    assert evaluation_of(RIGHT).refusal_f1 is None
    assert evaluation_of(RIGHT).auc is None


def test_the_table_is_narrow_and_has_every_figure() -> None:
    table = to_table(evaluation_of(*OUTCOMES, replace(RIGHT, id="f", kind="a kind with a very long name indeed")))
    assert max(len(line) for line in table.splitlines()) <= 100
    for name, kind in figure_kinds(10).items():
        assert (kind.label in table) == (not name.startswith("item_")), name
    for words in ("F1 of refusing", "AUC", "calibration error", "a kind with a v…", "Milliseconds"):
        assert words in table
    assert "PARTIAL" not in table


def test_an_interrupted_evaluation_says_so_everywhere() -> None:
    found = evaluation_of(*OUTCOMES, planned=9, stopped=INTERRUPTED)
    assert found.is_partial
    assert found.exit_code == 130
    assert "PARTIAL: interrupted; 5 of 9 were asked." in to_table(found)
    assert "PARTIAL: interrupted; 5 of 9 were asked." in to_html(found)
    assert json.loads(json.dumps(found.to_dict()))["is_partial"] is True


def test_nothing_measured_can_be_shown() -> None:
    empty = evaluation_of(planned=3, stopped="a newer generation of the index was published meanwhile")
    assert "0 of 3 were asked" in to_table(empty)
    assert Page(to_html(empty)).open == []
    assert json.loads(json.dumps(empty.to_dict(), allow_nan=False))["figures"]["right"]["value"] is None


def test_the_json_has_everything_and_a_row_for_each_question() -> None:
    values = json.loads(json.dumps(evaluation_of(*OUTCOMES).to_dict(), allow_nan=False))
    assert [row["id"] for row in values["questions"]] == list("abcde")
    assert values["questions"][0]["short"] == "Ada"
    assert len(values["calibration"]) == 10
    assert values["risk_coverage"][-1] == {"threshold": 0.1, "coverage": 1.0, "risk": 0.6}
    assert values["figures"]["right"]["count"] == values["asked"] == values["planned"] == 5
    assert values["kinds"]["list"]["hit@5"]["value"] == 1


def test_nothing_hostile_gets_into_the_page() -> None:
    citation = Citation(
        number=1, article_id=HOSTILE, title=HOSTILE, publisher=None, published=None, quote=HOSTILE, start=0, end=1
    )
    bad = replace(
        RIGHT, id=HOSTILE, kind=HOSTILE, question=HOSTILE, standalone=f"{HOSTILE}?", gold=HOSTILE, text=HOSTILE,
        citations=(citation,), problem=HOSTILE,
    )  # fmt: skip
    found = replace(evaluation_of(bad, replace(bad, id="2", is_refused=True)), warnings=(HOSTILE,))
    html = to_html(found, HOSTILE)
    page = Page(html)
    assert page.open == []
    assert {tag for tag, _ in page.tags} <= {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "div", "table", "thead", "tbody", "tr", "th",
        "td", "br", "span", "em", "strong", "figure", "figcaption", "svg", "line", "circle", "polyline", "text",
    }  # fmt: skip
    for _, attributes in page.tags:
        assert not {name for name in attributes if name.startswith("on") or name in ("href", "src", "xlink:href")}
    assert "\x1b" not in html
    assert "\x00" not in html
    assert "url(" not in html
    assert "default-src 'none'" in html
    assert "".join(page.texts).count("<script>alert(1)</script>") >= 10
    table = to_table(found)
    assert "\x1b" not in table
    assert "\x00" not in table


def test_the_page_draws_what_was_measured() -> None:
    page = Page(to_html(evaluation_of(*OUTCOMES)))
    assert page.open == []
    assert sum(tag == "svg" for tag, _ in page.tags) == 2
    assert sum(tag == "circle" for tag, _ in page.tags) == 5 + 1  # the bins that are not empty, and the threshold
    rows = [attributes["class"] for tag, attributes in page.tags if tag == "tr" and "class" in attributes]
    assert rows == ["right", "wrong", "wrong", "right", "wrong"]
    assert {"refused", "held back: It was Ada. [1]", "Note: One <b>thing</b>."} <= set(page.texts)


def test_a_long_curve_is_thinned() -> None:
    many = [replace(RIGHT, id=str(place), confidence=place / 5000) for place in range(5000)]
    page = Page(to_html(evaluation_of(*many)))
    line = next(attributes["points"] for tag, attributes in page.tags if tag == "polyline")
    assert line is not None
    assert len(line.split()) < 1000


def test_a_report_replaces_the_old_one_in_one_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = tmp_path / "r.json"
    write_whole(report, "old")
    write_whole(report, "new “ü”\n")
    assert report.read_text(encoding="utf-8") == "new “ü”\n"
    assert [path.name for path in tmp_path.iterdir()] == ["r.json"]

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("assistant.evaluation.command.fsync", full)
    with pytest.raises(EvaluationError, match=r"r\.json cannot be written: No space left on device"):
        write_whole(report, "half")
    assert report.read_text(encoding="utf-8") == "new “ü”\n"
    assert [path.name for path in tmp_path.iterdir()] == ["r.json"]


def test_a_report_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "r.json").write_text("old")
    (tmp_path / "r.json").symlink_to(tmp_path / "real" / "r.json")
    write_whole(tmp_path / "r.json", "new")
    assert (tmp_path / "r.json").is_symlink()
    assert (tmp_path / "real" / "r.json").read_text() == "new"
