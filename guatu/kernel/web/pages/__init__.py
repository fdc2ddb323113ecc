"""Pages that every resource gets, and those of one's own account."""
