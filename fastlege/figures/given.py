"""Tables that the figures are given by those who know the rules or the payments: the figures know neither.

`fastlege.reporting.given` makes them for a snapshot of claims.
"""

from __future__ import annotations

import pyarrow as pa

GIVEN_TABLES: dict[str, pa.Schema] = {
    "tariff_shares": pa.schema(
        [
            ("tariff", pa.string()),
            ("start", pa.date32()),
            ("end", pa.date32()),
            ("share", pa.int64()),
            ("fee", pa.int64()),
            ("patient_pays_all", pa.bool_()),
        ]
    ),
    "basic_funding": pa.schema(
        [
            ("municipality", pa.string()),
            ("item", pa.string()),
            ("salaried", pa.bool_()),
            ("has_gp", pa.bool_()),
            ("ore", pa.int64()),
        ]
    ),
}
"""`tariff_shares`: by code and period the patient's share and the whole fee in øre, whether the patient pays it whole.
`basic_funding`: a year of capitation and grants by municipality and kind, in øre."""
