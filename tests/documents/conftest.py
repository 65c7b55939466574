"""Property tests on a busy machine: the same examples every time, and no deadline for one."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("documents", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("documents")
