"""From which edge an endpoint counts y: Kling says the bottom, fal says nothing, a clip shows it.

A probe is an ordinary job whose path leads straight up. What its clip shows is believed only where
there is no doubt; then it counts for that endpoint at that backend, until somebody forgets it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.catalog import Origin
from kling_desktop.domain.money import dollars, estimate
from kling_desktop.domain.motion.verdict import Took
from kling_desktop.domain.rules import takes_brush

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from kling_desktop.domain.catalog import Catalog, Endpoint
    from kling_desktop.domain.jobs import Job

PURPOSE = "calibration"
"""Of the job whose clip shows it."""
PROJECT = "Calibration of the motion brush"
"""By which its money is told."""
EXPLAINED = (
    "Kling writes that y counts from the bottom of the picture, fal says nothing of it, and a path "
    "that is counted from the wrong edge runs upside down. One clip settles it: a ball that shall "
    "go straight up is sent, and where it went is measured once the clip is home."
)
_AGREES = 0.9
_REACHES = 0.35
_FOLLOWED = 0.4
_APART = 2.0
"""The object must have moved that much farther than what is around it."""
_STILL = 0.02
"""Share of the width by which the rest may drift: a camera that moves makes nothing certain."""


class Finding(StrEnum):
    """What became of a path that leads straight up."""

    UP = "up"
    DOWN = "down"
    NO_MOTION = "no motion"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a clip has shown of one endpoint."""

    endpoint: str
    origin: Origin
    date: str
    job: str
    """The probe, by its id."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """All that is known of where an endpoint counts from."""

    endpoint: Endpoint
    """As it is used now."""
    price: Decimal | None
    """Of a probe."""
    answer: Answer | None = None
    job: Job | None = None
    """The newest probe that was sent, or will be."""


def finding_of(told: Mapping[str, Any] | None) -> Finding:
    """What the verdict on a probe's clip shows; anything odd is unclear."""
    regions = (told or {}).get("regions")
    if told is None or not isinstance(regions, list) or len(regions) != 1:
        return Finding.UNCLEAR
    region, drift = regions[0], told.get("static_drift")
    if drift is None or drift > _STILL or region["followed"] < _FOLLOWED:
        return Finding.UNCLEAR
    if told["took"] == Took.NO.value and told["outside"] <= _STILL:
        return Finding.NO_MOTION
    if region["reach"] < _REACHES or told["ratio"] < _APART:
        return Finding.UNCLEAR
    if region["agreement"] >= _AGREES:
        return Finding.UP
    return Finding.DOWN if region["agreement"] <= -_AGREES else Finding.UNCLEAR


def origin_shown(finding: Finding, sent: Origin) -> Origin | None:
    """Where the endpoint counts from, given where the probe's points were counted from."""
    return {Finding.UP: sent, Finding.DOWN: sent.other}.get(finding)


def brush_endpoints(catalog: Catalog) -> tuple[Endpoint, ...]:
    """The endpoints that take the brush, the cheapest first; an unknown price is the dearest."""
    there = [each for each in catalog.endpoints if takes_brush(each) and not each.retired]
    return tuple(sorted(there, key=lambda each: (each.price is None, brush_price(each) or 0)))


def brush_price(endpoint: Endpoint) -> Decimal | None:
    """Of a clip with the brush; None where nobody knows."""
    seconds = endpoint.brush.seconds if endpoint.brush else 5
    return estimate(endpoint, {"duration": str(seconds)})


def with_answers(catalog: Catalog, answers: Iterable[Answer]) -> Catalog:
    """The catalog with what clips have shown."""
    known = {each.endpoint: each for each in answers}
    if not known:
        return catalog
    endpoints = tuple(
        _shown(each, known[each.id]) if each.id in known else each for each in catalog.endpoints
    )
    return catalog.model_copy(update={"endpoints": endpoints})


def _shown(endpoint: Endpoint, answer: Answer) -> Endpoint:
    return endpoint.with_brush(
        origin=answer.origin,
        is_verified=True,
        date=answer.date,
        source=f"the clip of job {answer.job} showed it",
    )


def standing(known: Calibration) -> str:
    """Where it counts from, and who says so."""
    endpoint, answer = known.endpoint, known.answer
    edge = endpoint.brush.origin.edge if endpoint.brush else ""
    name = endpoint.title.partition(",")[0]
    if answer is None:
        return f"{name} counts y from the {edge}, as Kling has written. No clip has shown it yet."
    return f"{name} counts y from the {edge}: a clip showed it on {answer.date} (job {answer.job})."


def cost_of(job: Job) -> str:
    """What a probe has cost, or is expected to."""
    if job.backend == "sandbox":
        return "It cost nothing: the sandbox plays."
    if job.cost_usd is not None:
        return f"It cost {dollars(job.cost_usd)}."
    return f"It cost about {dollars(job.estimate_usd)}."


def outcome(finding: Finding, sent: Origin, cost: str) -> str:
    """What a probe has shown, what follows, and what it cost."""
    match origin_shown(finding, sent):
        case Origin() as origin:
            went = f"The ball went {finding.value}, so y counts from the {origin.edge}."
            return f"{went} Paths are sent that way from now on. {cost}"
        case _ if finding is Finding.NO_MOTION:
            return f"The ball did not move: the brush was ignored. Nothing is changed. {cost}"
        case _:
            return f"The clip does not show it clearly. Nothing is changed. {cost}"
