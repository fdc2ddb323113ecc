"""Addresses of the pages of targets."""

from django.urls import path

from guatu.outreach.pages import targets, targets_fitting, targets_lists

urlpatterns = [
    path("targets/<slug:chain>/<slug:node>/", targets.gap_page, name="targets"),
    path("targets/<slug:chain>/<slug:node>/put/", targets.put_on_list, name="put_on_list"),
    path("fits/<str:key>/", targets_fitting.fitting_page, name="fits"),
    path("target-lists/<int:pk>/", targets_lists.list_page, name="target_list"),
    path("target-lists/<int:pk>/assign/<int:target>/", targets_lists.assign, name="assign"),
    path("target-lists/<int:pk>/lead/<int:target>/", targets_lists.open_lead, name="open_target"),
    path("target-lists/<int:pk>/trip/", targets_lists.put_on_trip, name="put_on_trip"),
    path("target-lists/<int:pk>/visits.<str:kind>", targets_lists.book, name="book"),
]
