"""`sandbox prove`: whether every level teaches what it says."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.commands.output import Block, Table, progress, show, show_json
from sandbox.documents.library import all_levels, load_level
from sandbox.studies.proofs import LOSSES, WINS, Claim, Proof, prove


def prove_levels(
    words: Sequence[str],
    seeds: int | None,
    losing: int | None = None,
    *,
    as_json: bool = False,
    plain: bool = False,
) -> int:
    """Prove these levels, or all with their second nights. 0 if everything holds, else 1.

    `seeds` is for what must win; what must lose needs no more than a few, or `losing`.
    """
    levels = [load_level(word) for word in words] or [*all_levels()]
    proofs = []
    for level in levels:
        with progress(level.id, plain=plain) as tick:
            few = losing or min(seeds or LOSSES, LOSSES)
            proofs.append(prove(level, seeds or WINS, few, tick))
    if as_json:
        show_json([proof.to_json() for proof in proofs])
    else:
        show([block for proof in proofs for block in _blocks(proof)], plain=plain)
    return 0 if all(proof.holds for proof in proofs) else 1


def _blocks(proof: Proof) -> list[Block]:
    broken = [claim for claim in proof.claims if not claim.holds]
    rows = [(*_row(claim),) for claim in proof.claims]
    blocks: list[Block] = [Table((f"{proof.level} claims that", "holds", "runs", "shown by"), rows)]
    if not broken:
        return [*blocks, f"{proof.level}: all {len(rows)} claims hold."]
    said = [f"- {claim.says}: {claim.note}" for claim in broken]
    head = f"{proof.level}: {len(broken)} of {len(rows)} claims do not hold:"
    return [*blocks, "\n".join([head, *said])]


def _row(claim: Claim) -> tuple[str, str, str, str]:
    runs = f"{claim.agreed} of {claim.runs}" if claim.runs else ""
    lost = ", ".join(f"{slo} lost in {times}" for slo, times in claim.lost.items())
    shown = lost if claim.runs else claim.note
    return claim.says, "yes" if claim.holds else "NO", runs, shown
