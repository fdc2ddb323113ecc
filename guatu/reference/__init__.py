"""Standard lists and indicators.

Owns: IndicatorDefinition 指标定义, IndicatorValue 指标值; the loading of published working calendars and of
exchange rates. Does not own targets and scores (assessment).
"""
