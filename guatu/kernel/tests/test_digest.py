"""Letters: what the daily digest says, to whom, in which language, once a day, whatever becomes of worker and server."""

import os
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.test import Client
from django.utils import timezone

from guatu.kernel import actions, digest, housekeeping, mailing, notify
from guatu.kernel.models import Letter, MailPreference, Notification, User
from guatu.kernel.tests.queue_world import delegate, office, promise
from guatu.kernel.tests.smtp_server import SmtpServer
from guatu.projects.models import Milestone
from tests.guests.installation import Installation

pytestmark = pytest.mark.django_db(databases=["default", "progress"])
LABEL = Milestone._meta.label_lower


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def morning(today):
    """Half past eight of today in Shanghai."""
    return timezone.make_aware(datetime.combine(today, datetime.min.time()) + timedelta(hours=8, minutes=30))


@pytest.fixture
def posted(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.GUATU_URL = "https://guatu.example.cn"
    mail.outbox = []
    return mail.outbox


@pytest.fixture
def made(today):
    """Wang owes one thing that turned red yesterday, one due in three days, one long overdue and one far off."""
    made = office(2)
    wang = made.people["wang"]
    for title, days in [("昨日到期", -1), ("三日后到期", 3), ("早已逾期", -40), ("远期", 90)]:
        promise(made.world.projects[0], title, today + timedelta(days=days), owner=wang.pk)
    User.everything.exclude(pk=wang.pk).update(email="")
    Notification.objects.all().delete()
    return made


def smtp(settings, server):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = 10


@pytest.mark.both
def test_what_it_says_and_that_it_comes_once(made, posted, morning, today):
    wang = made.people["wang"]
    row = Milestone.everything.get(title="远期")
    notify.notify([wang.pk], "due_day_moved", {
        "milestone": "甲", "before": "2026-01-01", "after": "2026-02-01", "reason": "雨季"}, LABEL, row.pk)
    notify.notify([wang.pk], "light_red", {"milestone": "昨日到期", "due": "x"}, LABEL, row.pk)
    assert digest.send_due(morning - timedelta(hours=2)) == 0
    assert digest.send_due(morning) == 1
    assert digest.send_due(morning + timedelta(hours=1)) == 0
    [letter] = posted
    text, html = letter.body, letter.alternatives[0][0]
    for part in (text, html):
        assert "昨日到期" in part and "三日后到期" in part and "雨季" in part
        assert "早已逾期" not in part and "远期" not in part
        assert f"https://guatu.example.cn/r/projects/{row.project_id}/" in part
        assert "its light has turned red" not in part and "已转红" not in part  # the list above says it
    assert letter.to == ["wang@example.org"] and letter.extra_headers["Message-ID"]
    assert not Notification.objects.filter(user=wang, mailed_at=None).exists()
    kept = Letter.objects.get(user=wang)
    assert (kept.day, kept.text, kept.tries) == (today, text, 1) and kept.sent_at
    assert digest.send_due(morning + timedelta(days=1)) == 1  # the third day's item has come nearer; nothing told twice
    assert "雨季" not in posted[1].body and "昨日到期" not in posted[1].body


@pytest.mark.both
def test_each_reads_it_in_the_own_language(made, posted, morning):
    client = Client()
    client.force_login(made.people["wang"])
    client.post("/language/", {"language": "en", "next": "/"})
    assert digest.send_due(morning) == 1
    assert "Turns red within a week" in posted[0].body and "1 turned red" in posted[0].subject
    assert '<html lang="en">' in posted[0].alternatives[0][0]
    mailing.speak(made.people["wang"].pk, "zh-hans")
    Letter.objects.all().delete()
    digest.send_due(morning)
    assert "Turns red" not in posted[1].body


@pytest.mark.both
def test_what_a_person_chose_is_kept_to(made, posted, morning):
    wang = made.people["wang"]
    client = Client()
    client.force_login(wang)
    client.cookies["django_language"] = "en"
    assert client.post("/notifications/mail/", {"urgings": "by pigeon", "language": "en"}).status_code == 422
    assert client.post("/notifications/mail/", {"language": "fr"}).status_code == 422
    client.post("/notifications/mail/", {"owed": "never", "due_days": "at_once", "lights": "never", "language": "en"})
    row = Milestone.everything.get(title="远期")
    words = {"milestone": "甲", "before": "x", "after": "y", "reason": "雨季"}
    notify.notify([wang.pk], "due_day_moved", words, LABEL, row.pk)
    notify.notify([wang.pk], "light_red", {"milestone": "乙", "due": "x"}, LABEL, row.pk)
    assert mailing.mail_pending() == 1 and mailing.mail_pending() == 0
    assert "雨季" in posted[0].body and "乙" not in posted[0].body
    assert digest.send_due(morning) == 0 and len(posted) == 1
    assert Letter.objects.get(user=wang).text == ""  # nothing to tell: looked at once, not every minute
    page = client.get("/notifications/mail/").content.decode()
    assert "Letters go to wang@example.org" in page


def test_a_stand_in_reads_of_the_principal_and_a_shut_account_of_nothing(made, posted, morning):
    zhao, wang = made.people["zhao"], made.people["wang"]
    User.everything.filter(pk=zhao.pk).update(email="zhao@example.org")
    delegate(wang, zhao)
    User.everything.filter(pk=wang.pk).update(email="")
    digest.send_due(morning)
    [letter] = posted
    assert letter.to == ["zhao@example.org"] and "昨日到期" in letter.body and "Wang" in letter.body
    Letter.objects.all().delete()
    User.everything.filter(pk=zhao.pk).update(is_active=False)
    assert digest.send_due(morning) == 0


def test_nothing_is_told_of_rows_out_of_reach(made, posted, morning, system):
    project = made.world.projects[0]
    actions.change(system, project, {"zone": made.world.zones[1].pk, "unit": None})
    assert digest.send_due(morning) == 0
    assert posted == []


def test_without_a_mail_server_nothing_is_made_and_the_page_says_so(made, settings, morning):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert digest.send_due(morning) == 0 and not Letter.objects.exists()
    client = Client()
    client.force_login(made.people["wang"])
    client.cookies["django_language"] = "en"
    assert "no mail server is set" in client.get("/notifications/mail/").content.decode()


def test_through_a_real_server_which_may_refuse_or_be_away(made, settings, morning, today):
    with SmtpServer() as server:
        smtp(settings, server)
        server.refuse = True
        assert digest.send_due(morning) == 0
        waiting = Letter.objects.get(user=made.people["wang"])
        assert waiting.sent_at is None and waiting.tries == 1 and "451" in waiting.fault
        server.refuse = False
        assert digest.send_due(morning) == 1 and digest.send_due(morning) == 0
        [letter] = server.letters
        assert letter["To"] == "wang@example.org" and letter["Message-ID"] == waiting.message_id
        plain, html = letter.get_body(("plain",)).get_content(), letter.get_body(("html",)).get_content()
        assert "昨日到期" in plain and "昨日到期" in html
    Letter.objects.all().delete()
    assert digest.send_due(morning) == 0  # the server is gone
    assert Letter.objects.get().fault


def test_the_tick_of_the_worker_sends_it(made, posted, morning, monkeypatch):
    monkeypatch.setattr(timezone, "localtime", lambda value=None, *rest: morning if value is None else value)
    housekeeping.every_minute()
    housekeeping.every_minute()
    assert len(posted) == 1


def test_a_changed_language_is_kept_beside_the_choices(made):
    wang = made.people["wang"]
    mailing.choose(wang.pk, {"urgings": "never"}, "en")
    mailing.speak(wang.pk, "zh-hans")
    kept = MailPreference.objects.get(pk=wang.pk)
    assert kept.language == "zh-hans" and kept.choices == {"urgings": "never"}


# -- killed ----------------------------------------------------------------------------------------------------------

WORKER = """
import sys, django
from datetime import datetime
django.setup()
from django.utils import timezone
from guatu.kernel import digest
print(digest.send_due(timezone.make_aware(datetime.fromisoformat(sys.argv[1]))))
"""
MAKER = """
import django
django.setup()
from datetime import timedelta
from django.utils import timezone
from guatu.kernel.models import User
from guatu.kernel.tests.queue_world import office, promise
made = office(2)
promise(made.world.projects[0], "昨日到期", timezone.localdate() - timedelta(days=1), owner=made.people["wang"].pk)
User.everything.exclude(username="wang").update(email="")
"""


@pytest.mark.parametrize("moment", ["connected", "taken"])
def test_a_killed_worker_neither_loses_nor_doubles_it(tmp_path, moment, today):
    with SmtpServer() as server:
        Installation(tmp_path, None, like="setup")
        env = {
            **os.environ, "GUATU_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": django_settings.SETTINGS_MODULE,
            "GUATU_EMAIL_URL": f"smtp://127.0.0.1:{server.port}",
        }
        env.pop("DATABASE_URL", None)
        subprocess.run([sys.executable, "-c", MAKER], env=env, check=True)
        work = [sys.executable, "-c", WORKER, f"{today.isoformat()}T08:30"]
        server.stop_at = moment
        with subprocess.Popen(work, env=env) as worker:
            assert server.reached.wait(60)
            worker.kill()
        server.stop_at = ""
        for _again in range(2):
            subprocess.run(work, env=env, check=True, capture_output=True)
        # Taken at the moment of the kill, it comes once more under the same identity; never under a second one.
        assert len(set(server.identities)) == 1
        assert len(server.letters) == (2 if moment == "taken" else 1)
        assert len({letter.get_body(("plain",)).get_content() for letter in server.letters}) == 1
