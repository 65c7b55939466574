"""Operations: what a client asks for, and the needs that each requires, in order."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, GetJsonSchemaHandler, Tag, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from sandbox.documents.base import Document, Id, Text
from sandbox.documents.laws import Law
from sandbox.documents.units import Duration

SAMPLED = "count"
"""The need that some may do for all."""


class Need(Document):
    """One thing an operation requires; `time` overrides what the doing kind takes for it."""

    need: Id
    time: Law | None = None
    deferrable: bool = False
    """Whether it is done, for the client, once a queue has it."""
    one_in: int = Field(default=1, ge=1, le=10_000)
    """Of a `count`: only one request in so many does it, and counts for all of them."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe both ways of writing it: the name alone, or a mapping."""
        full = handler.resolve_ref_schema(handler(core_schema))
        return {"anyOf": [full["properties"]["need"], full]}

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        return {"need": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _only_counts_are_sampled(self) -> Need:
        if self.one_in > 1 and self.need != SAMPLED:
            raise ValueError(f"only a `{SAMPLED}` can be done for `one_in` so many")
        return self


Branch = Annotated[tuple[Need, ...], Field(min_length=1)]


class Parallel(Document):
    """Branches that start together; what follows waits for the last of them (fork and join)."""

    parallel: tuple[Branch, ...] = Field(min_length=2)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe both ways of writing a branch: a list of needs, or one need."""
        full = handler.resolve_ref_schema(handler(core_schema))
        branches = full["properties"]["parallel"]
        branches["items"] = {"anyOf": [branches["items"]["items"], branches["items"]]}
        return full

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        branches = value.get("parallel") if isinstance(value, dict) else None
        if isinstance(branches, (list, tuple)):
            several = (tuple(b) if isinstance(b, (list, tuple)) else (b,) for b in branches)
            return {**value, "parallel": tuple(several)}
        return value

    @model_validator(mode="after")
    def _everybody_does_them(self) -> Parallel:
        if any(need.one_in > 1 for branch in self.parallel for need in branch):
            raise ValueError("what only `one_in` so many does stands by itself, in no branch")
        return self


def _step_tag(value: Any) -> str:
    forks = "parallel" in value if isinstance(value, dict) else isinstance(value, Parallel)
    return "<parallel>" if forks else "<need>"


Step = Annotated[
    Annotated[Need, Tag("<need>")] | Annotated[Parallel, Tag("<parallel>")],
    Discriminator(_step_tag),
]
"""Tags are in angle brackets, so that the place of an error can be told from them."""


class Items(Document):
    """What the operation is about: `count` keys, the k-th drawn with weight 1/k^skew (Zipf)."""

    of: Id = "item"
    """What they are called. Operations about the same things meet the same keys."""
    count: int = Field(ge=1, le=10_000_000)
    skew: float = Field(default=1.0, ge=0, le=5)


Debt = Literal["audit", "count", "copy"]
"""A record of it; that it was counted; that the second copy is as new as the original."""


class Way(Document):
    """One way in which the code may carry an operation out; the design says which it takes."""

    title: Text
    says: Text
    needs: tuple[Step, ...] = Field(min_length=1)
    every: Duration = 0.0
    """In place of the operation's."""


class Operation(Document):
    """What a client asks for. Done later than `deadline` it is late."""

    title: Text
    endpoint: str = ""
    needs: tuple[Step, ...] = Field(default=(), min_length=1)
    ways: dict[Id, Way] = {}
    """In place of `needs`: several ways to do it, of which the first is taken by default."""
    deadline: Duration | None = None
    items: Items | None = None
    owes: tuple[Debt, ...] = ()
    """What there must be in the end for each one that was answered, however it was done."""
    grace: Duration = 0.0
    """How long what it withdraws may still be allowed elsewhere after it was answered."""
    every: Duration = 0.0
    """What a user does again sooner than this, his client keeps, and it goes with the next one."""
    safe: Duration | None = Field(default=None, gt=0)
    """Within how long what was typed should be saved."""
    secret: bool = False
    """Whether nobody may listen to it on its way."""

    @model_validator(mode="after")
    def _needs_something(self) -> Operation:
        if bool(self.needs) == bool(self.ways):
            raise ValueError("an operation has either `needs` or `ways`, and not both")
        return self

    def taking(self, way: str | None) -> Operation:
        """The operation done in one of its ways; by default, and for an unknown one, the first."""
        if not self.ways:
            return self
        taken = self.ways.get(way or "") or next(iter(self.ways.values()))
        return self.model_copy(update={"needs": taken.needs, "every": taken.every, "ways": {}})

    def without_sampled(self) -> tuple[Step, ...]:
        """The needs of those who are spared what only one in so many does."""
        return tuple(s for s in self.needs if isinstance(s, Parallel) or s.one_in == 1)

    def sampled(self) -> int:
        """How many requests one that does all needs stands for; 1 where everybody does them."""
        return max(need.one_in for need in self.all_needs())

    def all_needs(self) -> list[Need]:
        """Every need, of whatever way and branch."""
        ways = [self.needs, *(way.needs for way in self.ways.values())]
        branches = [
            branch
            for steps in ways
            for step in steps
            for branch in (step.parallel if isinstance(step, Parallel) else ((step,),))
        ]
        return [need for branch in branches for need in branch]

    def needs_any(self, names: tuple[str, ...]) -> bool:
        """Whether it has one of these needs, in whatever branch."""
        return any(need.need in names for need in self.all_needs())
