"""One browser tab: opens the page, asks by the routes that the page asks by, and reads the card that is shown."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from load.card import finished_turn, of_json, plain_sentence
from load.page import Event, Page
from load.replies import BUSY, Kind, RefusedError, Reply, TroubleError
from load.wire import BROKEN, HOST, Connections

if TYPE_CHECKING:
    from load.card import Said

HEALTH_EVERY = 4.0
"""Seconds between two looks of the page's script at how the server is."""


@dataclass
class _Times:
    first: float = 0.0
    finished: float = 0.0


class Tab:
    """A tab over one address.

    Args:
        port: Of the server on this machine.
        patience: Seconds after which a question counts as never answered.
        by_api: Whether to ask as a program does, by ``/api/ask`` with ``"stream": true``.
        looks: Whether to look how the server is, all the time, as the page's script does.
        cookie: Of somebody who has signed in.
    """

    def __init__(
        self, port: int, *, patience: float = 60.0, by_api: bool = False, looks: bool = True, cookie: str = ""
    ) -> None:
        self.name = secrets.token_hex(6)
        origin = {"Origin": f"http://{HOST}:{port}", "Sec-Fetch-Site": "same-origin"}
        self.net = Connections(port, origin | ({"Cookie": cookie} if cookie else {}))
        self.page: Page | None = None
        self._patience = patience
        self._by_api = by_api
        self._looks = looks
        self._inboxes: dict[str, asyncio.Queue[dict[str, Any]]] = {}
        self._waiting: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Task[None] | None = None
        self._shown: dict[int, str] = {}
        self._turns = 0
        self._generation = ""

    async def open(self) -> None:
        """Opens the page; programs have none.

        Raises:
            TroubleError: If there is no page, or it cannot be read.
        """
        if self._by_api:
            return
        response = await self.net.request("GET", "/")
        if response.status != 200:
            raise TroubleError(f"GET / {response.status}")
        self.page = Page.of(response.body.decode())
        self._generation = self.page.generation
        if self.page.holds_heartbeat:
            self._start(self._hold())
        for event in self.page.on_load():
            # The page is there without what this brings up to date.
            with suppress(RefusedError):
                await self._run(event, {})
        if self._looks:
            self._start(self._look())

    async def ask(self, question: str, leave_after: float | None = None) -> Reply:
        """Asks, and waits until the card is finished.

        Args:
            question: As typed.
            leave_after: Seconds after which the tab is closed, finished or not.
        """
        began = time.monotonic()
        times = _Times()
        kind: Kind = "failed"
        said, trouble = None, ""
        try:
            async with asyncio.timeout(self._patience if leave_after is None else leave_after):
                said = await (self._ask_api if self._by_api else self._ask_page)(question, times)
        except RefusedError as error:
            kind, trouble = "busy", str(error)
        except TroubleError as error:
            kind, trouble = ("busy" if BUSY.search(str(error)) else "failed"), str(error)
        except TimeoutError:
            kind, trouble = ("failed", "never ended") if leave_after is None else ("left", "")
        except BROKEN as error:
            kind, trouble = "failed", f"{type(error).__name__} {error}"
        seconds = (times.finished or time.monotonic()) - began
        if said is not None:
            if said.status == "problem":
                kind, trouble = ("busy" if BUSY.search(said.text) else "failed"), said.text
            else:
                kind = "answered" if said.status == "answered" else "abstained"
        turn = self._turns
        self._turns += kind in ("answered", "abstained")
        if leave_after is not None:
            await self.close()
        first = times.first and times.first - began
        return Reply(self.name, question, kind, began, seconds, first, said, trouble, turn)

    async def close(self) -> None:
        """Closes the tab: whatever is open ends at once."""
        for task in self._tasks:
            task.cancel()
        self.net.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _ask_page(self, question: str, times: _Times) -> Said:
        assert self.page is not None, "the page was opened"
        current, hint = self.page.component("cw-current"), self.page.component("cw-hint")
        found: list[Said] = []

        def seen() -> bool:
            times.first = times.first or time.monotonic()
            said = finished_turn(self._shown.get(current, ""))
            if said is not None and said.question == question.strip():
                times.finished = times.finished or time.monotonic()
                found[:] = [said]
            return bool(found)

        self._shown.pop(hint, None)
        before = self._shown.get(current)
        events = self.page.on("cw-box", "submit")
        is_first = True
        while events and not found:
            event = events.pop(0)
            try:
                await self._run(event, {self.page.component("cw-box"): question}, seen)
            except RefusedError as error:
                if is_first:
                    raise
                # The question stands there as one that waits, and nothing will ever come to take it up.
                raise TroubleError("taken, then left standing") from error
            events += self.page.after(event)
            is_first = False
        if found:
            return found[0]
        if self._shown.get(current) == before and self._shown.get(hint):
            raise TroubleError(plain_sentence(self._shown[hint]))
        raise TroubleError("no answer: " + plain_sentence(self._shown.get(current, ""))[-200:])

    async def _ask_api(self, question: str, times: _Times) -> Said:
        body = json.dumps({"question": question, "stream": True}).encode()
        name = ""
        async with self.net.stream("POST", "/api/ask", body) as (status, lines):
            async for line in lines:
                if status != 200:
                    sentence = line.decode(errors="replace")
                    raise (RefusedError if status in (429, 503) else TroubleError)(f"{status} {sentence}")
                times.first = times.first or time.monotonic()
                if line.startswith(b"event: "):
                    name = line[7:].decode()
                elif line.startswith(b"data: ") and name == "error":
                    raise TroubleError(json.loads(line[6:])["error"])
                elif line.startswith(b"data: ") and name == "answer":
                    return of_json(json.loads(line[6:]))
            raise TroubleError(f"{status}, no answer")

    async def _run(self, event: Event, values: dict[int, str], seen: Any = None) -> None:
        """Sends an event and follows it to its end, or until ``seen`` says that it is enough."""
        if not event.takes:
            return
        assert self.page is not None, "the page was opened"
        data = [values.get(number) for number in event.inputs]
        body = {
            "data": data, "event_data": None, "fn_index": event.number, "trigger_id": event.trigger,
            "session_hash": self.name,
        }  # fmt: skip
        response = await self.net.request("POST", f"{self.page.prefix}/queue/join", json.dumps(body).encode())
        if response.status != 200:
            told = f"{response.status} {response.body[:200].decode(errors='replace')}"
            raise (RefusedError if response.status in (429, 503) else TroubleError)(told)
        key = json.loads(response.body)["event_id"]
        inbox = self._inboxes.setdefault(key, asyncio.Queue())
        self._waiting.add(key)
        if self._listener is None or self._listener.done():
            self._listener = self._start(self._listen())
        updates = 0
        try:
            while True:
                message = await inbox.get()
                name = message["msg"]
                if name == "process_generating":
                    self._take_in(event, message["output"]["data"], is_change=updates > 0)
                    updates += 1
                elif name == "process_completed":
                    if not message["success"]:
                        raise TroubleError(f"an event failed: {message['output']}")
                    self._take_in(event, message["output"].get("data", []), is_change=False)
                elif name in ("unexpected_error", "broken"):
                    raise TroubleError(message.get("message") or "the stream broke")
                if seen and name in ("process_generating", "process_completed"):
                    seen()
                if name == "process_completed":
                    return
        finally:
            self._waiting.discard(key)
            self._inboxes.pop(key, None)

    def _take_in(self, event: Event, data: list[Any], *, is_change: bool) -> None:
        for number, value in zip(event.outputs, data, strict=False):
            if is_change:
                for action, path, new in value:
                    if path in ([], ["value"]) and isinstance(new, str):
                        self._shown[number] = (self._shown.get(number, "") if action == "append" else "") + new
            elif isinstance(value, str):
                self._shown[number] = value
            elif isinstance(value, dict) and isinstance(value.get("value"), str):
                self._shown[number] = value["value"]

    async def _listen(self) -> None:
        """Reads the tab's stream of messages while any event of it is under way."""
        assert self.page is not None, "the page was opened"
        path = f"{self.page.prefix}/queue/data?session_hash={self.name}"
        while self._waiting:
            reason = "the stream broke"
            is_closed = False
            try:
                async with self.net.stream("GET", path) as (status, lines):
                    reason = f"the stream ended early, {status}"
                    async for line in lines:
                        if line.startswith(b"data:"):
                            message = json.loads(line[5:])
                            is_closed = is_closed or message["msg"] == "close_stream"
                            self._deliver(message)
            except BROKEN as error:
                reason = f"the stream broke: {type(error).__name__} {error}"
            if not is_closed:
                self._deliver({"msg": "broken", "message": reason})
                return

    def _deliver(self, message: dict[str, Any]) -> None:
        key = message.get("event_id")
        if key:
            self._inboxes.setdefault(key, asyncio.Queue()).put_nowait(message)
        elif message["msg"] in ("broken", "unexpected_error"):
            for waiting in self._waiting:
                self._inboxes[waiting].put_nowait(message)

    async def _hold(self) -> None:
        """The connection by which the server knows that the tab is there."""
        assert self.page is not None, "the page was opened"
        with suppress(*BROKEN):
            async with self.net.stream("GET", f"{self.page.prefix}/heartbeat/{self.name}") as (_, lines):
                async for _ in lines:
                    pass

    async def see_anew(self) -> None:
        """Has the page shown as the index is now."""
        assert self.page is not None, "the page was opened"
        for event in self.page.on("cw-changed", "click"):
            await self._run(event, {})

    async def _look(self) -> None:
        """What the page's script does all the time; when the index has changed, it has the page shown anew."""
        while True:
            with suppress(*BROKEN, TroubleError, KeyError):
                generation = json.loads((await self.net.request("GET", "/api/health")).body)["generation"]
                if self._generation != generation:
                    await self.see_anew()
                self._generation = generation
            await asyncio.sleep(HEALTH_EVERY)

    def _start(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
