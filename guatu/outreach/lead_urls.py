"""Addresses of the pages of leads."""

from django.urls import path

from guatu.outreach.pages.funnel import funnel_page
from guatu.outreach.pages.lead import lead_page, lead_step
from guatu.outreach.pages.leads import board_page, check_page, claim_view, mine_page

urlpatterns = [
    path("leads/", board_page, name="leads"),
    path("leads/mine/", mine_page, name="mine"),
    path("leads/check/", check_page, name="check"),
    path("leads/claim/", claim_view, name="claim"),
    path("leads/funnel/", funnel_page, name="funnel"),
    path("r/leads/<int:record>/", lead_page, name="lead"),
    path("r/leads/<int:record>/step/<str:what>/", lead_step, name="lead_step"),
]
