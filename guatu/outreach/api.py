"""Endpoints of outreach beyond plain resources, by noun."""

from guatu.kernel.web.routers import router
from guatu.outreach.lead_api import add_leads

outreach = router("outreach")
add_leads(outreach)
