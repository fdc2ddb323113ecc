"""Addresses of the pages that every resource gets, and of one's own account."""

from django.conf import settings
from django.urls import path

from guatu.kernel.web.pages import (
    account,
    bulk,
    documents,
    editing,
    everything,
    jobs,
    lists,
    notices,
    queue,
    records,
    security,
    sessions,
    sheets,
)

urlpatterns = [
    path("", lists.first, name="first"),
    path("login/", account.login, name="login"),
    path("logout/", account.logout, name="logout"),
    path("language/", notices.language, name="language"),
    path("password/", account.password, name="password"),
    path("tokens/", account.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", account.revoke, name="revoke_token"),
    path("sessions/", sessions.sessions_page, name="sessions"),
    path("sessions/end/", sessions.end_session, name="end_session"),
    path("security/", security.security, name="security"),
    path("security/unlock/", security.unlock, name="unlock"),
    path("security/people/<int:pk>/", security.person, name="security_person"),
    path("security/people/<int:pk>/sessions/", security.end_sessions, name="security_sessions"),
    path("security/people/<int:pk>/tokens/", security.revoke_tokens, name="security_tokens"),
    path("security/people/<int:pk>/password/", security.give_password, name="security_password"),
    path("notifications/", notices.notifications, name="notifications"),
    path("notifications/read/", notices.mark_read, name="mark_read"),
    path("notifications/mail/", notices.mail, name="mail"),
    path("my/", queue.queue_page, name="queue"),
    path("my/urge/", queue.urge, name="urge"),
    path("my/away/", queue.away_page, name="away"),
    path("my/away/<int:pk>/end/", queue.end_delegation, name="end_delegation"),
    path("search/", everything.search, name="search"),
    path("history/", everything.history, name="history"),
    path("undo/<int:number>/", editing.undo, name="undo"),
    path("jobs/", jobs.jobs_page, name="jobs"),
    path("jobs/<int:pk>/", jobs.job_page, name="job"),
    path("jobs/<int:pk>/confirm/", sheets.confirm, name="confirm_import"),
    path("jobs/<int:pk>/file/", jobs.file, name="job_file"),
    path("documents/<int:pk>/", documents.download, name="document"),
    path("documents/<int:pk>/withdraw/", documents.withdraw, name="withdraw_document"),
    path("r/<str:name>/", lists.list_page, name="list"),
    path("r/<str:name>/columns/", lists.choose_columns, name="columns"),
    path("r/<str:name>/pick", lists.pick, name="pick"),
    path("r/<str:name>/new/", editing.new, name="new"),
    path("r/<str:name>/bulk/", bulk.bulk_edit, name="bulk"),
    path("r/<str:name>/export/<str:format>/", sheets.export, name="export"),
    path("r/<str:name>/import/", sheets.import_page, name="import"),
    path("r/<str:name>/import/template/", sheets.template, name="import_template"),
    path("r/<str:name>/<int:record>/", records.record_page, name="record"),
    path("r/<str:name>/<int:record>/edit/", editing.edit, name="edit"),
    path("r/<str:name>/<int:record>/withdraw/", editing.withdraw, name="withdraw"),
    path("r/<str:name>/<int:record>/history/", records.more_history, name="record_history"),
    path("r/<str:name>/<int:record>/documents/", documents.attach, name="attach"),
]

if settings.GUATU_OIDC:
    from guatu.kernel.web.pages import oidc

    urlpatterns += oidc.urlpatterns
