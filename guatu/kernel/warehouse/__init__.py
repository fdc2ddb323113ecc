"""The warehouse: what is too many rows for the record database, as Parquet files, and the engines that read them.

    store      datasets, their parts and snapshots
    engines    the seam: queries and kernels, run by DuckDB in this process or by Spark
    derived    datasets that follow from another one, made when they are asked for
    duck       DuckDB, and a pool of processes for kernels
    spark      Spark, by `GUATU_SPARK`

A dataset is only added to: a snapshot names its parts and stays readable, so that an answer can be given again.
"""

from guatu.kernel.warehouse.engines import Engine, Kernel, engine
from guatu.kernel.warehouse.store import Dataset, Draft, Part, Snapshot

__all__ = ["Dataset", "Draft", "Engine", "Kernel", "Part", "Snapshot", "engine"]
