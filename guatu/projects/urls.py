"""Addresses of the pages of projects. Included before the kernel's, so that a project's detail is its own page."""

from django.urls import path

from guatu.projects.pages.entries import change_milestone, record_event
from guatu.projects.pages.exporting import list_export
from guatu.projects.pages.lights import lights_page
from guatu.projects.pages.lists import difference_page, list_page, lists_page
from guatu.projects.pages.project import photo_view, project_view, timeline_view

app_name = "projects"
urlpatterns = [
    path("lists/", lists_page, name="lists"),
    path("lists/difference/", difference_page, name="difference"),
    path("lists/<str:name>/", list_page, name="list"),
    path("lists/<str:name>/<str:kind>/", list_export, name="list_export"),
    path("lights/", lights_page, name="lights"),
    path("r/projects/<int:record>/", project_view, name="project"),
    path("r/projects/<int:record>/timeline/", timeline_view, name="timeline"),
    path("r/projects/<int:record>/photos/<int:document>/", photo_view, name="photo"),
    path("r/projects/<int:record>/event/", record_event, name="record_event"),
    path("r/projects/<int:record>/milestones/<int:milestone>/<str:form_name>/", change_milestone, name="milestone"),
]
