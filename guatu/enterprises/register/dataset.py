"""The dataset `register`: one row an enterprise, partitioned by province."""

import pyarrow as pa

from guatu.kernel.warehouse import Dataset

SCHEMA = pa.schema(
    [
        ("key", pa.string()),  # uscc where valid, else "~" and a digest of name and region
        ("uscc", pa.string()),  # null when missing or wrong
        ("name", pa.string()),
        ("registered_on", pa.date32()),
        ("deregistered_on", pa.date32()),  # the day it was deregistered or revoked
        ("status", pa.string()),  # operating, deregistered, revoked, moved_out, unknown
        ("kind", pa.string()),  # as the register writes it: 有限责任公司
        ("capital_cny", pa.decimal128(20, 2)),  # null when it cannot be told
        ("capital_text", pa.string()),
        ("scope", pa.string()),
        ("main_business", pa.string()),
        ("products", pa.string()),
        ("province_code", pa.string()),  # 2 digits of GB/T 2260: 37
        ("city_code", pa.string()),  # 4 digits: 3702; the province's own for municipalities: 3100
        ("county_code", pa.string()),  # 6 digits: 370211
        ("address", pa.string()),
        ("longitude", pa.float64()),  # WGS-84, only where supplied
        ("latitude", pa.float64()),
        ("industry_code", pa.string()),  # GB/T 4754-2017, where given: 3974
        ("revenue_cny", pa.decimal128(20, 2)),
        ("employees", pa.int64()),
        ("capital_currency", pa.string()),  # ISO 4217, of the text
        ("capital_basis", pa.string()),  # stated, bare_10k (no unit: ten thousands), bare_yuan (no unit, but too many)
    ]
)

REGISTER = Dataset("register", SCHEMA)
