"""What can be worked out on paper: months and their due days, the steps of a report, answers to questions."""
