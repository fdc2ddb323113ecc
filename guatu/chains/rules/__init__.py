"""What can be worked out on paper about industry chains: the shape of their graphs. Nothing here reads a database or a
clock."""
