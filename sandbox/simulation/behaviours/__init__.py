"""Nodes' behaviours, one file each, and the table that says which is which.

A behaviour is a class with one generator, `visit`, that says in order what happens to a
request. To add one: a file here, a line in `BEHAVIOURS`, its settings in the catalogue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.documents.catalogue import BehaviourName
from sandbox.simulation.behaviours.backup import Backup
from sandbox.simulation.behaviours.batch_station import BatchStation
from sandbox.simulation.behaviours.cache import Cache
from sandbox.simulation.behaviours.clients import Clients
from sandbox.simulation.behaviours.compute import Compute
from sandbox.simulation.behaviours.dead_letters import DeadLetters
from sandbox.simulation.behaviours.dns import Dns
from sandbox.simulation.behaviours.external import External
from sandbox.simulation.behaviours.filter import Filter
from sandbox.simulation.behaviours.function import Function
from sandbox.simulation.behaviours.gate import Gate
from sandbox.simulation.behaviours.line import Line
from sandbox.simulation.behaviours.log import Log
from sandbox.simulation.behaviours.observer import Observer
from sandbox.simulation.behaviours.primary import Primary
from sandbox.simulation.behaviours.proxy import Proxy
from sandbox.simulation.behaviours.queue import Queue
from sandbox.simulation.behaviours.quorum import Copy
from sandbox.simulation.behaviours.replica import Replica
from sandbox.simulation.behaviours.router import Router
from sandbox.simulation.behaviours.scheduler import Scheduler
from sandbox.simulation.behaviours.shards import Shard
from sandbox.simulation.behaviours.shedder import Shedder
from sandbox.simulation.behaviours.sockets import Sockets
from sandbox.simulation.behaviours.station import Station
from sandbox.simulation.behaviours.store import Store
from sandbox.simulation.behaviours.table import Table
from sandbox.simulation.behaviours.topic import Topic

if TYPE_CHECKING:
    from sandbox.simulation.behaviours.base import SimNode

BEHAVIOURS: dict[BehaviourName, type[SimNode]] = {
    "clients": Clients,
    "scheduler": Scheduler,
    "router": Router,
    "proxy": Proxy,
    "dns": Dns,
    "gate": Gate,
    "filter": Filter,
    "shedder": Shedder,
    "compute": Compute,
    "function": Function,
    "cache": Cache,
    "store": Store,
    "primary": Primary,
    "replica": Replica,
    "backup": Backup,
    "shards": Shard,
    "quorum": Copy,
    "table": Table,
    "queue": Queue,
    "log": Log,
    "topic": Topic,
    "dead-letters": DeadLetters,
    "sockets": Sockets,
    "external": External,
    "station": Station,
    "batch-station": BatchStation,
    "line": Line,
    "observer": Observer,
}
