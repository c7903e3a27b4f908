"""Rows are put in order by their keys, equal ones as they came, whatever the size of the keys."""

from __future__ import annotations

import numpy as np
import pytest

from fastlege.matching.order import stable_order


@pytest.mark.parametrize("most", [1, 10, 1 << 40, (1 << 63) - 1])
@pytest.mark.parametrize("rows", [0, 1, 2, 255, 256, 5000])
def test_equal_keys_keep_their_order(rows, most):
    keys = np.random.default_rng(rows).integers(0, most, rows)
    expected = sorted(range(rows), key=lambda row: keys[row])
    assert stable_order(keys).tolist() == expected
