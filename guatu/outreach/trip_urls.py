"""Addresses of the pages of trips and visits."""

from django.urls import path

from guatu.outreach.pages.trip_ledger import ledger_page, ledger_rows
from guatu.outreach.pages.trip_ledger_export import ledger_export
from guatu.outreach.pages.visit_device import send, send_file, visit_page, visit_state, worker
from guatu.outreach.pages.visit_leads import visit_lead, visit_leads_page

urlpatterns = [
    path("outreach/ledger/", ledger_page, name="trip_ledger"),
    path("outreach/ledger/export/", ledger_export, name="trip_ledger_export"),
    path("outreach/ledger/<slug:code>/", ledger_rows, name="trip_ledger_rows"),
    path("outreach/visits/<int:pk>/leads/", visit_leads_page, name="visit_leads"),
    path("outreach/visits/<int:pk>/lead/", visit_lead, name="visit_lead"),
    path("outreach/visit/", visit_page, name="visit"),
    path("outreach/visit/worker.js", worker, name="visit_worker"),
    path("outreach/visit/state/", visit_state, name="visit_state"),
    path("outreach/visit/send/", send, name="visit_send"),
    path("outreach/visit/<int:record>/file/", send_file, name="visit_file"),
]
