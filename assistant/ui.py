"""The page, made of Gradio components; the only home of Gradio.

Gradio holds the conversation of each browser tab, the queue and the events. What is shown is our own HTML, built in
:mod:`assistant.rendering`; what opens an article, and the like, is ``page/*.js``.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.markup import esc
from assistant.talk import Talk, Talker, Talks
from assistant.welcome import MAX_EXAMPLES, examples, facts_html, sources_html, welcome_html

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

    from assistant.service import Catalogue, Service

TITLE = "Citewell"
CONCURRENCY = 2
"""Questions that are answered at the same time; more than the processor's cores only makes each slower."""
QUEUE_SIZE = 32
MAX_TABS = 500
"""Browser tabs whose conversations are kept; of more, the one unused for longest loses its own."""
_HINT = "Enter asks · Shift+Enter starts a new line · every sentence is checked against the articles"
_SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")


def mount_page(
    app: FastAPI, service: Service, talks: Talks, *, concurrency: int = CONCURRENCY, queue_size: int = QUEUE_SIZE
) -> dict[int, int]:
    """Makes the page and mounts it at the root of an application, behind the routes that it already has.

    Args:
        app: Where to mount. :func:`index.settings.go_offline` must have been called before this module was imported.
        service: What answers.
        talks: Where the conversations of the tabs are to be found.
        concurrency: Questions that are answered at the same time.
        queue_size: Questions and other events that may wait; more are refused with a message.

    Returns:
        For each event that the page may call, by its number, how many values it takes.
    """
    page = make_page(service, talks, concurrency)
    page.state_session_capacity = MAX_TABS
    page.queue(max_size=queue_size, default_concurrency_limit=None, api_open=False)
    # After every event Gradio would sum up with pandas how long events took, for a page of its own that is not served.
    page._queue.ANAYLTICS_CACHE_FREQUENCY = sys.maxsize  # noqa: SLF001 - the name is misspelt there
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
    return {number: len(event.inputs) for number, event in page.fns.items() if event.fn is not None}


def make_page(service: Service, talks: Talks, concurrency: int = CONCURRENCY) -> gr.Blocks:
    """The components and what happens between them."""
    talker = Talker(service)
    catalogue = service.catalogue()
    page = gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True, fill_height=True)
    with page:
        talk = gr.State(Talk(talks))
        with gr.Row(elem_id="cw-top"):
            facts = _html("cw-facts", facts_html(catalogue))
            new = gr.Button("+ New", elem_id="cw-new", size="sm")
            # Never seen: the page's own script presses it when the index has changed.
            changed = gr.Button("The index has changed", elem_id="cw-changed", size="sm")
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
                hint = _html("cw-hint", _plain(_HINT))
            with gr.Column(elem_id="cw-reading"):
                sources = _html("cw-sources", sources_html(catalogue))

        shown = [welcome, earlier, current, stop]

        def view(state: Talk) -> dict[Any, Any]:
            return {
                welcome: gr.update(visible=not state.has_turns),
                earlier: state.earlier_html(),
                current: state.current_html(),
                stop: gr.update(visible=state.is_busy),
            }

        def take(question: str, state: Talk) -> dict[Any, Any]:
            problem = talker.take(question, state)
            return {hint: _plain(problem)} if problem else {**view(state), hint: _plain(_HINT)}

        def take_typed(question: str, state: Talk) -> dict[Any, Any]:
            # Only what was taken is removed from the box.
            given = take(question, state)
            return {**given, box: ""} if len(given) > 1 else given

        def answer(state: Talk) -> Iterator[dict[Any, Any]]:
            for is_new_turn in talker.answer(state):
                yield view(state) if is_new_turn else {current: state.current_html()}
            yield view(state)

        def halt(state: Talk) -> dict[Any, Any]:
            state.halt()
            return view(state)

        def clear(state: Talk) -> dict[Any, Any]:
            state.clear()
            return {**view(state), box: ""}

        def refresh() -> dict[Any, Any]:
            # The index may have been rebuilt since the page was made, or since it was opened.
            catalogue = service.catalogue()
            return {
                facts: facts_html(catalogue),
                intro: welcome_html(catalogue),
                sources: sources_html(catalogue),
                **{
                    button: gr.update(value=question, visible=bool(question))
                    for button, question in zip(buttons, _padded(catalogue), strict=True)
                },
            }

        quick: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_limit": None}
        slow = {**quick, "concurrency_limit": concurrency, "concurrency_id": "answer", "trigger_mode": "multiple"}
        taken = [gr.on([box.submit, send.click], take_typed, [box, talk], [box, hint, *shown], **quick)]
        taken += [button.click(take, [button, talk], [hint, *shown], **quick) for button in buttons]
        answering = [event.then(answer, [talk], shown, **slow) for event in taken]
        stop.click(halt, [talk], shown, cancels=answering, **quick)
        new.click(clear, [talk], [box, *shown], cancels=answering, **quick)
        gr.on([page.load, changed.click], refresh, None, [facts, intro, sources, *buttons], **quick)
    return page


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
