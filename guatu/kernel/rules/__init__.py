"""What can be worked out on paper: days, working days, clocks, lights, and the reading of spreadsheet cells.

Plain Python: no Django, no database, no clock; today is always an argument. Every refusal is a
`refusals.Refusal`, a ValueError with a `code` and an English sentence the caller can translate.

    days        days written the way people write them, and their precision
    calendar    working days under the State Council's notices, with make-up days (调休)
    stopwatch   exact time used between start, pauses and stop
    light       the colour of a promise on a day, why, and when it changes
    cells       numbers, money, areas, yes and no: the face of text, units, quantities and amounts
    headers     the header row of a sheet
"""
