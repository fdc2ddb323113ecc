"""Backup and restore: one file that holds the records and the documents, the same for SQLite and PostgreSQL.

A backup is a ZIP archive: `tables/NAME.copy` for each table, `documents/ab/SHA256` for each document, and
`manifest.json`, written last. Tables are in PostgreSQL's COPY text format, with values written alike by both databases
(UTC instants, fixed decimals, `t`/`f`). So PostgreSQL takes and gives them as they are, bounded memory suffices, and a
backup of either database restores into the other. A copy of the database file would do none of that.

Terms: part = member of the archive; head = newest recording of the hash chain.

    tables       which tables are in a backup, which are not, and why
    cells        values as COPY text, and back to what SQLite stores
    snapshot     the whole database as of one instant, while others write
    making       writes a backup
    checking     reads one and checks every part of it
    restoring    puts one in place: whole, or not at all
    targets      where it is put: a database file beside, or one transaction
    nightly      backups by the clock, and when the last one was made
"""

from guatu.kernel.backup.nightly import last_backup

__all__ = ["last_backup"]
