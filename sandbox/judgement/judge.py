"""From a finished run to its report."""

from __future__ import annotations

from collections import Counter

from sandbox.documents.decisions import beside_the_brief
from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.problems import DocumentError
from sandbox.judgement.cost import cost, total
from sandbox.judgement.happened import first_loss, happened
from sandbox.judgement.par import rate
from sandbox.judgement.report import (
    Latency,
    NodeResult,
    OperationResult,
    Report,
    Service,
    Wait,
)
from sandbox.judgement.slos import judge_slo
from sandbox.simulation.behaviours.base import SimNode
from sandbox.simulation.behaviours.batch_station import BatchStation
from sandbox.simulation.behaviours.cache import Cache
from sandbox.simulation.meters import OperationMeter
from sandbox.simulation.run import Run
from sandbox.simulation.samples import EXACT_LIMIT, Samples


def judge(level: Level, design: Design, run: Run) -> Report:
    """Say what a finished run means. Raises DocumentError for a run too large to be judged."""
    operations = {operation.name: operation.meter for operation in run.world.operations}
    if level.slos and not all(meter.records.complete for meter in operations.values()):
        raise DocumentError.single(
            f"a level with SLOs may not ask more than {EXACT_LIMIT:,} times in a run",
            hint="shorten the run or lower its rates",
        )
    slos = [judge_slo(level, run, slo) for slo in level.slos]
    parts = cost(level, design)
    budget, period = level.budget if level.budget else (None, None)
    within_budget = budget is None or total(parts) <= budget
    passed = within_budget and all(slo.passed for slo in slos)
    charged = _charged(run)
    return Report(
        level=level.id,
        seed=run.seed,
        passed=passed,
        cost=total(parts),
        budget=budget,
        period=period,
        cost_parts=parts,
        within_budget=within_budget,
        stars=rate(level, design, cost=total(parts), held=passed),
        slos=slos,
        operations={name: _operation(meter) for name, meter in operations.items()},
        nodes={node: _node(run, node, charged[node]) for node in run.world.instances},
        happened=happened(level, run, slos),
        first_loss=first_loss(level, run),
        ledger=run.world.ledger.counts(),
        settled=_settled(run),
        scope=beside_the_brief(level, design),
        queue_now_at=charged.most_common(1)[0][0] if charged else None,
        duration=run.lane.now,
        conserved=run.conserved,
    )


def _operation(meter: OperationMeter) -> OperationResult:
    samples, offered = meter.latencies, meter.arrivals
    return OperationResult(
        arrivals=meter.arrivals,
        **meter.counts,
        in_flight=meter.in_flight,
        latency=_latency(samples, offered),
    )


def _node(run: Run, node_id: str, charged: int) -> NodeResult:
    instances = run.world.instances[node_id]
    measured = [run.measured[node.index] for node in instances]
    waits = Samples.together(node.meter.waits for node in instances)
    service = sum(node.meter.service for node in instances)
    node = instances[0].place.node
    return NodeResult(
        kind=node.kind,
        count=node.count,
        arrivals=sum(reading.arrivals for reading in measured),
        served=sum(reading.served for reading in measured),
        rejected=sum(reading.rejected for reading in measured),
        wait=Wait(mean=waits.mean, p99=waits.percentile(99)),
        service=Service(mean=service / waits.count if waits.count else None),
        utilisation=_busy(run, instances),
        queue_max=max(node.queue_max for node in instances),
        wasted=sum(_wasted(node) for node in instances),
        charged=charged,
        failed=sum(reading.failed for reading in measured),
        hit_ratio=_hit_ratio(instances),
        age=_age(instances),
    )


def _busy(run: Run, instances: list[SimNode]) -> float:
    """The mean busy share of those that were ever in service; some are never started."""
    used = [each for each in instances if each.in_service or run.measured[each.index].arrivals]
    return sum(run.utilisation[each.index] for each in used) / max(len(used), 1)


def _hit_ratio(instances: list[SimNode]) -> float | None:
    caches = [node for node in instances if isinstance(node, Cache)]
    looks = sum(cache.hits + cache.misses for cache in caches)
    return sum(cache.hits for cache in caches) / looks if looks else None


def _age(instances: list[SimNode]) -> float | None:
    caches = [node for node in instances if isinstance(node, Cache)]
    hits = sum(cache.hits for cache in caches)
    return sum(cache.aged for cache in caches) / hits if hits else None


def _settled(run: Run) -> Latency | None:
    ledger = run.world.ledger
    if ledger.stock is None:
        return None
    samples = Samples()
    for seconds in ledger.settled:
        samples.add(seconds)
    return _latency(samples, samples.count)


def _latency(samples: Samples, offered: int) -> Latency:
    return Latency(
        mean=samples.mean,
        p50=samples.percentile(50, offered),
        p90=samples.percentile(90, offered),
        p95=samples.percentile(95, offered),
        p99=samples.percentile(99, offered),
    )


def _wasted(node: SimNode) -> int:
    return sum(shelf.left for shelf in node.shelves) if isinstance(node, BatchStation) else 0


def _charged(run: Run) -> Counter[str]:
    """Requests lost or late, by the node of the design that caused it."""
    charged: Counter[str] = Counter()
    for operation in run.world.operations:
        for index, number in operation.meter.charged.items():
            if index >= 0:
                charged[run.world.nodes[index].place.node.id] += number
    return charged
