"""Commands of the doors: the inspection of the installation, and unlocking a login."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from guatu.kernel.command_line import Call, command
from guatu.kernel.errors import Faulty, Forbidden
from guatu.kernel.scope import EVERYWHERE


def _require_administrator(call: Call) -> None:
    if call.actor.scope.reach("users", "administer") != EVERYWHERE:
        raise Forbidden("forbidden", _("Only an administrator of the whole installation may do this."))


@command("security", help=gettext_lazy("say what is unsafe in this installation; exit 1 when something is"))
def security(call: Call) -> int:
    from guatu.kernel.doors import inspection

    _require_administrator(call)
    findings = inspection.inspect()
    lines = []
    for finding in findings:
        lines.append(f"[{inspection.state_words(finding.state)}] {finding.title}: {finding.found}")
        if finding.todo:
            lines.append(f"    {finding.why} {finding.todo}")
    data = inspection.as_json(findings)
    return call.answer(data, lines, 0 if data["safe"] else 1)


def _unlock_arguments(parser) -> None:
    parser.add_argument("user", metavar="USER", nargs="?", default="", help=_("user name, known here or not"))
    parser.add_argument("--address", metavar="A", default="", help=_("address to unlock, for logins and for API keys"))


@command("unlock", help=gettext_lazy("let a locked user or address try to log in again"), arguments=_unlock_arguments)
def unlock(call: Call) -> int:
    from guatu.kernel import account
    from guatu.kernel.doors import lockout, pace
    from guatu.kernel.models import User

    _require_administrator(call)
    if not call.user and not call.address:
        raise Faulty("user", _("Say whom to unlock: a user name, or --address with an address."), "user")
    count = lockout.unlock(call.user, call.address)
    if call.address and not call.user:
        pace.forget_guesses(call.address)
    user = User.everything.filter(username=call.user).first() if call.user else None
    if user is not None and count:
        account.deed(call.actor, user, "login_unlocked")
    said = ngettext(
        "%(count)d wrong password of “%(whom)s” was forgotten.", "%(count)d wrong passwords of “%(whom)s” were forgotten.",
        count) % {"count": count, "whom": call.user or call.address}
    return call.answer({"user": call.user, "address": call.address, "forgotten": count}, [said])
