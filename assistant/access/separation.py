"""What keeps the tabs of one user from those of another, though Gradio lets each browser choose its tab's name.

Gradio keeps a tab's conversation, its events and its messages under that name. Whoever knew or guessed one of another
user could read what is answered there, add questions and stop answers. So the name is replaced on its way in by a keyed
hash of it and of who sends it: the name of another user's tab then means a tab of one's own that there is not.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from assistant.web.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Scope

    from assistant.access.callers import Caller

    Holder = Callable[[str], str | None]

_TAB = re.compile(r"[\w-]{1,64}", re.ASCII)
_HEARTBEAT = "/gradio_api/heartbeat/"
_MESSAGES = "/gradio_api/queue/data"
UNCLEAR = "This is not what the page sends."
UNKNOWN = "There is no such tab."


class Separation:
    """Gives every tab a name that only its user's requests lead to.

    Args:
        holder: Says of an event of Gradio's that waits or goes on which tab it is of, by the name given here.
        knows: Whether a tab with such a name has called an event; Gradio would break off the connection of another
            one, with a traceback in the log.
        secret: What the names are made with; a random one, so that they mean nothing after the server has ended.
    """

    def __init__(self, holder: Holder, knows: Callable[[str], bool], secret: bytes | None = None) -> None:
        self._holder = holder
        self._knows = knows
        self._secret = secret or secrets.token_bytes(32)

    def tab(self, caller: Caller, name: str) -> str:
        """What a tab is called inside.

        Raises:
            ProblemError: If its name is none that the page would choose.
        """
        if not _TAB.fullmatch(name):
            raise ProblemError(422, UNCLEAR)
        # The name of a tab holds no NUL, so nothing of it can be taken for a part of the user's.
        return hmac.new(self._secret, f"{caller.name}\0{name}".encode(), hashlib.sha256).hexdigest()

    def event(self, caller: Caller, body: bytes) -> bytes:
        """The body of an event, or of its end, as it goes in.

        Args:
            caller: Who sends it.
            body: What :func:`assistant.web.calls.is_plain_call` lets through.
        """
        call = json.loads(body)
        call["session_hash"] = tab = self.tab(caller, call["session_hash"])
        # An event has a random name, too; but one that was seen somewhere must not end another user's.
        event = call.get("event_id")
        if event is not None and (not isinstance(event, str) or self._holder(event) != tab):
            call["event_id"] = ""
        return json.dumps(call).encode()

    def look(self, caller: Caller, scope: Scope) -> Scope:
        """A request for what a tab is told, as it goes in; any other one stays as it is.

        Raises:
            ProblemError: If it names no tab, more than one, or one that is not there.
        """
        path = scope["path"]
        if path.startswith(_HEARTBEAT):
            path = _HEARTBEAT + self.tab(caller, path[len(_HEARTBEAT) :])
            return {**scope, "path": path, "raw_path": path.encode()}
        if path != _MESSAGES:
            return scope
        try:
            fields = parse_qsl(scope["query_string"].decode("ascii"), keep_blank_values=True, strict_parsing=True)
        except ValueError:
            fields = []
        if len(fields) != 1 or fields[0][0] != "session_hash":
            raise ProblemError(422, UNCLEAR)
        tab = self.tab(caller, fields[0][1])
        if not self._knows(tab):
            raise ProblemError(404, UNKNOWN)
        query = urlencode({"session_hash": tab})
        return {**scope, "query_string": query.encode()}
