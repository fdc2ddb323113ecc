"""Role x URL, as literal tables written from the meaning of each role, not from the code."""

import pytest

from guatu.kernel.models import Organisation
from guatu.kernel.registry import resources
from guatu.projects.models import Project
from guatu.projects.tests.world import build, member

pytestmark = pytest.mark.django_db(databases=["default", "progress"])

#: Reports of projects are read by everybody who works on projects; the facts they leave by whoever sees projects.
REPORTED = {"monthly_investments", "project_progress"}
#: Made by opening a month, handing in and sending back, never by a form of their own.
FOLLOWING = {"dispatch_periods", "progress_reports", "report_corrections", "extra_answers"}
DISPATCH = {*FOLLOWING, "extra_questions"}
#: The investment ledger of projects, and what is in their way.
LEDGER = {"planned_investments", "arrived_funds", "statistics_entries", "reported_investments"}
#: A plan and what it is made of; baselines are taken on its page.
PARTS_OF_PLANS = {"plans", "plan_tasks", "plan_links", "plan_resources", "plan_needs"}
PLANS = {*PARTS_OF_PLANS, "plan_baselines"}
TRIPS = {"trips", "visits", "trip_costs", "visit_leads"}
#: Leads, whose firms are, and admission.
LEADS = {"leads", "lead_contacts", "claims"}
ADMISSION = {"admission_sheets", "admission_opinions", "admission_decisions"}
EVERYTHING = {
    *LEADS, *ADMISSION, *TRIPS,
    *PLANS,
    *LEDGER, "year_targets", "obstacles",
    *REPORTED, *DISPATCH,
    "organisations", "users", "memberships", "delegations", "sources", "calendars", "exchange_rates", "parameter_values",
    "documents", "indicator_definitions", "indicators", "enterprises", "zones", "parks", "chains", "enterprise_roles", "projects",
    "stage_events", "milestones", "zone_geometries", "bulletins", "territories",
    "mapping_verdicts", "chain_posts", "chain_plans", "chain_editions", "enterprise_merges", "match_verdicts", "target_lists", "targets",
}
SEES = {
    "administrator": EVERYTHING,
    "leader": EVERYTHING,
    "supervision": EVERYTHING,
    "assessment": EVERYTHING,
    "inspector": EVERYTHING,
    "chain_office": EVERYTHING - {"memberships", "delegations", "exchange_rates", "parameter_values"},
    "investment_officer": EVERYTHING - {
        "memberships", "delegations", "exchange_rates", "parameter_values", "indicators", "indicator_definitions"},
    "project_officer": EVERYTHING - {
        "memberships", "delegations", "exchange_rates", "parameter_values", "indicators", "indicator_definitions",
        "enterprise_roles", "claims", "target_lists", "targets", *TRIPS},
    "department_handler": {
        *ADMISSION,
        "organisations", "zones", "zone_geometries", "projects", "stage_events", "milestones", "documents", "calendars",
        "bulletins", *REPORTED, *DISPATCH, *LEDGER, *PLANS, "obstacles"},
    "park_manager": {
        "organisations", "zones", "zone_geometries", "sources", "parks", "enterprises", "territories", "projects", "stage_events",
        "milestones", "calendars", "bulletins", *REPORTED, *LEDGER, *PLANS, "obstacles"},
}
#: Documents are added on the page of the row they belong to, never from their own list; geometry on the wall's page;
#: verdicts where an enterprise of a node is shown; editions of chains where a draft is published.
ADDS = {
    "administrator": EVERYTHING - FOLLOWING - {"documents", "bulletins", "zone_geometries", "plan_baselines", "mapping_verdicts",
                                               "chain_editions", "enterprise_merges", "match_verdicts"},
    "leader": set(),
    "supervision": {"stage_events", "milestones", "sources", "extra_questions", "obstacles"},
    "assessment": {"indicators", "indicator_definitions", "sources", "year_targets"},
    "inspector": set(),
    "chain_office": {
        *LEADS, *ADMISSION,
        "sources", "chains", "chain_posts", "chain_plans", "enterprises", "territories", "enterprise_roles", "projects",
        "stage_events", "milestones", "target_lists", "targets",
        *REPORTED, "extra_questions", *LEDGER, "year_targets", "obstacles", *PARTS_OF_PLANS, *TRIPS},
    "investment_officer": {
        *TRIPS,
        *LEADS, "admission_sheets",
        "enterprises", "enterprise_roles", "projects", "stage_events", "milestones", "monthly_investments",
        "planned_investments", "arrived_funds", "obstacles", "target_lists", "targets"},
    "project_officer": {"stage_events", "milestones", *REPORTED, *LEDGER, "obstacles", *PARTS_OF_PLANS},
    "department_handler": {"obstacles", "admission_opinions"},
    "park_manager": {"parks", "enterprises"},
}
#: A sheet may correct the titles of documents that lie there already, where the role may write documents.
IMPORTS = {
    **ADDS,
    "administrator": EVERYTHING,
    "supervision": ADDS["supervision"] | {"dispatch_periods", "progress_reports"},
    "chain_office": ADDS["chain_office"] - {"claims", "admission_decisions"} | {"documents", "dispatch_periods", "progress_reports", "extra_answers"},
    "investment_officer": {
        *TRIPS,
        "leads", "lead_contacts",
        "enterprises", "enterprise_roles", "projects", "stage_events", "monthly_investments", "progress_reports",
        "planned_investments", "arrived_funds"},
    "project_officer": {
        "projects", "stage_events", "milestones", *REPORTED, "progress_reports", *LEDGER, "obstacles", *PARTS_OF_PLANS},
    "department_handler": {"progress_reports"},
}
PERSONAL = ["/my/", "/my/?tab=unit", "/my/?tab=asked", "/my/away/", "/notifications/", "/notifications/mail/",
            "/jobs/", "/tokens/", "/sessions/", "/password/", "/search/?q=项目", "/lists/", "/lights/", "/wall/", "/ledger/",
            "/lists/difference/?from=2022-01-01&to=2022-06-30"]


def test_the_tables_name_every_resource_and_role():
    from guatu.kernel.scope import roles

    assert set(resources()) == EVERYTHING
    assert set(roles()) == set(SEES) == set(ADDS) == set(IMPORTS)


@pytest.mark.parametrize("role", sorted(SEES))
def test_what_each_role_may_open(system, client, role):
    build(system, 3)
    client.force_login(member(system, "someone", role, Organisation.everything.get(code="city")))
    for name in sorted(EVERYTHING):
        for url, allowed in [
            (f"/r/{name}/", SEES), (f"/api/{name}/", SEES), (f"/r/{name}/new/", ADDS), (f"/r/{name}/import/", IMPORTS),
        ]:
            expected = 200 if name in allowed[role] else 403
            assert client.get(url).status_code == expected, (role, url)
    for url in PERSONAL:
        assert client.get(url).status_code == 200, (role, url)


def test_nobody_gets_anything_without_logging_in(system, client):
    build(system, 3)
    record = Project.everything.first().pk
    for name in sorted(EVERYTHING):
        for url in (f"/r/{name}/", f"/r/{name}/new/", f"/r/{name}/import/", f"/r/{name}/export/csv/", f"/r/{name}/pick?q=1"):
            answer = client.get(url)
            assert answer.status_code == 302 and answer["Location"].startswith("/login/"), url
        for url in (f"/api/{name}/", f"/api/{name}/{record}", f"/api/{name}/export.csv"):
            answer = client.get(url)
            assert answer.status_code == 401, url
            assert "项目" not in answer.content.decode()
    for url in [*PERSONAL, f"/r/projects/{record}/", f"/r/projects/{record}/history/", "/history/", "/"]:
        answer = client.get(url)
        assert answer.status_code == 302 and answer["Location"].startswith("/login/"), url
    for url in ("/api/openapi.json", "/api/projects/five-lists", "/api/projects/difference", "/api/projects/lights"):
        assert client.get(url).status_code == 401, url


def test_rows_of_another_zone_are_not_found_at_any_address(system, client):
    world = build(system, 6)
    client.force_login(member(system, "someone", "project_officer", world.zones[0]))
    foreign = Project.everything.filter(zone=world.zones[1]).first()
    event = foreign.events.first()
    for url in [
        f"/r/projects/{foreign.pk}/", f"/r/projects/{foreign.pk}/edit/", f"/r/projects/{foreign.pk}/history/",
        f"/api/projects/{foreign.pk}", f"/api/projects/{foreign.pk}/history", f"/r/stage_events/{event.lineage}/",
        f"/api/stage_events/{event.lineage}", f"/r/organisations/{world.zones[1].pk}/",
    ]:
        assert client.get(url).status_code == 404, url
    own = Project.everything.filter(zone=world.zones[0]).first()
    assert client.get(f"/r/projects/{own.pk}/").status_code == 200
