"""Reads of the monthly dispatch: who owes, who reported, what one report stands on, questions and answers."""
