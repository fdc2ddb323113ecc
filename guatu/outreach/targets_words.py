"""Words for codes of targets, in the reader's language."""

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

TERM_LABELS = {
    "maker": pgettext_lazy("term of a target", "fits the node"),
    "size": pgettext_lazy("term of a target", "size"),
    "growth": pgettext_lazy("term of a target", "age and growth"),
    "habit": pgettext_lazy("term of a target", "opens elsewhere"),
    "tie": pgettext_lazy("term of a target", "supply tie"),
    "distance": pgettext_lazy("term of a target", "distance"),
    "cluster": pgettext_lazy("term of a target", "cluster at home"),
    "listed": pgettext_lazy("term of a target", "listed, revenue"),
}

METHOD_LABELS = {
    "targets": _("the terms of targets"),
    "random": _("chance"),
    "size": _("size alone"),
    "location_quotient": _("location quotient of its city alone"),
}


def sentences(one) -> list[str]:
    """Why a rated enterprise stands where it stands: a sentence a term, what counts most first; terms without points last."""
    terms = sorted(one.terms.values(), key=lambda term: -term.points)
    return [
        gettext("%(term)s %(points)s of %(most)s: %(why)s") % {
            "term": TERM_LABELS[term.code], "points": f"{term.points.normalize():f}", "most": f"{term.weight.normalize():f}",
            "why": term.told.sentence(gettext)}
        for term in terms]


def questions(node_name: str, one) -> list[str]:
    """What to ask at a visit: what the register cannot know, by what its terms leave open."""
    asked = [
        gettext("Do you make “%s” yourselves, with which output and for whom?") % node_name,
        gettext("Where do your customers and suppliers sit, and which of them are in our zone or near it?"),
        gettext("Do you plan a further plant or branch, when, and what decides where?"),
    ]
    terms = one.terms
    if terms["habit"].points:
        asked.append(gettext("What made you choose the places where you have opened, and would you choose them again?"))
    if not terms["size"].points or not terms["listed"].points:
        asked.append(gettext("How many people work for you, and what was last year's revenue?"))
    if terms["tie"].points:
        asked.append(gettext("Which of our enterprises do you supply already, or would like to?"))
    asked.append(gettext("What would you need: land, rooms, power, people, money, approvals?"))
    return asked
