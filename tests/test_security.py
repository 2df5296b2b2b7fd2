"""What SECURITY.md says of limits and guarantees is what the code and the tests hold."""

from __future__ import annotations

import dataclasses
import importlib
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
LIMITS = re.findall(r"^\| ([^|]+) \| ([^|]+) \| `([\w/]+\.py)` ((?:`[\w.]+` ?)+)\|$", TEXT, re.MULTILINE)
UNITS = {"KB": 1024, "MB": 1024**2, "GB": 1024**3, "hours": 3600}


def numbers(limit: str) -> list[float]:
    found = re.findall(r"(\d[\d,]*)(?: (KB|MB|GB|hours)\b)?", limit)
    return [float(number.replace(",", "")) * UNITS.get(unit, 1) for number, unit in found]


def value(path: str, name: str) -> Any:
    """Of a constant, an attribute of one, or the default of a record's field."""
    found: Any = importlib.import_module(path.removesuffix(".py").replace("/", "."))
    for part in name.split("."):
        is_record = isinstance(found, type) and dataclasses.is_dataclass(found)
        defaults = {item.name: item.default for item in dataclasses.fields(found)} if is_record else {}
        found = defaults[part] if part in defaults else getattr(found, part)
    return found


def test_the_table_of_limits_is_read_whole() -> None:
    table = TEXT[TEXT.index("## Limits") : TEXT.index("## Known holes")]
    assert len(LIMITS) == sum(line.startswith("| ") for line in table.splitlines()) - 1
    assert numbers("5,000,000 characters; 64 KB; 12 hours") == [5_000_000, 65_536, 43_200]


@pytest.mark.parametrize(("what", "limit", "path", "names"), LIMITS)
def test_each_limit_is_that_of_the_code(what: str, limit: str, path: str, names: str) -> None:
    assert numbers(limit) == [value(path, name) for name in re.findall(r"`([\w.]+)`", names)], what


def test_every_guarantee_has_tests_that_are_there() -> None:
    rows = re.findall(r"^\| (G\d+) \| [^|]+ \| ([^|]+) \|$", TEXT, re.MULTILINE)
    assert [name for name, _ in rows] == [f"G{number}" for number in range(1, 11)]
    for _, tests in rows:
        assert re.findall(r"`(tests/[\w/]+\.py)`", tests)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"(?:tests|assistant|index)/[\w/]+\.py", TEXT))))
def test_every_file_that_is_named_is_there(path: str) -> None:
    assert (ROOT / path).is_file()


def test_the_container_is_run_as_it_is_built() -> None:
    built = (ROOT / "Containerfile").read_text(encoding="utf-8")
    (user,) = re.findall(r"^USER (\d+):\d+$", built, re.MULTILINE)
    assert f"User {user}," in TEXT
    for words in ("--read-only", "--tmpfs /tmp", "--cap-drop all", "no-new-privileges", "-v citewell:/data"):
        assert words in TEXT
    assert "-p 127.0.0.1:7860:7860" in TEXT, "published to this machine only"
