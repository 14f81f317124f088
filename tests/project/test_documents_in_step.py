"""The documents and the program say the same."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pydantic import BaseModel

from ari_app.config import Settings

PROJECT = Path(__file__).parents[2]
PACKAGES = ("ari_app", "routing", "sla", "transcription")


def text_of(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


def settings_of(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every setting by its full name, with its default."""
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from settings_of(field.annotation, f"{prefix}{name}.")
        else:
            yield prefix + name, field.default


def documented() -> dict[str, str]:
    """Name and default of each setting in docs/configuration.md; one row may hold several."""
    found: dict[str, str] = {}
    for row in text_of("docs/configuration.md").splitlines():
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        if not row.startswith("| `") or len(cells) != 3:
            continue
        names, defaults = re.findall(r"`([a-z_.]+)`", cells[0]), cells[1].split(", ")
        one_each = len(names) == len(defaults) > 1
        found |= {name: defaults[place] if one_each else cells[1] for place, name in enumerate(names)}
    return found


def test_every_setting_is_documented_and_no_other() -> None:
    assert set(documented()) == {name for name, _ in settings_of(Settings)}


@pytest.mark.parametrize(("name", "default"), [pair for pair in settings_of(Settings) if pair[1] not in (None, {}, ())])
def test_the_documented_default_is_the_one_that_counts(name: str, default: Any) -> None:
    said = documented()[name].lower().replace('"', "").replace("`", "")

    parts = list(default) if isinstance(default, tuple | dict) else [default]
    assert all(f"{part:g}" in said if isinstance(part, float) else str(part).lower() in said for part in parts)


def test_every_make_target_that_a_document_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    documents = [PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md")]

    named = {
        target for file in documents for target in re.findall(r"(?m)(?:`|^)make ([a-z-]+)", file.read_text("utf-8"))
    }

    assert {"demo", "test", "check"} <= named
    assert named <= targets


def test_every_decision_is_listed_in_the_readme_or_its_index() -> None:
    decisions = sorted(file.name for file in (PROJECT / "docs" / "adr").glob("0*.md"))
    numbers = [int(name.split("-")[0]) for name in decisions]

    assert numbers == list(range(1, len(decisions) + 1))
    assert "docs/adr" in text_of("README.md")


@pytest.mark.parametrize("name", sorted(file.name for file in (PROJECT / "docs" / "adr").glob("0*.md")))
def test_every_decision_has_its_reasons_and_its_price(name: str) -> None:
    text = text_of(f"docs/adr/{name}")

    assert all(part in text for part in ("**Context.**", "**Decision.**", "**Good.**", "**Bad.**"))


def test_every_file_that_a_document_links_to_exists() -> None:
    broken = [
        f"{document.relative_to(PROJECT)}: {target}"
        for document in (PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md"))
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text("utf-8"))
        if "://" not in target and not (document.parent / target).exists()
    ]

    assert broken == []


def test_every_word_of_the_glossary_is_used_in_the_code() -> None:
    rows = [row.split("|") for row in text_of("docs/glossary.md").splitlines() if row.startswith("| ")]
    words = {word for row in rows for word in re.findall(r"`([^`]+)`", row[2])}
    code = "\n".join(file.read_text("utf-8") for name in PACKAGES for file in (PROJECT / name).rglob("*.py")).lower()

    unused = sorted(word for word in words if word.lower() not in code)

    assert len(words) > 15
    assert unused == []


def test_every_dependency_is_pinned_for_whoever_installs_it() -> None:
    project = tomllib.loads(text_of("pyproject.toml"))
    groups = {"run": project["project"]["dependencies"], "dev": project["dependency-groups"]["dev"]}

    missing = []
    for name, wanted in groups.items():
        pinned = dict(
            re.findall(
                r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", text_of(f".requirements/{name}.txt"), re.MULTILINE
            )
        )
        versions = {canonicalize_name(package): version for package, version in pinned.items()}
        for asked in map(Requirement, wanted):
            version = versions.get(canonicalize_name(asked.name))
            if version is None or version not in asked.specifier:
                missing.append(f"{name}: {asked} (pinned: {version})")

    assert missing == []


def test_the_two_commands_of_the_readme_are_there() -> None:
    readme = text_of("README.md")

    assert "\nmake demo " in readme
    assert "\nmake test " in readme
