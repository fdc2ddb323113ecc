"""Reads of chains: how a chain stands in a zone, who is behind each count, and what people have judged.

    panorama      a chain in a zone on a day, its gaps ranked
    listing       the enterprises behind a count, with the words that put them there
    comparing     two days or two zones
    verdicts      what people have confirmed and rejected
    ground        what all of these read: snapshots, territory, parameters, and the SQL they share
"""

from guatu.chains.queries.comparing import compare_days, compare_zones
from guatu.chains.queries.listing import node_enterprises
from guatu.chains.queries.panorama import panorama, panoramas
from guatu.chains.queries.verdicts import verdicts

__all__ = ["compare_days", "compare_zones", "node_enterprises", "panorama", "panoramas", "verdicts"]
