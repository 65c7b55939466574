"""`python -m benchmarks`: print all ratios."""

from __future__ import annotations

from benchmarks import engine

engine.report()
