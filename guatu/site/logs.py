"""What the log says of requests that were refused."""

import logging


class WithoutTraces(logging.Filter):
    """One line for what a stranger sent wrong (a foreign host, a forged form): a traceback each time would let anybody
    fill the log and hide what matters there."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security"):
            record.exc_info = record.exc_text = None
            record.msg, record.args = str(record.getMessage())[:300].encode("unicode_escape").decode("ascii"), ()
        return True
