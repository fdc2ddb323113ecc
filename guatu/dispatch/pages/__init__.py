"""Pages of the monthly dispatch: the office's month, one's own reports, one report, its review, extra questions."""
