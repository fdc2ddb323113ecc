"""The whole house: floors, rooms, migrations, and the one door in and out."""

import ast
import re
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

import guatu
from guatu.kernel.models import Fact, Record

ROOT = Path(guatu.__file__).parent
#: From the top floor down; a table may refer only to its own floor or to one below.
FLOORS = [
    "site", "wall", "bulletins", "assessment", "supervision", "outreach", "services", "capital", "renewal", "dispatch", "projects", "chains",
    "chempark", "parking", "land", "parks", "enterprises", "requests", "approvals", "telemetry", "reference", "kernel",
]
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "common.py", "misc.py"}


def sources():
    return sorted(path for path in ROOT.rglob("*.py") if "migrations" not in path.parts)


def house_models():
    return [model for model in apps.get_models() if model.__module__.startswith("guatu.")]


def floor(model) -> int:
    return FLOORS.index(model.__module__.split(".")[1])


@pytest.mark.parametrize("model", house_models(), ids=lambda model: model._meta.label)
def test_foreign_keys_point_down(model):
    for field in model._meta.get_fields():
        if field.is_relation and not field.auto_created and field.related_model.__module__.startswith("guatu."):
            assert floor(field.related_model) >= floor(model), f"{model._meta.label}.{field.name} points up"


@pytest.mark.parametrize("model", house_models(), ids=lambda model: model._meta.label)
def test_references_protect_what_is_recorded(model):
    """No reference of a record or fact cascades: nothing that was recorded disappears with something else."""
    if issubclass(model, Record | Fact):
        for field in model._meta.concrete_fields:
            if field.is_relation:
                assert field.remote_field.on_delete.__name__ == "PROTECT", field


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_rooms_have_names_and_measure(path):
    assert path.name not in FORBIDDEN_NAMES
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= 400, f"{path.name} has {lines} lines; split it by noun"


@pytest.mark.parametrize("app", sorted(path.parent.name for path in ROOT.glob("*/__init__.py")))
def test_each_app_says_what_it_owns(app):
    docstring = ast.get_docstring(ast.parse((ROOT / app / "__init__.py").read_text(encoding="utf-8")))
    assert docstring and len(docstring) > 40


def test_rules_are_pure():
    """Whatever can be worked out on paper imports neither Django nor the clock."""
    for path in ROOT.glob("*/rules/**/*.py"):
        text = path.read_text(encoding="utf-8")
        assert "django" not in text.lower().replace("no django", "").replace("without django", ""), path
        assert not re.search(r"\b(date\.today|datetime\.now|timezone\.now|localdate)\(", text), path


#: Files that may write to record tables: the action engine and what it is made of, and set-up of accounts.
WRITERS = {
    "kernel/actions.py", "kernel/bulk.py", "kernel/recording.py", "kernel/projections.py",
    "kernel/notify.py",  # notifications are no records: they are told once and may be forgotten
}
WRITES = re.compile(r"\.(bulk_create|bulk_update)\(|\beverything\.(create|update|get_or_create|update_or_create)\(|"
                    r"\beverything\.(filter|all|exclude)\([^\n]*\)\.(update|delete)\(")


def test_only_the_action_engine_writes_records():
    for path in sources():
        relative = str(path.relative_to(ROOT))
        if "tests" in path.parts or relative in WRITERS:
            continue
        found = WRITES.search(path.read_text(encoding="utf-8"))
        assert not found, f"{relative} writes by itself: {found[0]}"


def test_pages_and_api_read_only_through_scope():
    """A page or an endpoint that reads `everything` would show rows that the reader may not see."""
    for path in sources():
        relative = path.relative_to(ROOT)
        is_door = relative.name in ("pages.py", "api.py") or "web" in relative.parts or "pages" in relative.parts
        if is_door and "tests" not in relative.parts:
            assert ".everything" not in path.read_text(encoding="utf-8"), relative


@pytest.mark.django_db(databases=["default", "progress"])
def test_models_and_migrations_agree():
    out = StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=out, stderr=out)
    assert "No changes detected" in out.getvalue()
