"""A store: a database. Reads and writes hold a connection and use its processors."""

from __future__ import annotations

from sandbox.simulation.behaviours.compute import Compute


class Store(Compute):
    """Like compute with connections for slots, but it never calls anybody.

    Fails when all connections are held.
    """

    full = "all connections were taken and the line was full"
