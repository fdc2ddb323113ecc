"""What a chain is and how a business scope is read: plain Python, no Django, no database."""
