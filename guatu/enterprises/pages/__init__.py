"""Pages of enterprises: the national register."""
