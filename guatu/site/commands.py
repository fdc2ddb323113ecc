"""Commands of the installation: set-up, demonstration, serving."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guatu.kernel.command_line import Call, command, table


def serving_arguments(parser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help=_("address to serve at"))
    parser.add_argument("--port", type=int, default=8000, help=_("port to serve at"))
    parser.add_argument(
        "--workers",
        type=int,
        default=1,
        choices=range(1, 65),
        metavar="N",
        help=_("web processes; more than one needs PostgreSQL to be of use"),
    )


def demo_arguments(parser) -> None:
    serving_arguments(parser)
    parser.add_argument("--no-serve", action="store_true", help=_("prepare everything, then end"))


@command("setup", help=gettext_lazy("make or update the database and the reference data"), ready=False)
def setup(call: Call) -> int:
    from guatu.site.setup import set_up

    done = set_up(call.say)
    return call.answer(done, [_("Guatu is set up in %s.") % settings.GUATU_HOME])


@command(
    "demo",
    help=gettext_lazy("set up the sample zone with demo users, and serve it"),
    arguments=demo_arguments,
    ready=False,
)
def demo(call: Call) -> int:
    from guatu.site.setup import set_up_demo

    done = set_up_demo(call.say)
    users = [[user["username"], user["password"], user["name"], user["organisation"]] for user in done["users"]]
    call.answer(done, table([_("user"), _("password"), _("name"), _("at")], users))
    return 0 if call.no_serve else _serve(call)


@command("serve", help=gettext_lazy("serve the pages, the API and the jobs"), arguments=serving_arguments)
def serve(call: Call) -> int:
    return _serve(call)


def _serve(call: Call) -> int:
    from django.db import connections

    from guatu.site import serving

    connections.close_all()
    call.out.flush()
    call.say(_("Serving at http://%(host)s:%(port)s — end with Ctrl-C.") % {"host": call.host, "port": call.port})
    serving.serve(call.host, call.port, call.workers)
    return 0
