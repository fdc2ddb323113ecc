"""Addresses of the pages of the national register and of likely duplicates."""

from django.urls import path

from guatu.enterprises.pages.loading import load_page, rejects_file
from guatu.enterprises.pages.merging import duplicates_page, judge, merge_page, undo
from guatu.enterprises.pages.register import enterprise_page, register_page

app_name = "enterprises"
urlpatterns = [
    path("enterprises/duplicates/", duplicates_page, name="duplicates"),
    path("enterprises/duplicates/judge/", judge, name="judge"),
    path("enterprises/merge/", merge_page, name="merge"),
    path("enterprises/merge/<int:pk>/undo/", undo, name="undo_merge"),
    path("register/", register_page, name="register"),
    path("register/load/", load_page, name="register_load"),
    path("register/rejects/<int:pk>/", rejects_file, name="register_rejects"),
    path("register/<str:key>/", enterprise_page, name="register_enterprise"),
]
