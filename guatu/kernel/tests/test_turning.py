"""Values stated for a day to come are put in force when the day comes, once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from guatu.kernel import actions
from guatu.kernel.models import ChainHead, Organisation
from guatu.kernel.queries import as_of_values
from guatu.kernel.turning import turn_of_day

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_a_value_stated_for_tomorrow_is_in_force_tomorrow(system):
    today = timezone.localdate()
    tomorrow = today + timedelta(days=1)
    zone = actions.create(system, Organisation, {"code": "z1", "name": "旧名", "kind": "city"})
    turn_of_day(today)
    actions.change(system, Organisation.everything.get(pk=zone.pk), {"name": "新名"}, valid_on=tomorrow)
    assert Organisation.everything.get(pk=zone.pk).name == "旧名"
    assert as_of_values(Organisation, [zone.pk], tomorrow, None)[zone.pk]["name"] == "新名"
    assert turn_of_day(tomorrow) == 1
    assert Organisation.everything.get(pk=zone.pk).name == "新名"
    assert turn_of_day(tomorrow) == 0
    assert ChainHead.objects.get().turned_on == tomorrow


def test_a_value_stated_for_an_earlier_day_does_not_hide_a_later_one(system):
    today = timezone.localdate()
    zone = actions.create(system, Organisation, {"code": "z1", "name": "一", "kind": "city"})
    actions.change(system, Organisation.everything.get(pk=zone.pk), {"name": "三"}, valid_on=today - timedelta(days=5))
    actions.change(system, Organisation.everything.get(pk=zone.pk), {"name": "二"}, valid_on=today - timedelta(days=9))
    assert Organisation.everything.get(pk=zone.pk).name == "三"
    assert as_of_values(Organisation, [zone.pk], today - timedelta(days=7), None)[zone.pk]["name"] == "二"
