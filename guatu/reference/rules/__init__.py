"""What can be worked out on paper about indicators."""
