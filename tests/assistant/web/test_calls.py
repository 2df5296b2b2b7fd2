"""What the page may send to Gradio: text, and nothing that Gradio would take for a file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from fakes.service import FakeService
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from assistant.web.app import create_app
from assistant.web.calls import is_plain_call

if TYPE_CHECKING:
    from pathlib import Path

EVENTS = {0: 2, 1: 1}
GOOD: dict[str, Any] = {
    "data": ["When?", None], "event_data": None, "fn_index": 0, "trigger_id": 9, "session_hash": "abc123"
}  # fmt: skip
FILE = {"path": "/etc/hostname", "meta": {"_type": "gradio.FileData"}}
JOIN = "/gradio_api/queue/join"


def test_what_the_page_sends_is_let_through() -> None:
    assert is_plain_call(json.dumps(GOOD).encode(), EVENTS)
    assert is_plain_call(b'{"session_hash": "abc", "fn_index": 1, "event_id": "0a"}', EVENTS)


@pytest.mark.parametrize(
    "change",
    [
        {"data": [FILE, None]}, {"data": [[FILE], None]}, {"data": ["x", FILE]}, {"data": ["x", 1]}, {"data": ["x"]},
        {"data": "xy"}, {"data": {}}, {"event_data": FILE}, {"event_data": "x"}, {"fn_index": 7}, {"fn_index": -1},
        {"fn_index": True}, {"fn_index": "0"}, {"fn_index": None}, {"session_hash": "a" * 65}, {"session_hash": "../a"},
        {"session_hash": None}, {"trigger_id": FILE}, {"trigger_id": 1.5}, {"simple_format": True},
    ],
    ids=repr,
)  # fmt: skip
def test_anything_else_is_not(change: dict[str, Any]) -> None:
    assert not is_plain_call(json.dumps({**GOOD, **change}).encode(), EVENTS)


HALF_A_PAIR = json.dumps({**GOOD, "data": ["\ud800", None]}).encode()


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"{", b'{"a": NaN}', b"[" * 100_000, b"\xff", HALF_A_PAIR], ids=range(8)
)
def test_what_is_no_json_of_ours_is_not(body: bytes) -> None:
    assert not is_plain_call(body, EVENTS)


SCALARS = st.none() | st.booleans() | st.integers() | st.text()


@given(st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_only_text_gets_through_as_a_value(value: object) -> None:
    sent = json.dumps({**GOOD, "data": [value, None]}).encode()
    is_text = value is None or (isinstance(value, str) and value.encode("utf-8", "replace").decode() == value)
    assert is_plain_call(sent, EVENTS) == is_text


def test_a_forged_file_is_refused_and_without_the_guard_it_is_not(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    call = {**GOOD, "data": [{**FILE, "path": str(secret)}, None], "trigger_id": None}
    for guarded, status in ((True, 422), (False, 200)):
        with TestClient(create_app(FakeService(), guarded=guarded), base_url="http://localhost") as client:
            assert client.post(JOIN, json=call).status_code == status
            if guarded:
                assert client.post(JOIN, json={**GOOD, "data": ["When?", None]}).status_code == 200
