"""The benchmarks of `make bench`: a generated zone on SQLite and on PostgreSQL, and what working in it costs."""
