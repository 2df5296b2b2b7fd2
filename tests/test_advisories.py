"""What SECURITY.md says of known holes: that the fixed versions are installed, and what is not used is not used."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([a-z0-9-]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", TEXT, re.MULTILINE)
FIXED = [(package, fixed) for package, _, fixed, _ in ROWS if re.fullmatch(r"\d+(\.\d+)+", fixed)]
FORBIDDEN = {
    # Chroma as a server, and as a client of one.
    "HttpClient", "AsyncHttpClient", "CloudClient", "EphemeralClient",
    # Code that comes with data.
    "pickle", "cPickle", "dill", "joblib", "marshal", "shelve", "eval", "exec", "load_prompt", "from_template",
    # A model that could do something.
    "bind_tools", "create_agent", "create_react_agent", "AgentExecutor", "ToolNode",
    # Parts of Gradio with a history.
    "FileExplorer", "set_static_paths", "UploadButton", "DownloadButton",
}  # fmt: skip
CALLS = {("torch", "load"), ("gr", "load"), ("gr", "File"), ("gr", "Image"), ("gr", "HTML"), ("os", "system")}
MODULES = ("langchain_core.load", "langchain_community", "langchain_classic", "chromadb.server", "jinja2")
USE = """
import json, sys
from pathlib import Path
from index.build import SEEDS, build
from index.settings import IndexSettings
home = Path(sys.argv[1]) / "home"
build([SEEDS], home=home, settings=IndexSettings(home=home))
from assistant import Assistant
answer = Assistant.open(home).ask("When will Apophis pass Earth?")
print(json.dumps([answer.text, sorted(sys.modules)]))
"""


def numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text.split("+", maxsplit=1)[0]))


def test_the_table_is_read() -> None:
    assert len(ROWS) >= 14
    assert len(FIXED) >= 11
    assert numbers("2.13.0+cpu") == (2, 13, 0)


@pytest.mark.parametrize(("package", "fixed"), FIXED)
def test_what_is_installed_has_the_fixes(package: str, fixed: str) -> None:
    assert numbers(version(package)) >= numbers(fixed), f"{package} has a known hole; see SECURITY.md"


def used(source: str) -> set[str]:
    """What of the forbidden things a program uses."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name | ast.Attribute):
            name = node.id if isinstance(node, ast.Name) else node.attr
            # A method of ours or of somebody's database may well be called so; only the built-in runs text.
            if name in FORBIDDEN and not (name in ("eval", "exec") and isinstance(node, ast.Attribute)):
                found.add(name)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found |= {".".join(pair) for pair in CALLS if pair == (node.value.id, node.attr)}
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = getattr(node, "module", None) or ""
            names = {alias.name for alias in node.names}
            found |= names & FORBIDDEN | {module.split(".")[0]} & FORBIDDEN
            found |= {item for item in MODULES if any(f"{name}.".startswith(f"{item}.") for name in (module, *names))}
        if isinstance(node, ast.keyword) and isinstance(node.value, ast.Constant):
            allowed = {"trust_remote_code": False, "allow_pickle": False, "share": False, "weights_only": True}
            if node.arg in allowed and node.value.value is not allowed[node.arg]:
                found.add(node.arg)
    return found


def test_no_module_uses_what_is_said_not_to_be_used() -> None:
    files = [path for folder in ("assistant", "index", "prompts", "seeds") for path in (ROOT / folder).rglob("*.py")]
    assert len(files) > 100
    told = {str(path.relative_to(ROOT)): used(path.read_text(encoding="utf-8")) for path in files}
    assert {path: names for path, names in told.items() if names} == {}


@pytest.mark.parametrize(
    "source",
    ["import pickle", "from pickle import loads", "chromadb.HttpClient()", "model.bind_tools([])", "eval(text)",
     "torch.load(path)", "f(trust_remote_code=True)", "from langchain_core.load import loads", "gr.load('x')",
     "import chromadb.server.fastapi", "np.load(path, allow_pickle=True)", "from jinja2 import Template"],
)  # fmt: skip
def test_its_use_would_be_noticed(source: str) -> None:
    assert used(source)


@pytest.mark.slow
def test_an_index_is_built_and_asked_without_chromas_server_or_client(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", USE, tmp_path], capture_output=True, text=True, check=True)
    text, modules = json.loads(done.stdout.splitlines()[-1])
    assert "2029" in text
    assert "chromadb.api.rust" in modules, "Chroma in this process is what answers"
    for name in (
        "chromadb.server",
        "chromadb.api.fastapi",
        "chromadb.api.async_fastapi",
        "chromadb.cli",
        "onnxruntime",
    ):
        assert name not in modules
