"""Addresses of the pages of projects. Included before the kernel's, so that a project's detail is its own page."""

from django.urls import path

from guatu.projects.pages.account import account_page
from guatu.projects.pages.entries import change_milestone, record_event
from guatu.projects.pages.exporting import list_export
from guatu.projects.pages.ledger import ledger_page, ledger_rows
from guatu.projects.pages.ledger_export import ledger_export
from guatu.projects.pages.lights import lights_page
from guatu.projects.pages.lists import difference_page, list_page, lists_page
from guatu.projects.pages.plan import edit_view, plan_page, rescue_view, undo_view
from guatu.projects.pages.plan_backward import backward_page
from guatu.projects.pages.plan_paper import plan_print, wall_print
from guatu.projects.pages.plan_steps import lay_out, step
from guatu.projects.pages.plan_wall import wall_plan_page
from guatu.projects.pages.project import photo_view, project_view, timeline_view

app_name = "projects"
urlpatterns = [
    path("lists/", lists_page, name="lists"),
    path("lists/difference/", difference_page, name="difference"),
    path("lists/<str:name>/", list_page, name="list"),
    path("lists/<str:name>/<str:kind>/", list_export, name="list_export"),
    path("lights/", lights_page, name="lights"),
    path("ledger/", ledger_page, name="ledger"),
    path("ledger/rows/<str:code>/", ledger_rows, name="ledger_rows"),
    path("ledger/export/<str:kind>/", ledger_export, name="ledger_export"),
    path("r/projects/<int:record>/ledger/", account_page, name="account"),
    path("r/projects/<int:record>/", project_view, name="project"),
    path("r/projects/<int:record>/timeline/", timeline_view, name="timeline"),
    path("r/projects/<int:record>/photos/<int:document>/", photo_view, name="photo"),
    path("r/projects/<int:record>/event/", record_event, name="record_event"),
    path("r/projects/<int:record>/milestones/<int:milestone>/<str:form_name>/", change_milestone, name="milestone"),
    path("r/projects/<int:record>/plan/", plan_page, name="plan"),
    path("r/projects/<int:record>/plan/edit/", edit_view, name="plan_edit"),
    path("r/projects/<int:record>/plan/undo/", undo_view, name="plan_undo"),
    path("r/projects/<int:record>/plan/lay-out/", lay_out, name="plan_lay_out"),
    path("r/projects/<int:record>/plan/rescue/", rescue_view, name="plan_rescue"),
    path("r/projects/<int:record>/plan/backward/", backward_page, name="plan_backward"),
    path("r/projects/<int:record>/plan/print.<str:kind>", plan_print, name="plan_print"),
    path("r/projects/<int:record>/plan/step/<str:name>/", step, name="plan_step"),
    path("plans/", wall_plan_page, name="wall_plan"),
    path("plans/print.<str:kind>", wall_print, name="wall_plan_print"),
]
