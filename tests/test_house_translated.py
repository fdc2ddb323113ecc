"""Every word on a page, in a sheet or in a sentence exists in both languages."""

from tools import messages


def test_the_catalogue_is_complete_and_holds_nothing_else():
    assert messages.faults() == []


def test_the_source_has_texts_to_translate():
    assert len(messages.texts()) > 400
