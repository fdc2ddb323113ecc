"""Every address of the house. An app's own pages come before the kernel's, so that they may take their place."""

from django.urls import include, path

from guatu.kernel.web.api import api

handler400 = "guatu.kernel.web.errors.bad_request"
handler403 = "guatu.kernel.web.errors.forbidden"
handler404 = "guatu.kernel.web.errors.not_found"
handler500 = "guatu.kernel.web.errors.fault"

urlpatterns = [
    path("api/", api.urls),
    path("", include("guatu.wall.urls")),
    path("", include("guatu.outreach.urls")),
    path("", include("guatu.dispatch.urls")),
    path("", include("guatu.bulletins.urls")),
    path("", include("guatu.outreach.urls")),
    path("", include("guatu.projects.urls")),
    path("", include("guatu.chains.urls")),
    path("", include("guatu.enterprises.urls")),
    path("", include("guatu.kernel.web.urls")),
]
