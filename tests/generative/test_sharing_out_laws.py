import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fastlege.simulation.margins.rounding import share_out, share_out_within

weights = st.lists(st.floats(0.01, 1e4), min_size=1, max_size=30)


@given(st.integers(0, 10**6), weights)
def test_parts_add_up_and_differ_from_their_due_by_less_than_one(total, shares):
    parts = share_out(total, np.array(shares))
    assert parts.sum() == total
    assert (np.abs(parts - total * np.array(shares) / sum(shares)) < 1 + 1e-6 * total).all()


@given(weights, st.data())
def test_parts_add_up_and_stay_within_their_bounds(shares, data):
    count = len(shares)
    lowest = np.array(data.draw(st.lists(st.integers(0, 50), min_size=count, max_size=count)))
    highest = lowest + np.array(data.draw(st.lists(st.integers(0, 50), min_size=count, max_size=count)))
    total = data.draw(st.integers(int(lowest.sum()), int(highest.sum())))
    parts = share_out_within(total, np.array(shares), lowest, highest)
    assert parts.sum() == total
    assert (lowest <= parts).all()
    assert (parts <= highest).all()
