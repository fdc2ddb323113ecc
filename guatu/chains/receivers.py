"""A register that was loaded on a page is mapped onto the chains at once."""

from guatu.chains.jobs import KIND, title
from guatu.enterprises.events import RegisterLoaded
from guatu.kernel import jobs
from guatu.kernel.events import listen
from guatu.kernel.models import User


@listen(RegisterLoaded)
def map_what_was_loaded(event: RegisterLoaded) -> None:
    jobs.start(KIND, title(), User.everything.filter(pk=event.user_id).first(), {})
