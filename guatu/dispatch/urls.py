"""Addresses of the monthly dispatch. Included before the kernel's, so that its rows have their own pages."""

from django.urls import path

from guatu.dispatch.pages import elsewhere
from guatu.dispatch.pages.mine import own_reports
from guatu.dispatch.pages.office import accept_many, office, open_month, urge
from guatu.dispatch.pages.questions import answers, questions
from guatu.dispatch.pages.report import report
from guatu.dispatch.pages.review import review
from guatu.dispatch.pages.sheets import export

app_name = "dispatch"
urlpatterns = [
    path("dispatch/", office, name="office"),
    path("dispatch/mine/", own_reports, name="mine"),
    path("dispatch/report/<int:pk>/", report, name="report"),
    path("dispatch/review/<int:pk>/", review, name="review"),
    path("dispatch/open/", open_month, name="open"),
    path("dispatch/urge/", urge, name="urge"),
    path("dispatch/accept/", accept_many, name="accept"),
    path("dispatch/questions/", questions, name="questions"),
    path("dispatch/answers/<str:kind>/", answers, name="answers"),
    path("dispatch/export/<str:kind>/", export, name="export"),
    path("r/progress_reports/<int:record>/", elsewhere.of_report, name="of_report"),
    path("r/report_corrections/<int:record>/", elsewhere.of_correction, name="of_correction"),
    path("r/dispatch_periods/<int:record>/", elsewhere.of_period, name="of_period"),
]
