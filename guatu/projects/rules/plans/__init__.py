"""Planning 计划: networks of tasks, their dates, resources and rescues. No Django, no database, no clock.

    network     Task, Link, Plan…: a plan as data          problems    why a plan is refused (BadPlan, UnreadablePlan)
    shifts      calendars of working hours                 checks      what is wrong with a plan
    axes        instants, and axes on which work counts    graph       a plan made ready for computing
    passes      schedule(plan): early, late, floats        drivers     what holds a task where it is
    backward    from a promised day: who must begin when   slip        what a slipping task moves
    rescue      the cheapest way to hold a promised day    resources   schedules under limited resources (CP-SAT)
    psplib, mspdi, plan_json   reading and writing files

Instants are whole numbers (see `axes`); everything handed out has properties or functions that give dates.
"""
