"""The documentation tells the truth: what it must name is named, and what it points to is there."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest
import yaml
from babel.messages.pofile import read_po
from django.utils.translation import override

from guatu.kernel.registry import resources
from guatu.projects.choices import LISTS, MILESTONE_EVENTS, RESIDUALS, STAGES, STATUS_EVENTS
from guatu.projects.rules.lists import PARTITION
from guatu.projects.tests import truth_five_lists as truth
from guatu.site import cli, environment

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
PAGES = sorted(DOCS.glob("**/*.md"))
EVERY = [*READMES, ROOT / "CHANGELOG.md", *PAGES]


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def names(path: Path) -> str:
    return str(path.relative_to(ROOT))


def sections(path: Path) -> dict[str, str]:
    """The text under each `## ` heading."""
    parts = re.split(r"^## (.+)$", text(path), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


# -- resources -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(resources()))
def test_every_resource_and_column_is_described(name):
    described = sections(DOCS / "resources.md")
    assert name in described, f"docs/resources.md has no heading “## {name}”"
    resource = resources()[name]
    for column in [*resource.all_columns(), *resource.computed]:
        assert f"`{column.name}`" in described[name], f"docs/resources.md does not name {name}.{column.name}"


def test_no_resource_is_described_that_is_not_there():
    assert set(sections(DOCS / "resources.md")) == set(resources())


# -- command line --------------------------------------------------------------------------------------------------


def commands(parser: argparse.ArgumentParser, words: tuple[str, ...] = ()) -> dict[tuple[str, ...], list]:
    """The argparse actions of every command of the program, by its words."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            found = {}
            for word, below in action.choices.items():
                found |= commands(below, (*words, word))
            return found
    return {words: parser._actions}


def options(actions: list[argparse.Action]) -> set[str]:
    return {text for action in actions for text in action.option_strings if text.startswith("--")}


def test_every_command_and_option_is_described():
    described = sections(DOCS / "command-line.md")
    found = commands(cli.parser())
    shared = {"--json", "--as", "--lang", "--help"}
    assert set(described) == {" ".join(("guatu", *words)) for words in found}
    for option in shared:
        assert option in text(DOCS / "command-line.md").split("\n## ")[0]
    for words, actions in found.items():
        section = described[" ".join(("guatu", *words))]
        if words == ("lights",):
            section += described["guatu lists"]  # they ask for the same moment
        for option in options(actions) - shared:
            assert option in section, f"docs/command-line.md does not name {option} of {' '.join(words)}"


def printed_commands() -> list[tuple[Path, list[str]]]:
    """Every line of the documentation that calls the program, without its comment."""
    found = []
    for path in EVERY:
        for line in text(path).splitlines():
            if match := re.match(r"(?:    |\$ )?(?:\.venv/bin/)?guatu ([a-z-].*)$", line):
                found.append((path, match[1].split(" #")[0].split(" < ")[0].split()))
        for match in re.finditer(r"`guatu ([a-z][^`…]*)`", text(path)):
            found.append((path, match[1].split()))
    return found


def test_every_printed_command_is_understood():
    parser = cli.parser()
    found = commands(parser)
    assert len(printed_commands()) > 30
    for path, words in printed_commands():
        known = [given for given in found if tuple(words[: len(given)]) == given]
        groups = {given[:depth] for given in found for depth in range(1, len(given))}
        assert known or tuple(words) in groups, f"{names(path)} prints “guatu {' '.join(words)}”, which is no command"
        for word in words:
            if word.startswith("--") and known:
                allowed = options(found[known[0]]) | options(parser._actions)
                assert word in allowed, f"{names(path)} prints {word}, which “guatu {' '.join(known[0])}” does not take"


def test_every_make_target_is_there():
    targets = set(re.findall(r"^([a-z-]+):", text(ROOT / "Makefile"), flags=re.MULTILINE))
    for path in EVERY:
        for target in re.findall(r"\bmake ([a-z-]+)`", text(path)):
            assert target in targets, f"{names(path)} names make {target}"


# -- settings, parameters, roles, words ----------------------------------------------------------------------------


def variables() -> set[str]:
    return set(re.findall(r"^    ([A-Z][A-Z_]+)  ", environment.__doc__, flags=re.MULTILINE))


@pytest.mark.parametrize("path", [*READMES, DOCS / "operations.md"], ids=names)
def test_every_environment_variable_is_in_the_readme(path):
    read = set(re.findall(r"env\.get\(\"([A-Z_]+)\"", text(Path(environment.__file__))))
    assert read and read == variables(), "the docstring of environment.py does not list what it reads"
    for name in read:
        assert f"`{name}`" in text(path), f"{names(path)} does not name {name}"


def parameter_files() -> list[Path]:
    return sorted((ROOT / "guatu").glob("*/data/parameters.yaml"))


@pytest.mark.parametrize("path", parameter_files(), ids=names)
def test_every_parameter_is_explained(path):
    every = "\n".join(text(page) for page in PAGES)
    for key in yaml.safe_load(text(path)):
        assert f"`{key}`" in every, f"no page of docs explains the parameter {key}"


def test_every_role_and_verb_is_explained():
    document = yaml.safe_load(text(ROOT / "guatu/site/roles.yaml"))
    page = text(DOCS / "people-and-scope.md")
    for code, spec in document["roles"].items():
        assert f"`{code}`" in page and spec["zh"] in page and spec["en"] in page, f"the role {code} is not explained"
    sets = document["verb_sets"]
    verbs = {verb for listed in sets.values() for verb in listed} | {
        verb for spec in document["roles"].values() for listed in spec["grants"].values() for verb in listed}
    for verb in verbs - sets.keys():
        assert f"`{verb}`" in page, f"the verb {verb} is not explained"


def chinese() -> dict[str, str]:
    """The Chinese texts of the pages by their English ones."""
    with (ROOT / "guatu/site/locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        return {message.id: message.string for message in read_po(file) if isinstance(message.id, str)}


@pytest.mark.parametrize(
    "codes",
    [STAGES, STATUS_EVENTS, MILESTONE_EVENTS, LISTS, RESIDUALS],
    ids=["stages", "status", "milestones", "lists", "residuals"],
)
def test_every_word_of_projects_stands_in_the_glossary(codes):
    """With the Chinese word that the pages use."""
    words, page = chinese(), text(DOCS / "glossary.md")
    with override("en"):
        labels = {code: str(label) for code, label in codes}
    for code, label in labels.items():
        rows = [row for row in page.splitlines() if f"`{code}`" in row]
        assert rows, f"docs/glossary.md does not name {code}"
        assert any(words[label] in row for row in rows), f"the pages call {code} {words[label]}, the glossary does not"


def test_every_gate_is_described():
    gates = yaml.safe_load(text(ROOT / "guatu/projects/data/gates.yaml"))
    page = sections(DOCS / "projects.md")
    described = next(body for heading, body in page.items() if heading.startswith("Gates"))
    rows = {row[1]: row[0] for row in re.findall(r"^(\| `([a-z_]+)` \|.*)$", described, flags=re.MULTILINE)}
    assert list(rows) == list(gates["gates"])
    for stage, gate in gates["gates"].items():
        for kind in gate["documents"]:
            assert f"`{kind}`" in rows[stage], f"docs/projects.md does not name {kind} of the gate to {stage}"


@pytest.mark.parametrize("path", READMES, ids=names)
def test_the_tour_shows_the_figures_worked_out_by_hand(path):
    counts = truth.QDA_2022_06_30_PROJECT_COUNTS
    first_four = " + ".join(str(counts[name]) for name in PARTITION[:4])
    assert first_four in text(path) and str(truth.QDA_2022_06_30_PROJECTS_TOTAL) in text(path)
    for code in ("screen11", "backlight", "boe1", "ldu1"):
        assert f"`{code}`" in text(path)


# -- links and manners ---------------------------------------------------------------------------------------------


def anchors(path: Path) -> set[str]:
    """The anchors that headings get: lower case, spaces to hyphens, other signs dropped."""
    found = set()
    for heading in re.findall(r"^#+ (.+)$", text(path), flags=re.MULTILINE):
        found.add(re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-"))
    return found


@pytest.mark.parametrize("path", EVERY, ids=names)
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)\s]+)\)", text(path)):
        assert "://" not in target, f"{names(path)} links outside: {target}"
        file, _hash, anchor = target.partition("#")
        goal = (path.parent / file).resolve() if file else path
        assert goal.exists(), f"{names(path)} links to {target}, which is not there"
        if anchor:
            assert anchor in anchors(goal), f"{names(path)} links to {target}, but {goal.name} has no such heading"


@pytest.mark.parametrize("path", PAGES, ids=names)
def test_every_page_is_reachable_from_both_readmes(path):
    for readme in READMES:
        assert f"({names(path)})" in text(readme), f"{readme.name} does not link to {names(path)}"


@pytest.mark.parametrize("path", EVERY, ids=names)
def test_pages_name_files_of_the_house_that_are_there(path):
    for name in set(re.findall(r"`((?:guatu|tests|docs|tools)/[\w./-]+\.\w+)`", text(path))):
        assert (ROOT / name).exists() or name.endswith("django.po"), f"{names(path)} names {name}, which is not there"


@pytest.mark.parametrize("path", EVERY, ids=names)
def test_manners(path):
    """No machine path, no address of a registry, no emoji, no trailing space."""
    body = text(path)
    assert not re.search(r"(?<![\w.])/(?:home|root|work|tmp|Users)/", body)
    assert not re.search(r"https?://(?!127\.0\.0\.1|localhost)", body), "an address outside"
    assert not re.search("[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f]", body.replace("√", "").replace("✓", ""))
    assert not re.search(r"[ \t]+$", body, flags=re.MULTILINE)
    assert max(len(line) for line in body.splitlines()) < 700
