"""Pages, API and middleware that every resource shares."""
