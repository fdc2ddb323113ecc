"""Whatever is sent to the API is answered with rows or a refusal, never with a fault of the program."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guatu.kernel.registry import resources
from guatu.kernel.tests.test_api import addresses, admin, send, world  # noqa: F401  (fixtures)

# ruff: noqa: F811  (pytest takes the fixtures imported above by name)

pytestmark = [pytest.mark.django_db, pytest.mark.both, pytest.mark.urls("guatu.kernel.tests.test_api")]

odd_text = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["", "0", "-1", "none", "yes", "\x00", "9" * 40, "1e999", "2022-02-30", "null", "-", "é"]),
)
queries_sent = st.dictionaries(
    st.sampled_from(
        [
            "q",
            "sort",
            "limit",
            "cursor",
            "as_of",
            "changed_since",
            "count",
            "zone",
            "event",
            "filters",
            "known_at",
            "currency",
            "is_active",
            "period",
            "unit",
            "reason",
            "before",
            "d1",
            "d2",
            "kind",
        ]
    ),
    st.one_of(odd_text, st.sampled_from(["code", "-code", "valid_on", "2022-06-30", "5", "true"])),
    max_size=5,
)
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), odd_text),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["id", "reference", "values", "x"]), inner, max_size=3),
    ),
    max_leaves=6,
)
quick = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quick
@given(data=st.data())
def test_no_query_breaks_the_program(admin, data):
    address = data.draw(st.sampled_from(addresses())).replace(
        "/1", "/" + data.draw(st.sampled_from(["1", "0", "9" * 30, "-1", "x"]))
    )
    response = admin.get(address, data.draw(queries_sent))
    assert response.status_code < 500, response.content[:500]
    if response.status_code >= 400 and response["Content-Type"].startswith("application/json"):
        assert response.json()["message"]


@quick
@given(data=st.data())
def test_no_body_breaks_the_program(admin, world, data):
    resource = data.draw(st.sampled_from(sorted(resources().items())))[1]
    columns = [column.name for column in resource.all_columns()]
    values = data.draw(st.dictionaries(st.sampled_from([*columns, "precision"]), json_values, max_size=6))
    body = data.draw(
        st.one_of(
            json_values,
            st.fixed_dictionaries(
                {"values": st.just(values)},
                optional={
                    "reason": odd_text,
                    "planned_at": json_values,
                    "valid_on": json_values,
                    "correction": json_values,
                },
            ),
        )
    )
    row = resource.model.everything.first()
    if row is not None and data.draw(st.booleans()):
        response = send(admin, "patch", f"/api/{resource.name}/{row.record_number}", body)
    else:
        response = send(admin, "post", f"/api/{resource.name}/", body)
    assert response.status_code < 500, response.content[:500]
    assert "record" in response.json() or response.json()["message"]


@pytest.mark.parametrize(
    "body", ["", "{", "[" * 50_000, "\x00", '{"values": {"name": "\\ud800", "zone": "z1"}}', "9" * 5000, "{}"]
)
def test_no_malformed_json_breaks_the_program(admin, world, body):
    response = admin.post("/api/projects/", data=body, content_type="application/json")
    assert 400 <= response.status_code < 500 and response.json()["message"]
