"""Tables of the kernel, one module a noun."""

from .clock import CalendarNotice, Commitment, CommitmentState
from .documents import Document
from .facts import BEGINNING, END_OF_TIME, FOREVER, Fact, Interval, Record, Source, SourcedRecord, Statement
from .history import ChainHead, HistoryEntry, Recording
from .jobs import Job
from .money import ExchangeRate
from .notices import Notification
from .parameters import ParameterValue
from .people import ApiToken, Membership, Organisation, User

__all__ = [
    "BEGINNING",
    "END_OF_TIME",
    "FOREVER",
    "ApiToken",
    "CalendarNotice",
    "ChainHead",
    "Commitment",
    "CommitmentState",
    "Document",
    "ExchangeRate",
    "Fact",
    "HistoryEntry",
    "Interval",
    "Job",
    "Membership",
    "Notification",
    "Organisation",
    "ParameterValue",
    "Record",
    "Recording",
    "Source",
    "SourcedRecord",
    "Statement",
    "User",
]
