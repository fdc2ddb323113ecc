"""The dataset `mappings`: what the register's texts say of each enterprise and each node of the chains.

One row an enterprise, chain and node: the strongest role and the words that say so. What figures are made of stands in the
row as well, so that a chain is read from this one dataset.
"""

import pyarrow as pa

from guatu.enterprises.register.dataset import REGISTER
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
        *(REGISTER.schema.field(name) for name in KEPT),
    ]
)

MAPPINGS = Dataset("mappings", SCHEMA)
