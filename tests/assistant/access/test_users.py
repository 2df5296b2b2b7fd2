"""Users: who gets in, who does not any more, and what of them can be seen."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import stat
from typing import Any

import pytest
from argon2 import PasswordHasher
from fakes.interference import Interference
from fakes.users import OTHER, PASSWORD, Clock, fresh, users_in
from hypothesis import given
from hypothesis import strategies as st

from assistant.access import private
from assistant.access import users as users_module
from assistant.access.passwords import Passwords
from assistant.access.records import NAME
from assistant.access.users import UserFile, clean_name
from assistant.errors import AccessError, AccessFileError


def test_a_user_gets_in_with_her_password_only(users: UserFile) -> None:
    anna = users.check("anna", PASSWORD)
    assert anna
    assert (anna.name, anna.role) == ("anna", "editor")
    for name, password in (
        ("anna", OTHER), ("anna", ""), ("carl", PASSWORD), ("", ""), ("anna\0", PASSWORD), ("a" * 10_000, PASSWORD),
        ("anna", anna.password_hash or ""), ("anna", "x" * 10_000), ("\ud800", "\ud800"),
    ):  # fmt: skip
        assert users.check(name, password) is None
    again = users.check(" ANNA ", PASSWORD)
    assert again
    assert again.name == "anna"


def test_roles_passwords_and_leaving(users: UserFile) -> None:
    stamps = {users.stamp_of("bob")}
    assert users.set_role("bob", "editor").role == "editor"
    stamps.add(users.stamp_of("bob"))
    users.set_password("bob", OTHER)
    stamps.add(users.stamp_of("bob"))
    assert users.check("bob", PASSWORD) is None
    assert users.check("bob", OTHER)
    users.remove("bob")
    assert users.check("bob", OTHER) is None
    assert users.stamp_of("bob") is None
    users.add("bob", OTHER, "reader")
    stamps.add(users.stamp_of("bob"))
    assert len(stamps) == 4, "whatever ends sessions gives another stamp, coming back too"
    assert [user.name for user in users.list()] == ["anna", "bob"]


def test_what_cannot_be_done_changes_nothing(users: UserFile) -> None:
    before = users.path.read_bytes()
    for attempt in (
        lambda: users.add("Anna", OTHER, "reader"),
        lambda: users.add("carl", "short", "reader"),
        lambda: users.add("carl.the.third", "Carl.The.Third", "reader"),
        lambda: users.add("no good", PASSWORD, "reader"),
        lambda: users.remove("carl"),
        lambda: users.set_password("carl", PASSWORD),
        lambda: users.set_role("carl", "editor"),
        lambda: users.add_token("carl"),
        lambda: users.add_token("anna", "x" * 101),
        lambda: users.add_token("anna", "two\0lines"),
        lambda: users.revoke_token("anna", "00000000"),
    ):
        with pytest.raises(AccessError) as raised:
            attempt()
        assert len(str(raised.value).splitlines()) == 1
    assert users.path.read_bytes() == before


def test_there_are_only_so_many(users: UserFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users_module, "MAX_USERS", 3)
    monkeypatch.setattr(users_module, "MAX_TOKENS", 2)
    users.add("carl", PASSWORD, "reader")
    with pytest.raises(AccessError, match="3 users"):
        users.add("dora", PASSWORD, "reader")
    users.add_token("anna")
    users.add_token("anna")
    with pytest.raises(AccessError, match="2 tokens"):
        users.add_token("anna")


@given(st.text(max_size=80))
def test_a_name_has_one_form_or_none(text: str) -> None:
    try:
        name = clean_name(text)
    except AccessError as error:
        problem = str(error)
    else:
        problem = ""
        assert NAME.fullmatch(name)
        assert name.isascii()
        assert clean_name(name) == clean_name(name.upper()) == clean_name(f" {name}\n") == name
    assert problem.isprintable()


@pytest.mark.parametrize(
    "text",
    ["", " ", ".", "..", "-x", "a b", "a/b", "a\\b", "a\0b", "a\nb", "ä", "a" * 65, "a" * 10**6, "@a", "\u0430nna"],
)
def test_what_is_no_name(text: str) -> None:
    with pytest.raises(AccessError):
        clean_name(text)


@pytest.mark.parametrize("text", ["Anna", "ＡＮＮＡ", "\u2090nna", " anna "])
def test_one_name_written_in_other_ways(text: str) -> None:
    assert clean_name(text) == "anna"


def test_tokens(users: UserFile) -> None:
    clock = Clock()
    users = users_in(users.path.parents[1], clock)
    token, record = users.add_token("anna", " for  the\tjob ", days=3)
    other, _ = users.add_token("bob")
    assert token.startswith("cw_")
    assert len(token) == 46
    assert record.label == "for the job"
    found = users.by_token(token)
    assert found
    assert found.name == "anna"
    assert fresh(users).by_token(other) == users.get("bob")
    for wrong in (
        "",
        "cw_",
        token[:-1],
        f"{token}x",
        token.swapcase(),
        record.digest,
        record.id,
        "cw_" + "é" * 43,
        "\ud800",
    ):
        assert users.by_token(wrong) is None
    clock.now += 3 * 24 * 3600 - 1
    assert users.by_token(token)
    clock.now += 1
    assert users.by_token(token) is None, "expired"
    assert users.by_token(other)
    users.revoke_token("bob", next(user for user in users.list() if user.name == "bob").tokens[0].id)
    assert users.by_token(other) is None, "revoked"
    kept, _ = users.add_token("bob")
    users.set_password("bob", OTHER)
    assert users.by_token(kept)
    users.set_role("bob", "editor")
    found = users.by_token(kept)
    assert found
    assert found.role == "editor"
    users.remove("bob")
    assert users.by_token(kept) is None


def test_one_without_a_password_has_only_tokens(users: UserFile) -> None:
    users.add("robot", None, "reader")
    for password in ("", "None", "null", PASSWORD):
        assert users.check("robot", password) is None
    token, _ = users.add_token("robot")
    assert users.by_token(token)


def test_the_file_is_private_and_holds_nothing_that_opens(users: UserFile) -> None:
    token, _ = users.add_token("anna", "job")
    assert stat.S_IMODE(users.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(users.path.parent.stat().st_mode) == 0o700
    text = users.path.read_text()
    assert PASSWORD not in text
    assert token not in text
    assert token[3:] not in text
    assert hashlib.sha256(token.encode()).hexdigest() in text, "the search would find what is there"
    assert {path.name for path in users.path.parent.iterdir()} == {"users.json", "users.lock"}


def secrets_of(users: UserFile, token: str) -> list[str]:
    """All that must be seen nowhere: passwords, tokens and what is kept instead of them."""
    rows = json.loads(users.path.read_text())["users"]
    found = [PASSWORD, OTHER, token, token[3:]]
    for row in rows:
        found += [row["password_hash"], row["password_hash"].rsplit("$", 1)[1], row["stamp"]]
        found += [item["digest"] for item in row["tokens"]]
    return found


def test_no_text_of_anything_shows_a_secret(users: UserFile, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token, record = users.add_token("anna", "job")
    user = users.get("anna")
    assert user
    texts = [repr(user), str(user), f"{user}", repr(record), repr(users), repr(users.list()), repr(vars(users))]
    for attempt in (
        lambda: users.add("anna", OTHER, "reader"),
        lambda: users.set_password("nobody", OTHER),
        lambda: users.add("carl", PASSWORD[:9], "reader"),
        lambda: users.revoke_token("anna", token),
    ):
        with pytest.raises(AccessError) as raised:
            attempt()
        texts += [str(raised.value), repr(raised.value), repr(raised.value.__cause__)]
    secrets = secrets_of(users, token)
    content = users.path.read_text()
    users.path.write_text(content.replace('"version": 1', '"version": 1,'))
    with pytest.raises(AccessFileError) as raised:
        fresh(users).check("anna", PASSWORD)
    texts += [str(raised.value), repr(raised.getrepr(style="value")), caplog.text]
    for secret in secrets:
        assert not [text for text in texts if secret in text]
    assert set(secrets) - {PASSWORD, OTHER, token, token[3:]} <= set(filter(content.count, secrets)), "found if there"
    assert raised.value.__context__ is None or raised.value.__suppress_context__


def test_hashes_of_lower_costs_are_made_anew_and_sessions_go_on(users: UserFile) -> None:
    higher = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    later = UserFile(users.path.parents[1], Passwords(higher))
    before = later.get("anna")
    assert before
    found = later.check("anna", PASSWORD)
    assert found
    assert found.stamp == before.stamp
    after = fresh(users).get("anna")
    assert after
    assert "m=16,t=2" in str(after.password_hash)
    assert later.check("anna", PASSWORD)
    assert later.check("bob", OTHER) is None
    bob = fresh(users).get("bob")
    assert bob
    assert "m=8,t=1" in str(bob.password_hash), "not with a wrong password"


def test_a_full_disk_does_not_keep_anybody_from_signing_in(users: UserFile) -> None:
    higher = UserFile(users.path.parents[1], Passwords(PasswordHasher(2, 16, 1)))
    with Interference(users.path.parent, ("fsync",), 1, errno.ENOSPC) as interference:
        assert higher.check("anna", PASSWORD)
    assert interference.count >= 1


def test_who_is_removed_while_her_password_is_checked_does_not_get_in(users: UserFile) -> None:
    class Removing(PasswordHasher):
        def verify(self, hash: Any, password: Any) -> Any:  # noqa: A002
            users.remove("anna")
            return super().verify(hash, password)

    slow = UserFile(users.path.parents[1], Passwords(Removing(1, 8, 1)))
    assert slow.get("anna")
    slow._file._looked = float("-inf")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(private, "LOOK_EVERY", 0.0)
        assert slow.check("anna", PASSWORD) is None
