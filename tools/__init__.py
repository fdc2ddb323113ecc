"""What `make` and the tests need besides Guatu itself. Standard library only, but for postgres.py."""
