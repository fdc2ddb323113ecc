"""What a loaded register is to the chains: its texts are read at once, and one loaded on a page is mapped."""

from guatu.chains.jobs import KIND, title
from guatu.chains.readings import fresh
from guatu.enterprises.events import RegisterLoaded
from guatu.enterprises.register.dataset import REGISTER
from guatu.kernel import jobs
from guatu.kernel.events import listen
from guatu.kernel.models import User
from guatu.kernel.registry import fill
from guatu.kernel.warehouse import engine


@fill("register_loaded")
def read_what_was_loaded(told) -> None:
    register = REGISTER.snapshot()
    if register is not None and register.files():
        fresh(register, engine(), lambda done, total: told(done, total, "preparing"))


@listen(RegisterLoaded)
def map_what_was_loaded(event: RegisterLoaded) -> None:
    jobs.start(KIND, title(), User.everything.filter(pk=event.user_id).first(), {})
