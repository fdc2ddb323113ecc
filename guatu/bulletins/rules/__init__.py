"""From figures to the text of a bulletin, its check and its layout: without Django, database or clock."""
