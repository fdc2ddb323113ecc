"""What an import says of single rows: why a row was rejected, and what of an accepted row was left out."""

from guatu.kernel.rules.refusals import gettext_noop

#: Of rows that are not taken.
REJECTED = {
    "name_missing": gettext_noop("The row has no name, so nobody could say which enterprise it is. Add the name."),
    "name_long": gettext_noop(
        "The name has %(length)d characters, more than any legal name has; the cell most likely swallowed others. Correct it."),
    "row_cells": gettext_noop(
        "The row has %(cells)d cells, but the header has %(wanted)d, so nobody can say which is which. A comma or quote too "
        "many or too few is the usual cause."),
    "row_again": gettext_noop(
        "The same enterprise stands again in row %(row)d of “%(file)s”, and the later row counts."),
}
#: Of cells that are left out or changed in a row that is taken.
NOTED = {
    "code_wrong": gettext_noop(
        "“%(text)s” is not a unified social credit code: its 18 characters or its check character are wrong. The row is kept "
        "without a code, known by its name and region."),
    "capital_unclear": gettext_noop("No amount can be told from “%(text)s”, so the capital is left empty; the text is kept."),
    "capital_no_rate": gettext_noop(
        "There is no exchange rate of %(currency)s, so the capital in yuan is left empty; the text is kept."),
    "status_unclear": gettext_noop("“%(text)s” is not known as a state of an enterprise, so the state counts as unknown."),
    "text_cut": gettext_noop("The text has %(length)d characters; the first %(most)d are kept."),
    "number_unclear": gettext_noop("“%(text)s” is not a number that can stand here, so the cell is left empty."),
    "industry_unclear": gettext_noop("“%(text)s” is not a code of GB/T 4754, so the cell is left empty."),
    "region_unclear": gettext_noop(
        "Neither the columns nor the credit code nor the address say in which province the enterprise lies."),
}
