"""The ledger's sheets go out and come in again unchanged, and every changed cell is one update or one error."""

from datetime import date

import pytest
from django.utils.translation import override

from guatu.kernel import exports, imports
from guatu.kernel.models import Organisation, Recording, User
from guatu.kernel.registry import resource
from guatu.projects.models import ArrivedFunds, PlannedInvestment, Project, ReportedInvestment, YearTarget
from guatu.projects.tests import imported, ledger_world
from guatu.projects.tests.test_import_sample import not_one

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NAMES = ("planned_investments", "arrived_funds", "statistics_entries", "reported_investments", "year_targets", "obstacles")


@pytest.fixture
def filled(system):
    imported.load(system)
    zone, person = Organisation.everything.get(code="qda"), User.everything.get(username="zhang")
    ledger_world.fill(system, Project.everything.get(code="boe1"), zone, person)


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_each_sheet_comes_in_again_unchanged(system, filled, tmp_path, format):
    before = Recording.objects.count()
    for language in ("zh-hans", "en"):
        for name in NAMES:
            path = tmp_path / f"{name}.{format}"
            with override(language):
                count = exports.write(resource(name), system.scope, format, path)
                again = imports.run(system, resource(name), path, path.name)
            assert count > 0 and (again["ok"], again["unchanged"]) == (True, count), (name, again["errors"][:3])
            assert again["ignored_columns"] == []
    assert Recording.objects.count() == before


@pytest.mark.parametrize("name", NAMES)
def test_changing_any_cell_is_one_update_or_one_error(system, filled, tmp_path, name):
    wrong = not_one(system, name, tmp_path, rows=1, most=3)
    assert not wrong, f"{len(wrong)}: {wrong[:3]}"


def test_an_offices_own_sheets_are_read(system, filled, tmp_path):
    """Headers, months, units and currencies as an office writes them."""
    sheets = {
        "planned_investments": "项目,月份,计划下达日,本月计划投资（万元）\nboe1,2022年8月,2022-07-01,8000\nboe1,2022-09,2022-07-01,0.9亿元\n",
        "arrived_funds": "项目,到账日期,资金来源,到账金额,凭证号\nboe1,2022-08-03,外资,300万美元,验资9\nboe1,2022-08-04,内资,1.2亿元,验资10\n",
        "reported_investments": "项目,月份,本月上报投资（万元）\nboe1,2022年6月,7000\n",
        "year_targets": "功能区或单位,年度,指标项,目标金额（亿元）,目标下达日\nqda,2022,到账内资,25,2022-01-08\n",
    }
    for name, text in sheets.items():
        path = tmp_path / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        with override("zh-hans"):
            said = imports.run(system, resource(name), path, path.name)
        assert (said["ok"], said["errors"], said["ignored_columns"]) == (True, [], []), (name, said)
    planned = PlannedInvestment.everything.filter(valid_on=date(2022, 7, 1)).order_by("month")
    assert [(row.month, row.planned_cny) for row in planned] == [("2022-08", 80_000_000), ("2022-09", 90_000_000)]
    arrived = ArrivedFunds.everything.filter(valid_on__gte=date(2022, 8, 1)).order_by("valid_on")
    assert [(row.origin, row.amount, row.currency) for row in arrived] == [
        ("foreign", 3_000_000, "USD"), ("domestic", 120_000_000, "CNY")]
    assert ReportedInvestment.everything.get(valid_on=date(2022, 6, 30)).reported_cny == 70_000_000
    assert YearTarget.everything.get(measure="arrived_domestic").target_cny == 2_500_000_000
