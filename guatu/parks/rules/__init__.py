"""What parks and zones work out on paper: datums, and geometry read from files that are not trusted."""
