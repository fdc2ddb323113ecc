"""Where zones lie, as of a day and as known then."""

from datetime import date
from decimal import Decimal

import pytest

from guatu.enterprises.actions import declare_territory
from guatu.enterprises.models import ZoneTerritory
from guatu.enterprises.queries import territories, territory
from guatu.enterprises.rules.territory import Territory
from guatu.kernel import actions
from guatu.kernel.changes import Refusals
from guatu.kernel.errors import NotFound
from guatu.kernel.models import Organisation
from guatu.kernel.queries import newest
from guatu.projects.tests.world import member
from guatu.site.sample import load

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]


@pytest.fixture
def zone(system):
    city = actions.create(system, Organisation, {"code": "c", "name": "市", "kind": "city"})
    return actions.create(system, Organisation, {"code": "z", "name": "区", "kind": "district", "parent": city.pk})


def test_the_newest_declaration_by_the_day_counts(system, zone):
    declare_territory(system, zone, date(2012, 12, 1), "370211；370284", " 泊里镇；董家口", centre=(Decimal("120.2"), 36))
    known = newest()
    declare_territory(system, zone, date(2020, 1, 1), "370211")
    first = Territory("z", ("370211", "370284"), ("泊里镇", "董家口"), (120.2, 36.0))
    assert territory("z", date(2019, 12, 31)) == first
    assert territory("z", date(2020, 1, 1)) == Territory("z", ("370211",))
    assert territory("z", date(2020, 1, 1), known) == first
    assert territories(date(2020, 1, 1)) == {"z": Territory("z", ("370211",))}


def test_a_correction_leaves_what_was_known_before(system, zone):
    row = declare_territory(system, zone, date(2012, 12, 1), "3702")
    known = newest()
    actions.change(system, row, {"region_codes": "370211"})
    assert territory("z", date(2013, 1, 1)).region_codes == ("370211",)
    assert territory("z", date(2013, 1, 1), known).region_codes == ("3702",)


def test_a_zone_without_one_says_so_and_borrows_none(system, zone):
    declare_territory(system, Organisation.everything.get(code="c"), date(2012, 12, 1), "3702")
    with pytest.raises(NotFound) as refused:
        territory("z", date(2020, 1, 1))
    assert refused.value.code == "no_territory" and "2020-01-01" in str(refused.value)
    with pytest.raises(NotFound) as refused:
        territory("nowhere", date(2020, 1, 1))
    assert refused.value.code == "no_zone"


@pytest.mark.parametrize(("codes", "patterns", "centre", "code"), [
    ("", "", None, "codes_missing"),
    ("37021", "", None, "code_wrong"),
    ("3702", "园", None, "pattern_short"),
    ("3702", "", (Decimal(36), Decimal(120)), "centre_away"),
    ("3702", "", (Decimal(120), None), "centre_half"),
])
def test_what_describes_no_territory_is_refused(system, zone, codes, patterns, centre, code):
    with pytest.raises(Refusals) as refused:
        declare_territory(system, zone, date(2020, 1, 1), codes, patterns, centre=centre)
    assert refused.value.code == code or code in {problem.refused.code for problem in refused.value.problems}
    assert not ZoneTerritory.everything.exists()


def test_who_may_only_read_zones_declares_nothing(system, zone):
    from guatu.kernel.scope import Actor

    officer = Actor.of(member(system, "o", "project_officer", zone), "page")
    with pytest.raises(Refusals):
        declare_territory(officer, zone, date(2020, 1, 1), "3702")
    office = Actor.of(member(system, "chain", "chain_office", zone), "page")
    assert declare_territory(office, zone, date(2020, 1, 1), "3702").region_codes == "3702"


def test_the_sample_says_where_each_zone_lies(system):
    load.load(system)
    found = territories(date(2019, 5, 1))
    assert set(found) == set(Organisation.everything.values_list("code", flat=True))
    assert found["qd"].region_codes == ("3702",) and found["jm"].region_codes == ("370215", "370282")
    assert found["djk"].region_codes == ("370211",) and found["djk"].address_patterns == ("董家口", "泊里镇", "琅琊镇")
    assert found["xha"].centre == (120.198, 35.961)
