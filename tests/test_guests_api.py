"""Schemathesis over the whole API: what its description allows and what it forbids, as three kinds of guests.

By default each guest sends a few cases to a part of the operations, so that every operation is met each time and each
guest meets it within four days. `GUATU_FUZZ=50 pytest tests/test_guests_api.py -m slow` looks longer, at all of them.
"""

import logging
import os

import pytest
import schemathesis
import schemathesis.specs.openapi.checks  # puts the checks of OpenAPI among CHECKS
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from guatu.kernel.models import ApiToken
from guatu.kernel.recording import head
from tests.guests.samples import today, turn
from tests.guests.two_zones import MARK

pytestmark = [pytest.mark.django_db(databases=["default", "progress"])]
LONG = int(os.environ.get("GUATU_FUZZ", "25"))
#: Beside these each answer is looked at for the marks of the other zone and of a traceback.
ASKED = ["not_a_server_error", "content_type_conformance", "response_schema_conformance", "response_headers_conformance"]
#: Statuses that any operation may answer, whatever its description says: not read, not allowed, not here, too large, wait.
ANYWHERE = {400, 401, 403, 404, 405, 409, 413, 415, 422, 429}


@pytest.fixture
def guest(zones, settings):
    """Headers of a guest by name, and the description of the API loaded as the administrator reads it."""
    # As Django's own test client does: requests of the server's kind would close the test's connection behind them.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    settings.GUATU_LIMITS = dict.fromkeys(settings.GUATU_LIMITS, 0)
    keys = {name: ApiToken.new(zones.users[name], "fuzz")[1] for name in ("admin", "north-officer")}

    def headers(name: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {keys[name]}"} if name in keys else {}

    yield headers
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


def operations(headers: dict[str, str]):
    from guatu.site.wsgi import application

    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application, headers=headers)
    return [found.ok() for found in schema.get_all_operations()]


def fuzz(guest, who: str, mode: GenerationMode, examples: int, days: int = 1, shift: int = 0) -> dict[int, int]:
    """Sends cases to the operations whose turn it is in so many days; returns how often each status came back."""
    logging.disable(logging.WARNING)
    headers, statuses = guest(who), {}
    checks = [CHECKS.get_one(name) for name in ASKED]
    for operation in turn(operations(guest("admin")), days, shift):

        @seed(today().toordinal())
        @settings(max_examples=examples, deadline=None, database=None, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case):
            response = case.call(headers=headers)
            statuses[response.status_code] = statuses.get(response.status_code, 0) + 1
            case.validate_response(response, checks=checks)
            assert response.status_code < 300 or response.status_code in ANYWHERE
            text = response.content.decode("utf-8", "replace")
            assert "Traceback" not in text and (who == "admin" or MARK not in text), (case.as_curl_command(), text[:2000])
            if response.status_code >= 400:
                assert response.json()["message"] and response.json()["code"]

        try:
            send()
        except schemathesis.errors.InvalidSchema:
            raise
        except Exception as fault:
            if "Unsatisfiable" not in type(fault).__name__:
                raise
    logging.disable(logging.NOTSET)
    return statuses


MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]


@pytest.mark.parametrize(("who", "mode"), [
    pytest.param(who, mode, id=f"{who}-{word}")
    for who in ("admin", "north-officer") for mode, word in zip(MODES, ("allowed", "forbidden"), strict=True)])
def test_what_is_described_holds_and_nothing_of_the_other_zone_is_told(guest, who, mode):
    turns = 2 * (who == "admin") + MODES.index(mode)
    assert sum(fuzz(guest, who, mode, 2, 4, turns).values()) > 40


def test_nobody_gets_an_answer_or_changes_anything(guest):
    before = head().hash
    assert set(fuzz(guest, "nobody", GenerationMode.POSITIVE, 1, 4)) <= {401, 405}
    assert head().hash == before


@pytest.mark.both
@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES, ids=["allowed", "forbidden"])
@pytest.mark.parametrize("who", ["admin", "north-officer", "nobody"])
def test_for_a_long_time(guest, who, mode):
    fuzz(guest, who, mode, LONG)
