"""The routes by which the page shows and changes the library."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes.corpora import CORPORA
from fakes.embedder import WordEmbedder
from fakes.librarians import ended, librarian_of
from fakes.service import FakeService
from starlette.testclient import TestClient

from assistant.library.librarian import Librarian
from assistant.web.app import create_app
from assistant.web.routes import rule_for

UPLOAD = {"Content-Type": "application/octet-stream"}


@pytest.fixture
def client(librarian: Librarian) -> TestClient:
    return TestClient(create_app(FakeService(librarian=librarian)), base_url="http://localhost")


def test_the_routes_show_and_change_the_library(client: TestClient, librarian: Librarian) -> None:
    shown = client.get("/api/library").json()
    assert [row["title"] for row in shown["articles"]] == [row.title for row in librarian.shelf().rows]
    assert (shown["generation"], shown["job"], shown["notice"]) == ("000001", None, "")
    assert shown["last_build"]["added"] == 3
    sent = client.post(
        "/api/library/files?name=quarry.txt", headers=UPLOAD, content=CORPORA["B"]["quarry.txt"].encode()
    )
    assert (sent.status_code, sent.json()) == (201, {"stored": "quarry.txt", "is_new": True})
    started = client.post("/api/library/add", json={})
    assert (started.status_code, started.json()["job"]["kind"]) == (202, "add")
    ended(librarian)
    assert client.get("/api/library/job").json()["job"]["state"] == "done"
    shown = client.get("/api/library").json()
    (added,) = [row["id"] for row in shown["articles"] if row["title"] == "About the quarry"]
    assert client.post("/api/library/remove", json={"ids": [added]}).status_code == 202
    ended(librarian)
    assert len(client.get("/api/library").json()["articles"]) == 3
    assert client.post("/api/library/cancel", json={}).status_code == 409
    assert client.post("/api/library/rebuild", json={}).status_code == 202
    ended(librarian)


def test_a_removal_that_names_nothing_is_refused(client: TestClient, librarian: Librarian) -> None:
    bodies: list[Any] = [{}, {"ids": []}, {"ids": "x"}, {"ids": [1]}, {"ids": [["x"]]}]
    assert [client.post("/api/library/remove", json=body).status_code for body in bodies] == [422] * len(bodies)
    assert librarian.job is None


def test_uploads_that_cannot_be_stored_get_a_sentence(
    client: TestClient, librarian: Librarian, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = client.post("/api/library/files?name=a.exe", headers=UPLOAD, content=b"x")
    assert (answer.status_code, "this format is not read" in answer.json()["error"]) == (422, True)
    answer = client.post("/api/library/files", headers=UPLOAD, content=b"x")
    assert answer.status_code == 422
    answer = client.post("/api/library/files?name=a.md", headers=UPLOAD, content=b"")
    assert (answer.status_code, answer.json()["error"]) == (422, "a.md: the file is empty")
    monkeypatch.setattr("assistant.library.uploads.MAX_FILE_BYTES", 1000)
    answer = client.post("/api/library/files?name=a.md", headers=UPLOAD, content=iter([b"x" * 900] * 3))
    assert (answer.status_code, "is larger than" in answer.json()["error"]) == (422, True)
    # The guard stands before that, whatever length is named.
    monkeypatch.setattr("assistant.web.guard.rule_for", lambda *request: replace(rule_for(*request), limit=500))  # type: ignore[type-var]
    assert client.post("/api/library/files?name=a.md", headers=UPLOAD, content=b"x" * 501).status_code == 413
    answer = client.post("/api/library/files?name=a.md", headers=UPLOAD, content=iter([b"x" * 400] * 2))
    assert (answer.status_code, answer.json()["error"]) == (400, "The file was not sent to its end.")
    (librarian.folder).rename(librarian.folder.with_name("elsewhere"))
    librarian.folder.write_text("in the way")
    answer = client.post("/api/library/files?name=a.md", headers=UPLOAD, content=b"x")
    assert (answer.status_code, "Could not store the file" in answer.json()["error"]) == (507, True)
    assert not list(librarian.folder.with_name("elsewhere").iterdir())


def test_without_an_index_the_library_says_what_to_do(tmp_path: Path) -> None:
    librarian = librarian_of(tmp_path / "nothing", WordEmbedder())
    client = TestClient(create_app(FakeService(librarian=librarian)), base_url="http://localhost")
    shown = client.get("/api/library").json()
    assert shown["articles"] == []
    assert "There is no index in" in shown["notice"]
