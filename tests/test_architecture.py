"""The house rules that a machine can hold: who may import whom, and who alone may import what."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import assistant
import index

ORDER = [
    # Each module may import only what stands before it.
    "index.types", "index.errors", "index.settings", "index.cleaning", "index.sentences", "index.passages",
    "index.readers.limits", "index.readers.dates", "index.readers.blocks", "index.readers.hidden",
    "index.readers.notes", "index.readers.footnotes",
    "index.readers.decoding", "index.readers.languages", "index.readers.trees", "index.readers.zipped",
    "index.readers.fragments", "index.readers.paragraphs", "index.readers.marks", "index.readers.furniture",
    "index.readers.plaintext", "index.readers.markdown", "index.readers.sieve", "index.readers.elements",
    "index.readers.captions",
    "index.readers.extraction", "index.readers.html", "index.readers.pdf", "index.readers.word", "index.readers.epub",
    "index.readers.jsonlines", "index.readers.feeds", "index.readers.archives", "index.readers.formats",
    "index.addresses", "index.transfer", "index.fetching",
    "index.parsing", "index.reading", "index.ahead", "index.models", "index.memory", "index.turnstile",
    "index.embeddings", "index.vectors", "index.keywords", "index.manifest", "index.generations", "index.records",
    "index.sketches", "index.duplicates", "index.library", "index.plans", "index.gathering", "index.removing",
    "index.reports", "index.stores", "index.fusion", "index.spelling", "index.abbreviations", "index.search",
    "index.check", "index.writing",
    "index.pipeline", "index.build", "assistant.types", "assistant.errors", "assistant.web.problems",
    "assistant.access.callers", "assistant.access.passwords", "assistant.access.records", "assistant.access.private",
    "assistant.access.users", "assistant.access.sessions", "assistant.access.attempts", "assistant.access.terms",
    "assistant.settings", "assistant.monitoring.strays", "assistant.monitoring.logs", "assistant.questions",
    "assistant.prompting", "assistant.conversation.words", "assistant.conversation.ends",
    "assistant.conversation.phrases", "assistant.conversation.frames", "assistant.conversation.thread",
    "assistant.conversation.pointers",
    "assistant.conversation.standalone", "assistant.answers.citations", "assistant.reader", "assistant.answers.kinds",
    "assistant.answers.values", "assistant.answers.outline", "assistant.answers.asked", "assistant.answers.tables",
    "assistant.answers.rows", "assistant.answers.quotable", "assistant.answers.naming", "assistant.answers.attribution",
    "assistant.answers.speakers", "assistant.answers.speech", "assistant.answers.deciding",
    "assistant.answers.candidates", "assistant.answers.restrictions", "assistant.answers.trust",
    "assistant.answers.several", "assistant.verification.beginnings", "assistant.verification.records",
    "assistant.verification.markdown", "assistant.verification.marked", "assistant.verification.vocabulary",
    "assistant.verification.tokens", "assistant.verification.synonyms", "assistant.verification.lexicon",
    "assistant.verification.units", "assistant.verification.quantities", "assistant.verification.dates",
    "assistant.verification.names", "assistant.verification.polarity", "assistant.verification.analysis",
    "assistant.verification.alignment", "assistant.verification.findings", "assistant.verification.surroundings",
    "assistant.verification.relations", "assistant.verification.naming", "assistant.verification.facts",
    "assistant.answers.agreeing", "assistant.answers.choosing", "assistant.answers.announcing",
    "assistant.answers.listing", "assistant.answers.reasons", "assistant.answers.said", "assistant.answers.extractive",
    "assistant.verification.holdings", "assistant.verification.cutting", "assistant.verification.turns",
    "assistant.verification.subjects", "assistant.verification.exchange", "assistant.verification.transposition",
    "assistant.verification.belonging", "assistant.verification.words", "assistant.verification.clauses",
    "assistant.verification.assertion", "assistant.verification.asking", "assistant.verification.scoring",
    "assistant.verification.sources", "assistant.verification.opinion", "assistant.verification.likeness",
    "assistant.verification.judging", "assistant.verification.verifier",
    "assistant.library.seeding", "assistant.generation.wire", "assistant.generation.failures",
    "assistant.generation.providers", "assistant.generation.thoughts", "assistant.generation.access",
    "assistant.generation.passages", "assistant.answers.quoting", "assistant.answers.generative", "assistant.live",
    "assistant.answering", "assistant.page.markup", "assistant.page.rendering", "assistant.keeping.transcript",
    "assistant.keeping.export", "assistant.keeping.appending", "assistant.keeping.feedback",
    "assistant.keeping.archive", "assistant.library.articles", "assistant.library.shelf", "assistant.library.reporting",
    "assistant.library.uploads", "assistant.library.jobmark", "assistant.library.librarian", "assistant.service",
    "assistant.monitoring.observed", "assistant.desk.queueing", "assistant.desk.places", "assistant.desk.desk",
    "assistant.monitoring.vitals", "assistant.monitoring.metrics", "assistant.web.api_models", "assistant.web.chat",
    "assistant.cores", "assistant.wiring", "assistant.page.welcome", "assistant.access.proxies",
    "assistant.access.door", "assistant.access.separation", "assistant.access.signin", "assistant.access.entrance",
    "assistant.access.lasting",
    "assistant.desk.talk", "assistant.keeping.resuming", "assistant.desk.tabs", "assistant.desk.talker",
    "assistant.page.ui", "assistant.page.shell", "assistant.web.calls", "assistant.web.routes", "assistant.web.gate",
    "assistant.monitoring.recording", "assistant.web.guard", "assistant.web.api", "assistant.web.metrics_routes",
    "assistant.web.openai_routes", "assistant.mcp_server", "assistant.web.library_routes", "assistant.web.talk_routes",
    "assistant.web.app", "assistant.web.serving", "assistant.progress", "assistant.monitoring.health",
    "assistant.evaluation.metrics", "assistant.evaluation.questions", "assistant.evaluation.gold",
    "assistant.evaluation.outcomes", "assistant.evaluation.judging", "assistant.evaluation.figures",
    "assistant.evaluation.results", "assistant.evaluation.run", "assistant.evaluation.report",
    "assistant.evaluation.plots", "assistant.evaluation.page", "assistant.evaluation.command",
    "assistant.evaluation.judged", "assistant.training.nearby", "assistant.training.typed",
    "assistant.training.examples", "assistant.training.teaching", "assistant.training.trainer",
    "assistant.training.command",
    "assistant.library.watching", "assistant.cli_options", "assistant.cli_index", "assistant.cli_users",
    "assistant.cli",
]  # fmt: skip
HOMES = {
    "sentence_transformers": {"index.embeddings"},
    "torch": {"index.embeddings", "index.models", "assistant.reader"}
    | {f"assistant.training.{name}" for name in ("trainer", "teaching")},
    "transformers": {"index.embeddings", "assistant.reader", "assistant.training.trainer"},
    "chromadb": {"index.vectors"},
    "langchain_chroma": {"index.vectors"},
    "langchain": {"assistant.generation.providers"},
    "langchain_openai": set(),
    "langchain_anthropic": set(),
    "langchain_ollama": set(),
    "openai": {"assistant.generation.providers"},
    "anthropic": {"assistant.generation.providers"},
    "ollama": set(),
    "langsmith": {"assistant.generation.access"},
    "bm25s": {"index.keywords", "assistant.training.nearby"},
    "Stemmer": {"index.keywords"},
    "rapidfuzz": {"index.spelling"},
    "idna": {"index.addresses"},
    "sentencex": {"index.sentences"},
    "markdown_it": {"index.readers.markdown", "index.readers.footnotes"},
    "yaml": {"index.readers.markdown"},
    "pypdf": {"index.readers.pdf"},
    "docx": {"index.readers.word"},
    "feedparser": {"index.readers.feeds"},
    "lxml": {f"index.readers.{name}" for name in ("trees", "fragments", "feeds", "word", "sieve", "html")},
    "trafilatura": {"index.readers.html", "index.readers.extraction"},
    "gradio": {"assistant.page.ui"},
    "uvicorn": {"assistant.web.app"},
    "prometheus_client": {"assistant.monitoring.metrics"},
    "datasketch": {"index.duplicates"},
    "typer": {"assistant.cli", "assistant.cli_index", "assistant.cli_options", "assistant.cli_users"},
    "argon2": {"assistant.access.passwords"},
    "watchfiles": {"assistant.library.watching"},
    "rich": {"assistant.progress"},
    "mcp": {"assistant.mcp_server"},
    "mcp_types": {"assistant.mcp_server"},
}
MAX_LINES = 300


def modules() -> dict[str, Path]:
    found = {}
    for package in (index, assistant):
        root = Path(str(package.__file__)).parent
        for path in root.rglob("*.py"):
            name = ".".join((package.__name__, *path.relative_to(root).with_suffix("").parts))
            if path.stem != "__init__":
                found[name] = path
    return found


MODULES = modules()


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path, *, at_runtime_only: bool = True) -> list[tuple[str, int, bool]]:
    """Every imported module with the dots before it, and whether the import stands at the top of the module."""
    found: list[tuple[str, int, bool]] = []

    def visit(nodes: list[ast.stmt], *, top: bool) -> None:
        for node in nodes:
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
                if not at_runtime_only:
                    visit(node.body, top=False)
            elif isinstance(node, ast.Import):
                found.extend((alias.name, 0, top) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                found.append((node.module or "", node.level, top))
            else:
                for name in ("body", "orelse", "finalbody", "handlers", "cases"):
                    inner = [child for child in getattr(node, name, []) or [] if isinstance(child, ast.AST)]
                    inside = top and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                    visit(inner, top=inside)  # type: ignore[arg-type]

    visit(parsed(path).body, top=True)
    return found


def is_home(module: str, homes: set[str]) -> bool:
    return any(module == home or module.startswith(home + ".") for home in homes)


def test_every_module_has_its_place_in_the_order() -> None:
    assert set(MODULES) == set(ORDER)


# One test a rule, not one a rule and module: a few hundred modules are looked at sooner than so many tests are run.


def test_imports_go_one_way() -> None:
    wrong = []
    for module in MODULES:
        before = set(ORDER[: ORDER.index(module)])
        for name, level, _ in imports(MODULES[module], at_runtime_only=False):
            if level:
                wrong.append(f"{module} imports {name or '.'} by a relative import")
            elif name.split(".")[0] in ("assistant", "index") and name not in before:
                wrong.append(f"{module} imports {name}, which stands behind it (or is the package root)")
    assert not wrong, "\n".join(wrong)


def test_each_library_has_one_home() -> None:
    wrong = []
    for module in MODULES:
        for name, _, _ in imports(MODULES[module], at_runtime_only=False):
            homes = HOMES.get(name.split(".")[0])
            if homes is not None and not is_home(module, homes):
                wrong.append(f"{module} imports {name}, which belongs in {sorted(homes) or 'no module'}")
    assert not wrong, "\n".join(wrong)


def test_files_are_short() -> None:
    lengths = {module: len(path.read_text(encoding="utf-8").splitlines()) for module, path in MODULES.items()}
    assert {module: length for module, length in lengths.items() if length > MAX_LINES} == {}


def test_the_environment_is_read_in_one_place_and_nothing_prints() -> None:
    wrong = []
    for module, path in MODULES.items():
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Attribute) and node.attr == "environ" and module != "index.settings":
                wrong.append(f"{module}:{node.lineno} reads the environment")
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Name) and called.id in ("print", "eval", "exec", "breakpoint"):
                wrong.append(f"{module}:{called.lineno} calls {called.id}")
    assert not wrong, "\n".join(wrong)


def test_the_walk_sees_what_it_is_for(tmp_path: Path) -> None:
    """The guard's proof: a module that breaks each rule is seen to break it."""
    bad = tmp_path / "bad.py"
    bad.write_text("from . import x\nimport gradio\ndef f():\n    from assistant import ui\n")
    assert [(name, level) for name, level, _ in imports(bad)] == [("", 1), ("gradio", 0), ("assistant", 0)]
    assert not is_home("index.build", HOMES["gradio"])
    assert is_home("assistant.page.ui", HOMES["gradio"])
