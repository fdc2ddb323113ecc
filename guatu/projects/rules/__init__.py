"""What can be worked out on paper about projects: stages, timelines, lists, batches. No Django, database or clock."""
