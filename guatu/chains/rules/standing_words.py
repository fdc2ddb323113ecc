"""The sentences about figures of a chain: `SENTENCES[code] % params`, worded by whoever shows them."""

from guatu.kernel.rules.refusals import gettext_noop

SENTENCES: dict[str, str] = {
    # why a node has its status
    "none_here": gettext_noop(
        "None of the %(looked)d enterprises here that the register knows up to %(day)s says that it makes this."),
    "makers_here": gettext_noop("Enterprises here that say they make this: %(makers)d of %(looked)d."),
    "below_count": gettext_noop("That is fewer than %(least)d, from which a node counts as present."),
    "below_quotient": gettext_noop(
        "Their share is %(quotient)s times that of the nation, below %(least)s, from which a node counts as present."),
    "at_strong": gettext_noop(
        "That is at least %(makers)d makers at %(quotient)s times the nation's share, from which a node counts as strong."),
    "at_present": gettext_noop("That is enough to count as present, and not yet strong."),
    "others_here": gettext_noop(
        "Also here: %(developers)d that only develop it, %(sellers)d that only sell it, %(servers)d that only serve it."),
    # why a figure is undefined
    "no_makers_nation": gettext_noop("Nobody in the register makes this, so there is no share to compare with."),
    "nobody_here": gettext_noop("The register knows no enterprise here, so there is no share to compare."),
    "no_makers_here": gettext_noop("Nobody here makes this."),
    "no_capital": gettext_noop("None of the makers states a registered capital."),
    # why a node is not ranked
    "newer_node": gettext_noop(
        "The node is newer than the edition of the chain by which the register was mapped, so nobody was looked for yet."),
    "aside_unmapped": gettext_noop(
        "The register was not mapped by this edition's words of the node, so it is not ranked. Map the register anew."),
    "aside_service": gettext_noop("A service can be had from elsewhere; it is shown, but not ranked as a gap."),
    "aside_general": gettext_noop(
        "This node takes what scopes say too generally; it is shown, but not ranked as a gap."),
    "aside_unseen": gettext_noop(
        "Enterprises of the nation's register that name it in any role: %(seen)d, fewer than %(least)d. The register cannot "
        "tell whether it is missing or just not written in licences; it is not ranked."),
    # terms of a gap
    "demand": gettext_noop(
        "Makers here that use it: %(direct)d directly, %(further)d further down the chain; weighted by distance %(weighted)s."),
    "no_demand": gettext_noop("Nobody here is known to use it."),
    "criticality": gettext_noop(
        "%(share)s %% of the chain's paths run through it; nodes with makers here that depend on it: %(dependent)d."),
    "scarcity_here": gettext_noop("Makers here: %(makers)d; enough would be %(enough)d."),
    "scarcity_nation": gettext_noop("Makers in the nation: %(makers)d; plenty would be %(plenty)d."),
    "reach_here": gettext_noop("Makers are here."),
    "reach_near": gettext_noop("Makers nearby: %(makers)d."),
    "reach_province": gettext_noop("Fewer than %(least)d makers nearby; in the province: %(makers)d."),
    "reach_nation": gettext_noop("Fewer than %(least)d makers in the province; in the whole country: %(makers)d."),
    "reach_none": gettext_noop("No maker is known anywhere, so it may have to come from abroad."),
    "substitution": gettext_noop("Sellers here that can supply it meanwhile: %(sellers)d."),
    "no_substitution": gettext_noop("Nobody here is known to sell it either."),
}
