"""Addresses of outreach, by noun. Included before the kernel's, so that a lead's detail is its own page."""

from guatu.outreach import lead_urls, targets_urls, trip_urls

app_name = "outreach"
urlpatterns = [*lead_urls.urlpatterns, *targets_urls.urlpatterns, *trip_urls.urlpatterns]
