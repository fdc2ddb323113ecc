"""Planning 计划 of projects: rows of plans led to the engine (`rules.plans`) and back, written and read.

    records      rows as values, and the engine's plan made of them     templates    plans as data
    actions      lay out, edit, what-if, baseline                        interchange  files in and out
    queries      the sheets that pages and commands show                 printing     for paper (pdf, png)
    guards, effects, projection     what every write obeys, what follows from it, the dates kept for the wall
"""
