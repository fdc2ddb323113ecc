"""Programs and tricks that the tests of hostile guests and of backups are made of."""
