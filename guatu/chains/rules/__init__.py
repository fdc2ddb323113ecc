"""What can be worked out about chains on paper: no Django, no database, no clock."""
