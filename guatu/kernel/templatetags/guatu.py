"""Tags and filters of every page: lights, icons, and values shown the same way everywhere."""

from __future__ import annotations

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from guatu.kernel import documents
from guatu.kernel.choices import LIGHTS
from guatu.kernel.registry import resource as resource_named
from guatu.kernel.web.session import scope_of

register = template.Library()

#: A light is told by its shape as well as by its colour: triangle, diamond, disc, ticked ring, ticked square.
SHAPES = {
    "red": '<path d="M8 1.5 15 14.5H1Z" stroke-linejoin="round"/>',
    "yellow": '<path d="M8 .8 15.2 8 8 15.2.8 8Z" stroke-linejoin="round"/>',
    "green": '<circle cx="8" cy="8" r="6.5"/>',
    "done": '<circle cx="8" cy="8" r="6.6" stroke-width="1.6"/><path d="M5 8.2l2.2 2.2L11.2 6" stroke-width="1.8"/>',
    "done_late": (
        '<rect x="1.6" y="1.6" width="12.8" height="12.8" stroke-width="1.6"/>'
        '<path d="M5 8.2l2.2 2.2L11.2 6" stroke-width="1.8"/>'
    ),
}

ICONS = {
    "menu": '<path d="M4 6h16M4 12h16M4 18h16"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6"/><path d="m15 15 5 5"/>',
    "bell": '<path d="M6 16v-5a6 6 0 0 1 12 0v5l2 2H4zM10 20.5a2.2 2.2 0 0 0 4 0"/>',
    "user": '<circle cx="12" cy="8" r="4"/><path d="M4 20c1.5-4 4.5-5.5 8-5.5s6.5 1.5 8 5.5"/>',
    "contrast": '<circle cx="12" cy="12" r="8"/><path d="M12 4v16a8 8 0 0 0 0-16" fill="currentColor"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "upload": '<path d="M4 16v4h16v-4M12 15V4m-4.5 4.5L12 4l4.5 4.5"/>',
    "download": '<path d="M4 16v4h16v-4M12 4v11m-4.5-4.5L12 15l4.5-4.5"/>',
    "edit": '<path d="M4 20l1-5L16 4l4 4L9 19z"/>',
    "undo": '<path d="M9 5 4 10l5 5M4 10h9a6 6 0 0 1 0 12h-2"/>',
    "trash": '<path d="M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13"/>',
    "columns": '<rect x="4" y="4" width="16" height="16"/><path d="M9.3 4v16M14.7 4v16"/>',
    "up": '<path d="m6 14 6-6 6 6"/>',
    "down": '<path d="m6 10 6 6 6-6"/>',
    "file": '<path d="M6 3h8l4 4v14H6zM14 3v4h4"/>',
    "print": '<path d="M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z"/>',
    "left": '<path d="M19 12H5m5-5-5 5 5 5"/>',
    "camera": '<path d="M4 8h4l1.5-2.5h5L16 8h4v11H4z"/><circle cx="12" cy="13" r="3.5"/>',
    "arrow": '<path d="M5 12h14m-5-5 5 5-5 5"/>',
}


@register.simple_tag
def icon(name: str) -> str:
    return mark_safe(
        f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" stroke-linecap="round" '
        f'stroke-linejoin="round">{ICONS[name]}</svg>'
    )


def _code(colour) -> str:
    return str(getattr(colour, "colour", colour))


@register.simple_tag
def light(colour, word: str = "") -> str:
    """A light as shape and word. Takes a colour, or a Light."""
    code = _code(colour)
    return format_html(
        '<span class="light light-{}"><svg viewBox="0 0 16 16" aria-hidden="true">{}</svg>{}</span>',
        code,
        mark_safe(SHAPES[code]),
        word or dict(LIGHTS)[code],
    )


@register.simple_tag
def lamp(colour) -> str:
    """A light's shape alone; its word is read out by screen readers and shown on hovering."""
    code = _code(colour)
    word = dict(LIGHTS)[code]
    return format_html(
        '<svg class="lamp light-{}" viewBox="0 0 16 16" role="img" aria-label="{}"><title>{}</title>{}</svg>',
        code,
        word,
        word,
        mark_safe(SHAPES[code]),
    )


@register.filter
def undo_number(message) -> str:
    """The recording that an Undo button beside this message takes back; empty when there is none."""
    return next(
        (tag.removeprefix("undo:") for tag in (message.extra_tags or "").split() if tag.startswith("undo:")), ""
    )


@register.filter
def lookup(mapping, key):
    """The value of `key` in a mapping, or empty."""
    return mapping.get(key, "")


@register.simple_tag(takes_context=True)
def query(context, **changes) -> str:
    """The present address's query with some parameters changed; a parameter set to None or "" is left out."""
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            parameters.pop(name, None)
        else:
            parameters[name] = value
    return "?" + parameters.urlencode()


@register.simple_tag
def panel_content(panel) -> str:
    """What an app offers for a slot, rendered by its own template."""
    return render_to_string(panel.template, panel.context)


@register.inclusion_tag("kernel/_documents.html", takes_context=True)
def documents_panel(context, resource, row):
    """The documents of a row, with what this reader may do with them."""
    request = context["request"]
    scope = scope_of(request)
    resource = resource_named(resource) if isinstance(resource, str) else resource
    kinds = documents.kinds_for(type(row))
    words = dict(documents.kinds_for(None)) | dict(kinds)
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "resource": resource,
        "row": row,
        "kinds": kinds,
        "endings": ",".join(documents.KINDS),
        "documents": [(found, words.get(found.kind, found.kind)) for found in documents.documents_of(scope, row)],
        "may_see": scope.may("documents"),
        "may_add": scope.may("documents", "add"),
        "may_withdraw": scope.may("documents", "withdraw"),
    }


@register.inclusion_tag("kernel/_history_panel.html", takes_context=True)
def history_panel(context, resource, row):
    """The newest entries of a row's history, with a button for older ones."""
    from guatu.kernel.web.pages.records import history_context

    resource = resource_named(resource) if isinstance(resource, str) else resource
    return history_context(resource, row) | {"may_see_history": context.get("may_see_history")}
