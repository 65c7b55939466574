"""`python -m benchmarks [lane] [engine] [path] [stream] [draws] [memory]`: ratios, or all."""

from __future__ import annotations

import sys

from benchmarks import draws, engine, lane, memory, path_engine, stream

SECTIONS = {
    "lane": lane.report,
    "engine": engine.report,
    "path": path_engine.report,
    "stream": stream.report,
    "draws": draws.report,
    "memory": memory.report,
}

chosen = sys.argv[1:] or list(SECTIONS)
if unknown := [name for name in chosen if name not in SECTIONS]:
    sys.exit(f"no such section: {', '.join(unknown)} (known: {', '.join(SECTIONS)})")
for number, name in enumerate(chosen):
    print(end="\n" if number else "")
    SECTIONS[name]()
