"""The dataset `mappings`: what the register's texts say of each enterprise and each node of the chains.

One row an enterprise, chain and node: the strongest role and the words that say so. What figures are made of stands in the
row as well, so that a chain is read from this one dataset.
"""

import pyarrow as pa

from guatu.kernel.warehouse import Dataset

#: Columns of the register that are kept beside each mapping.
KEPT = (
    "key", "uscc", "name", "registered_on", "deregistered_on", "status", "capital_cny", "province_code", "city_code",
    "county_code", "address", "longitude", "latitude", "revenue_cny", "employees",
)

SCHEMA = pa.schema(
    [
        ("chain", pa.string()),
        ("node", pa.string()),
        ("role", pa.string()),  # makes, develops, sells, serves
        ("confidence", pa.decimal128(3, 2)),  # 0.00 to 1.00
        ("field", pa.string()),  # the register's column in which the words stand
        ("start", pa.int32()),  # of the term, in the text as written
        ("end", pa.int32()),
        ("verb_start", pa.int32()),  # of the word that states the role; null where a list needs none
        ("verb_end", pa.int32()),
        ("term", pa.string()),
        ("key", pa.string()),
        ("uscc", pa.string()),
        ("name", pa.string()),
        ("registered_on", pa.date32()),
        ("deregistered_on", pa.date32()),
        ("status", pa.string()),
        ("capital_cny", pa.decimal128(20, 2)),
        ("province_code", pa.string()),
        ("city_code", pa.string()),
        ("county_code", pa.string()),
        ("address", pa.string()),
        ("longitude", pa.float64()),
        ("latitude", pa.float64()),
        ("revenue_cny", pa.decimal128(20, 2)),
        ("employees", pa.int64()),
    ]
)

MAPPINGS = Dataset("mappings", SCHEMA)
