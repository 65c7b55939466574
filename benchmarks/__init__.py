"""What costs how much, as ratios in one process: `python -m benchmarks`. Nothing asserts a time."""
