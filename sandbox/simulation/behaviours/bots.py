"""Bots: programs that ask as people do, and are nobody's customers."""

from __future__ import annotations

from sandbox.simulation.behaviours.clients import Clients, SimOperation
from sandbox.simulation.requests import Request


class Bots(Clients):
    """Programs that send requests from where some clients are.

    They load the system as anybody does, and whatever they change counts. But how it goes for them
    is nobody's service level: they have meters of their own, their reads are in no ledger, and no
    journey of theirs is shown.
    """

    def __init__(self, among: Clients, operations: list[SimOperation]) -> None:
        super().__init__(among.place)
        self.meter = among.meter
        self.onward = among.onward
        self.before = among.before
        self.operations = operations

    def _done(self, request: Request) -> None:
        operation = self.operations[request.operation]
        if request not in operation.meter.open:
            return
        operation.meter.done(request, self.lane.now)
        if operation.writes:
            self.ledger.answered(request, operation.writes)
        if operation.sells:
            self.ledger.tells(request)

    def _keep(self, request: Request, outcome: str, why: str) -> None:
        """Nobody looks at their journeys."""
