"""Addresses of bulletins. Included before the kernel's, so that a bulletin's detail is its own page."""

from django.urls import path

from guatu.bulletins.pages import bulletin, steps, templates, view

app_name = "bulletins"
urlpatterns = [
    path("bulletins/", view.list_page, name="list"),
    path("bulletins/preview/", view.preview_page, name="preview"),
    path("bulletins/draft/", view.draft, name="draft"),
    path("bulletins/template/", templates.templates, name="templates"),
    path("bulletins/template/default/", templates.default, name="default_template"),
    path("r/bulletins/<int:record>/", bulletin.bulletin_page, name="bulletin"),
    path("r/bulletins/<int:record>/edit/", steps.edit, name="edit"),
    path("r/bulletins/<int:record>/refresh/", steps.refresh, name="refresh"),
    path("r/bulletins/<int:record>/issue/", steps.issue, name="issue"),
    path("r/bulletins/<int:record>/void/", steps.withdraw, name="withdraw"),
    path("r/bulletins/<int:record>/correct/", steps.correct, name="correct"),
    path("r/bulletins/<int:record>/differences/", bulletin.differences_page, name="differences"),
    path("r/bulletins/<int:record>/file/<str:kind>/", bulletin.file, name="file"),
]
