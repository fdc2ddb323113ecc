"""Tables of the kernel, one module a noun."""

from .clock import CalendarNotice, Commitment, CommitmentState
from .delegations import Delegation
from .documents import Document
from .doors import LoginSession, UsedPassword
from .facts import BEGINNING, END_OF_TIME, FOREVER, Fact, Interval, Record, Source, SourcedRecord, Statement
from .history import ChainHead, HistoryEntry, Recording
from .jobs import Job
from .money import ExchangeRate
from .notices import Letter, MailPreference, Notification
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
    "Delegation",
    "Document",
    "ExchangeRate",
    "Fact",
    "HistoryEntry",
    "Interval",
    "Job",
    "Letter",
    "LoginSession",
    "MailPreference",
    "Membership",
    "Notification",
    "Organisation",
    "ParameterValue",
    "Record",
    "Recording",
    "Source",
    "SourcedRecord",
    "Statement",
    "UsedPassword",
    "User",
]
