"""What the documents must say: every setting, command, table, column and watch key; what they show must exist and work."""

from __future__ import annotations

import argparse
import re
import shlex
import tomllib
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from crawler import settings
from crawler.command import ProjectCommand
from crawler.store import Store
from crawler.watches import load_watches

ROOT = Path(__file__).resolve().parents[1]
DOCS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in [*ROOT.glob("*.md"), *ROOT.glob("*/*.md")]}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
READMES = ("README.md", "README.ar.md")
WIRING = {"BOT_NAME", "SPIDER_MODULES", "NEWSPIDER_MODULE", "COMMANDS_MODULE", "EXTENSIONS", "ITEM_PIPELINES", "DOWNLOADER_MIDDLEWARES"}
WIRING |= {"ASYNCIO_EVENT_LOOP", "FEED_EXPORT_ENCODING"}
"""Settings that put the parts together: no user's concern."""
COMMANDS = sorted(path.stem for path in (ROOT / "crawler" / "commands").glob("*.py") if path.stem != "__init__")
SCRAPYS_OWN = {"bench", "check", "edit", "fetch", "genspider", "parse", "runspider", "settings", "shell", "startproject", "version", "view"}


def shell_lines(text: str) -> list[str]:
    """The lines of ```sh blocks, comments and continuation taken off."""
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def scrapy_calls(text: str) -> list[list[str]]:
    """Each call of scrapy in ```sh blocks, as words after `scrapy`; variables before it and pipes around it taken off."""
    parts = [part.strip() for line in shell_lines(text) for part in re.split(r" (?:&&|\|\|?|>) ", line)]
    words = [shlex.split(re.sub(r"^(?:[A-Z_]+=\S+ )+", "", part)) for part in parts]
    return [call[1:] for call in words if call and call[0] == "scrapy"]


def section(text: str, heading: str) -> str:
    """What stands under a `## ` heading, up to the next heading; empty when there is none."""
    found = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^##? |\Z)", text, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


# --- settings, commands ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(name for name in vars(settings) if name.isupper() and not name.startswith("_")))
def test_every_setting_is_documented(name: str) -> None:
    assert name in WIRING or f"`{name}`" in DOCS["docs/settings.md"]


def test_no_setting_is_documented_that_does_not_exist() -> None:
    first_cells = " ".join(re.findall(r"^\| (`.*?) \|", DOCS["docs/settings.md"], re.MULTILINE))
    assert set(re.findall(r"`([A-Z_]+)`", first_cells)) <= {name for name in vars(settings) if name.isupper()}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("readme", READMES)
def test_every_command_is_in_both_readmes(command: str, readme: str) -> None:
    assert re.search(rf"`scrapy {command}\b", DOCS[readme]) or any(call[0] == command for call in scrapy_calls(DOCS[readme]))


@pytest.mark.parametrize("name", sorted(DOCS))
def test_no_document_names_a_command_that_does_not_exist(name: str) -> None:
    named = {call[0] for call in scrapy_calls(DOCS[name])} | set(re.findall(r"`scrapy ([a-z]+)", DOCS[name]))
    assert named <= {*COMMANDS, *SCRAPYS_OWN, "--help"}


@pytest.mark.parametrize("name", sorted(name for name, text in DOCS.items() if scrapy_calls(text)))
def test_what_the_documents_show_is_what_the_commands_take(name: str) -> None:
    for call in scrapy_calls(DOCS[name]):
        if call[0] in COMMANDS:
            command: ProjectCommand = import_module(f"crawler.commands.{call[0]}").Command()
            command.settings = Settings()
            parser = argparse.ArgumentParser(conflict_handler="resolve", exit_on_error=False)
            command.add_options(parser)
            _, left = parser.parse_known_args(call[1:])
            fewest, most = command.takes
            assert not [word for word in left if word.startswith("-") and word != "-"], call
            assert fewest <= len(left), call
            assert most is None or len(left) <= most, call


# --- the two readmes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("readme", READMES)
def test_both_readmes_state_the_two_commands(readme: str) -> None:
    lines = shell_lines(DOCS[readme])
    assert "pip install -e . && scrapy demo" in lines
    assert "pip install -e '.[test]' && pytest" in lines


def test_both_readmes_show_the_same_commands() -> None:
    assert shell_lines(DOCS["README.md"]) == shell_lines(DOCS["README.ar.md"])


def test_both_readmes_have_the_same_parts() -> None:
    first, second = ([line.split()[0] for line in DOCS[name].splitlines() if line.startswith("#")] for name in READMES)
    assert first == second


@pytest.mark.parametrize("readme", READMES)
def test_a_readme_is_short(readme: str) -> None:
    assert len(DOCS[readme].splitlines()) <= 140


# --- tables, files, links --------------------------------------------------------------------------------------------


def test_every_table_and_column_is_documented_and_no_other(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "marsad.db")
    tables = [row[0] for row in store.connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
    ours = {name for name in tables if not name.startswith(("sqlite_", "_sqlite", "articles_fts"))}
    columns = {table: [column[1] for column in store.connection.execute(f"PRAGMA table_info({table})")] for table in ours}
    store.close()
    text = DOCS["docs/tables.md"]
    headings = re.findall(r"^## `(\w+)`$", text, re.MULTILINE)
    documented = {table: re.findall(r"^\| `(\w+)` \|", section(text, f"`{table}`"), re.MULTILINE) for table in headings}
    assert {table: sorted(names) for table, names in documented.items()} == {table: sorted(names) for table, names in columns.items()}


@pytest.mark.parametrize("query", re.findall(r"^```sql\n(.*?)^```", DOCS["docs/tables.md"], re.MULTILINE | re.DOTALL))
def test_the_questions_to_the_tables_can_be_asked(query: str, tmp_path: Path) -> None:
    store = Store.open(tmp_path / "marsad.db")
    assert store.connection.execute(query).fetchall() == []
    store.close()


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = [
        f"{name}: {target}"
        for name, text in DOCS.items()
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text) + re.findall(r'(?:src|href)="(?!https?:|#)([^"#]+)"', text)
        if not (ROOT / name).parent.joinpath(target).exists()
    ]
    assert not broken


def test_every_picture_is_shown_somewhere() -> None:
    shown = " ".join(DOCS.values())
    assert not [path.name for path in (ROOT / "docs" / "images").glob("*.*") if path.name not in shown]


@pytest.mark.parametrize("name", sorted(name for name, text in DOCS.items() if "```toml" in text))
def test_every_watch_file_that_the_documents_show_is_right(name: str, tmp_path: Path) -> None:
    for block in re.findall(r"^```toml\n(.*?)^```", DOCS[name], re.MULTILINE | re.DOTALL):
        (tmp_path / "watches.toml").write_text(block, encoding="utf-8")
        load_watches(tmp_path / "watches.toml")


def test_the_shipped_examples_are_right() -> None:
    load_watches(ROOT / "watches.example.toml")
    names = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert names - {"DESK_HOOK_SECRET"} <= set(vars(settings))


# --- versions, figures -----------------------------------------------------------------------------------------------


def test_the_version_is_told_once() -> None:
    assert re.search(rf"^## {re.escape(PROJECT['project']['version'])}\b", DOCS["CHANGELOG.md"], re.MULTILINE)


def constraints() -> dict[str, str]:
    """Package → the version that was tested."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines)}


def test_constraints_are_names_and_versions() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if not re.fullmatch(r"[A-Za-z0-9][\w.-]*==[\w.]+", line)]
    assert lines == sorted(lines, key=str.lower)


def test_every_requirement_has_a_constraint_that_fits() -> None:
    """Also those of what we require, as far as they are installed here."""
    known, told = constraints(), set()
    waiting = [Requirement(text) for text in [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["test"]]]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if name in ("pip", "setuptools"):  # sqlite-utils requires pip; who installs brings them
            continue
        assert name in known, f"{wanted} is not in constraints.txt"
        assert known[name] in wanted.specifier, f"constraints.txt says {known[name]}, wanted is {wanted}"
        if (name, *sorted(wanted.extras)) in told:
            continue
        told.add((name, *sorted(wanted.extras)))
        try:
            further = [Requirement(text) for text in requires(name) or ()]
        except PackageNotFoundError:
            continue
        asked = [{"extra": extra} for extra in ("", *wanted.extras)]
        waiting += [need for need in further if not need.marker or any(map(need.marker.evaluate, asked))]


def test_figures_name_the_command_that_prints_them() -> None:
    """docs/performance.md: every section with a number states the program that measured it."""
    for part in re.split(r"^## ", DOCS["docs/performance.md"], flags=re.MULTILINE)[1:]:
        assert re.search(r"`python benchmarks/\w+\.py", part), part.splitlines()[0]


def test_nothing_of_this_machine_is_in_the_tree() -> None:
    found = [name for name, text in DOCS.items() if re.search(r"/(?:home|root|tmp)/|pypi\.org|pythonhosted", text)]
    assert not found


def test_the_settings_load_as_scrapy_loads_them() -> None:
    assert get_project_settings()["BOT_NAME"] == "marsad"
