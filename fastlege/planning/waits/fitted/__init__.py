"""What was learnt from simulated years, as data: `python -m benchmarks.waits` makes the files of this folder anew."""
