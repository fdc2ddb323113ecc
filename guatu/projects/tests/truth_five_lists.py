"""The five lists of the Qingdao sample as of 2022-06-30, worked out by hand from the sample's CSV.

Written and committed before any code that computes lists. How each row was decided:

* zone ``qda`` has no child zones; its projects are the 18 rows of ``projects.csv`` with ``zone = qda``.
* An actual event counts from the last day of its span; ``planned`` rows and milestone events
  (``structure_topped``, ...) never make a stage.
* Events dated after 2022-06-30 do not count: zngk and gdcy (started 2022-07-06), boesup4 (negotiating
  2022-07-06) therefore have no stage yet; ldu3 has a planned start only.
* ldu1 was completed on 2022-05-12, so it stands in a residual, not in a list.
* Nothing in the sample says anything of statistics entry, so the fifth list is empty.
* backlight (15 亿) lies inside the batch screen11 (11 projects, 206 亿); both are signed, so the signed list
  has two rows, eleven projects and 206 亿.
* bekaert is stated as 0.5 亿 US dollars; amounts of yokogawa, kiswel, wanda-oe, rh-bl, cover3d, xingtai, ldu2
  and max1 are not stated and are unknown, not zero.
"""

QDA_2022_06_30 = {
    "negotiating": ["boe-g"],
    "signed_registered": ["backlight", "screen11"],
    "land_acquired": [],
    "under_construction": [
        "bekaert",
        "boe1",
        "cover3d",
        "kiswel",
        "ldu2",
        "max1",
        "rh-bl",
        "wanda-oe",
        "xingtai",
        "yokogawa",
    ],
    "investment_supporting": [],
}

QDA_2022_06_30_RESIDUALS = {
    "land_of_earlier_years": [],
    "completed_or_later": ["ldu1"],
    "paused": [],
    "cancelled": [],
    "stage_unknown": ["boesup4", "gdcy", "ldu3", "zngk"],
}

# code -> (stage, day it counts from, precision)
QDA_2022_06_30_SINCE = {
    "boe-g": ("negotiating", "2022-05-12", "day"),
    "backlight": ("signed", "2022-06-23", "day"),
    "screen11": ("signed", "2022-06-23", "day"),
    "boe1": ("started", "2022-05-12", "day"),
    "wanda-oe": ("started", "2022-04-06", "day"),
    "rh-bl": ("started", "2022-04-06", "day"),
    "cover3d": ("started", "2022-04-06", "day"),
    "xingtai": ("started", "2022-04-06", "day"),
    "ldu2": ("started", "2022-05-12", "day"),
    "max1": ("started", "2022-05-12", "day"),
    "bekaert": ("started", "2022-05-12", "day"),
    "yokogawa": ("started", "2022-05-12", "day"),
    "kiswel": ("started", "2022-05-12", "day"),
}

# The start of boe1 is "not later than": its note says that no article gives the day (开工日期五篇均未写).
QDA_NOT_LATER_THAN = {"boe1"}

# Projects counted once: negotiating 1; signed 11 (the batch, backlight inside it); building 10; completed 1;
# unknown stage: ldu3 1, zngk 1, gdcy 1, and the batch boesup4 of 4 projects = 7. Together 30.
QDA_2022_06_30_PROJECT_COUNTS = {
    "negotiating": 1,
    "signed_registered": 11,
    "land_acquired": 0,
    "under_construction": 10,
    "investment_supporting": 0,
    "completed_or_later": 1,
    "stage_unknown": 7,
}
QDA_2022_06_30_PROJECTS_TOTAL = 30

# Yuan stated in yuan (dollar amounts apart): boe-g 10 亿; screen11 206 亿; boe1 81.7 亿; boesup4 60 亿.
QDA_2022_06_30_CNY_STATED = {
    "negotiating": 1_000_000_000,
    "signed_registered": 20_600_000_000,
    "under_construction": 8_170_000_000,
    "stage_unknown": 6_000_000_000,
}

# The whole sample on the same day, the rows of the first four lists outside qda:
# lng3 started in the month 2022-06 (counts from 06-30); icp10 started 06-09; diehl signed and registered in
# the month 2022-06 (the later stage wins). Month events of 2022-07 count from 2022-07-31.
ALL_2022_06_30_OUTSIDE_QDA = {
    "negotiating": [],
    "signed_registered": ["diehl"],
    "land_acquired": [],
    "under_construction": ["icp10", "lng3"],
}
