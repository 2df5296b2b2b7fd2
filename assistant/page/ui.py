"""The page, made of Gradio components; the only home of Gradio.

Gradio holds the conversation of each browser tab, the queue and the events. What is shown is our own HTML, built in
:mod:`assistant.page.rendering`; what opens an article, and the like, is ``page/*.js``.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator  # noqa: TC003 - Gradio reads the annotations of functions
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.access.door import caller_of
from assistant.desk.tabs import Tabs
from assistant.desk.talk import NOT_YOURS, Talk, Talks
from assistant.desk.talker import Talker
from assistant.keeping.resuming import forget, resume
from assistant.page.markup import esc
from assistant.page.welcome import MAX_EXAMPLES, examples, facts_html, sources_html, welcome_html

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.desk.desk import Desk
    from assistant.service import Catalogue

TITLE = "Citewell"
MAX_TABS = 500
"""Browser tabs whose conversations are kept; of more, the one unused for longest loses its own."""
MAX_EVENTS = 4 * MAX_TABS
"""Events that go on at once, and that wait for it, answers included; the desk turns questions away long before."""
_HINT = "Enter asks · Shift+Enter starts a new line · every sentence is checked against the articles"
_SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")


@dataclass(frozen=True, slots=True)
class Mounted:
    """What stands in front of Gradio has to know of the page.

    Attributes:
        events: For each event that the page may call, by its number, how many values it takes.
        asking: Those of them that take a question, as their first value.
        tabs: What Gradio knows of its tabs.
    """

    events: dict[int, int]
    asking: frozenset[int]
    tabs: Tabs


def mount_page(app: FastAPI, desk: Desk, talks: Talks) -> Mounted:
    """Makes the page and mounts it at the root of an application, behind the routes that it already has.

    Args:
        app: Where to mount. :func:`index.settings.go_offline` must have been called before this module was imported.
        desk: Where questions wait for their turn.
        talks: Where the conversations of the tabs are to be found.
    """
    page, asking = make_page(desk, talks)
    events = {number: len(event.inputs) for number, event in page.fns.items() if event.fn is not None}
    page.state_session_capacity = MAX_TABS
    page.queue(max_size=MAX_EVENTS, default_concurrency_limit=None, api_open=False)
    # By default 40 events go on at once, and the rest waits unseen; here they wait at the desk, without a thread.
    page._queue.max_thread_count = MAX_EVENTS  # noqa: SLF001 - setting it elsewhere would make as many threads
    # After every event Gradio would sum up with pandas how long events took, for a page of its own that is not served.
    page._queue.ANAYLTICS_CACHE_FREQUENCY = sys.maxsize  # noqa: SLF001 - the name is misspelt there
    page._queue.ANALYTICS_MAX_EVENTS = 1  # noqa: SLF001 - it copies them for each event
    tabs = Tabs(page._queue)  # noqa: SLF001 - see there

    async def closed(request: gr.Request) -> None:  # what is no coroutine is called in another thread
        tabs.close(request.session_hash)

    with page:
        # No event that a page calls, so it is not among those above.
        page.unload(closed)
    theme = gr.themes.Base(font=_SYSTEM_FONTS, font_mono=("ui-monospace", "monospace"))
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        theme=theme,
        footer_links=[],
        run_history=False,
        show_error=False,
        allowed_paths=[],
        max_file_size=1,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
    )
    return Mounted(events, frozenset(number for number, event in page.fns.items() if event.fn in asking), tabs)


def make_page(desk: Desk, talks: Talks) -> tuple[gr.Blocks, tuple[Any, ...]]:
    """The components and what happens between them; and the functions that take a question."""
    service, talker = desk.service, Talker(desk)
    catalogue = service.catalogue()
    page = gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True, fill_height=True)
    with page:
        talk = gr.State(Talk(talks))
        facts, new, changed, resumed, go_on = _head(catalogue)
        with gr.Row(elem_id="cw-main"):
            with gr.Column(elem_id="cw-talk"):
                with gr.Column(elem_id="cw-scroll"):
                    with gr.Column(elem_id="cw-welcome") as welcome:
                        intro = _html("cw-intro", welcome_html(catalogue))
                        buttons = [
                            gr.Button(question, elem_classes="cw-example", visible=bool(question))
                            for question in _padded(catalogue)
                        ]
                    earlier = _html("cw-earlier")
                    current = _html("cw-current")
                box, stop, send = _composer()
                hint = _html("cw-hint", _plain(_HINT))
            with gr.Column(elem_id="cw-reading"):
                sources = _html("cw-sources", sources_html(catalogue))

        shown = [welcome, earlier, current, stop]

        # HTML is shown by updates. For an event that leaves a component as it is Gradio makes a new one in its place; a
        # bare value would then be kept under that one's number, beside all former ones, as long as the tab is open.
        def view(state: Talk) -> dict[Any, Any]:
            return {
                welcome: gr.update(visible=not state.has_turns),
                earlier: gr.update(value=state.earlier_html()),
                current: gr.update(value=state.current_html()),
                stop: gr.update(visible=state.is_busy),
            }

        def told(sentence: str) -> dict[Any, Any]:
            return {hint: gr.update(value=_plain(sentence))}

        def take(question: str, state: Talk, request: gr.Request) -> dict[Any, Any]:
            if not state.claim(_asker(request)):
                return told(NOT_YOURS)
            problem = talker.take(question, state)
            return told(problem) if problem else {**view(state), **told(_HINT)}

        def take_typed(question: str, state: Talk, request: gr.Request) -> dict[Any, Any]:
            # Only what was taken is removed from the box.
            given = take(question, state, request)
            return {**given, box: ""} if len(given) > 1 else given

        async def answer(state: Talk, request: gr.Request) -> AsyncGenerator[dict[Any, Any]]:
            # Callers without a name are told apart by their tabs.
            tab = str(request.session_hash)
            async with aclosing(talker.answer(state, _asker(request) or tab, tab)) as steps:
                async for is_new_turn in steps:
                    yield view(state) if is_new_turn else {current: gr.update(value=state.current_html())}
            yield view(state)

        def halt(state: Talk) -> dict[Any, Any]:
            state.halt()
            return view(state)

        def clear(state: Talk) -> dict[Any, Any]:
            forget(state)
            return {**view(state), box: ""}

        def go_on_with(token: str, state: Talk, request: gr.Request) -> dict[Any, Any]:
            if state.claim(_asker(request)):
                resume(state, token, service)
            return {**view(state), resumed: ""}

        def refresh() -> dict[Any, Any]:
            # The index has been rebuilt since the page was made, or since it was opened.
            catalogue = service.catalogue()
            return {
                facts: gr.update(value=facts_html(catalogue)),
                intro: gr.update(value=welcome_html(catalogue)),
                sources: gr.update(value=sources_html(catalogue)),
                **{
                    button: gr.update(value=question, visible=bool(question))
                    for button, question in zip(buttons, _padded(catalogue), strict=True)
                },
            }

        quick: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_limit": None}
        taken = [gr.on([box.submit, send.click], take_typed, [box, talk], [box, hint, *shown], **quick)]
        taken += [button.click(take, [button, talk], [hint, *shown], **quick) for button in buttons]
        # Not after one that was turned away: nothing waits then.
        answering = [event.success(answer, [talk], shown, trigger_mode="multiple", **quick) for event in taken]
        stop.click(halt, [talk], shown, cancels=answering, **quick)
        new.click(clear, [talk], [box, *shown], cancels=answering, **quick)
        go_on.click(go_on_with, [resumed, talk], [resumed, *shown], **quick)
        # Not whenever a page is opened, which would be an event for each: its script knows whether that is of use.
        changed.click(refresh, None, [facts, intro, sources, *buttons], **quick)
    return page, (take, take_typed)


def _head(catalogue: Catalogue) -> tuple[gr.Markdown, gr.Button, gr.Button, gr.Textbox, gr.Button]:
    """What stands above everything: facts, a new conversation, and what is pressed by the page's own script."""
    with gr.Row(elem_id="cw-top"):
        facts = _html("cw-facts", facts_html(catalogue))
        new = gr.Button("+ New", elem_id="cw-new", size="sm")
        # Never seen: the page's own script presses it when the index has changed.
        changed = gr.Button("The index has changed", elem_id="cw-changed", size="sm")
        # The same, for a tab that is loaded again and names the conversation that it had.
        resumed = gr.Textbox(show_label=False, container=False, elem_id="cw-resumed", elem_classes="cw-unseen")
        go_on = gr.Button("Go on", elem_id="cw-resume", elem_classes="cw-unseen", size="sm")
    return facts, new, changed, resumed, go_on


def _composer() -> tuple[gr.Textbox, gr.Button, gr.Button]:
    """Where a question is written: the box, and the buttons to stop and to ask."""
    with gr.Row(elem_id="cw-composer"):
        box = gr.Textbox(
            label="Your question",
            show_label=False,
            container=False,
            placeholder="Ask the articles…",
            lines=1,
            max_lines=8,
            autofocus=True,
            elem_id="cw-box",
        )
        stop = gr.Button("Stop", elem_id="cw-stop", visible=False)
        send = gr.Button("Ask", elem_id="cw-send", variant="primary")
    return box, stop, send


def _asker(request: gr.Request) -> str:
    """Name of the user who sends an event."""
    return caller_of(request.request.scope if request.request else {}).name


def _padded(catalogue: Catalogue) -> list[str]:
    """Example questions, as many as there are buttons for them."""
    return [*examples(catalogue.articles), *[""] * MAX_EXAMPLES][:MAX_EXAMPLES]


def _html(elem_id: str, value: str = "") -> gr.Markdown:
    """A place for our own HTML.

    A Markdown component, because ``gr.HTML`` compiles its value as a script, for which the page would have to allow
    ``eval``; and because this one passes it through a sanitiser once more.
    """
    return gr.Markdown(value, elem_id=elem_id, sanitize_html=True, latex_delimiters=[], container=False)


def _plain(sentence: str) -> str:
    return f"<p>{esc(sentence)}</p>"
