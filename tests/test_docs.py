"""What the documentation says is true: every setting, every command, the two commands, the licences."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from assistant.settings import Settings
from index.settings import PREFIX, IndexSettings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = ["README.md", "CHANGELOG.md", "DECISIONS.md", "CONTRIBUTING.md", "SECURITY.md"]


def test_the_readme_lists_every_setting_with_its_default() -> None:
    listed = dict(re.findall(rf"^\| `{PREFIX}(\w+)` \| ([^|]*) \|", README, re.MULTILINE))
    defaults = {
        item.name.upper(): getattr(kind(), item.name)
        for kind in (IndexSettings, Settings)
        for item in fields(kind)
        if item.name != "index"
    }
    assert set(listed) == set(defaults)
    for name, value in defaults.items():
        if name != "HOME":
            assert listed[name].strip() == (f"`{value}`" if value != "" else "none"), name


def test_the_readme_has_the_two_commands_first() -> None:
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    assert "pip install . && assistant serve" in blocks[0]
    assert "pip install '.[test]' && pytest" in blocks[1]


@pytest.mark.parametrize(
    "command", ["serve", "ask", "mcp", "evaluate", "feedback", "index rebuild", "index status", "doctor"]
)
def test_the_readme_shows_every_command(command: str) -> None:
    assert f"assistant {command}" in README


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_in_the_documents_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / target).exists(), target


def test_the_seeds_are_documented_and_left_out_of_the_index() -> None:
    sources = (ROOT / "seeds" / "SOURCES.md").read_text(encoding="utf-8")
    assert "index: false" in sources
    for path in (ROOT / "seeds").glob("*.md"):
        assert path.name == "SOURCES.md" or path.name in sources
