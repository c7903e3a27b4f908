"""Benchmarks: each workload runs its limit, its best rival and ours in turn, on the whole nation."""
