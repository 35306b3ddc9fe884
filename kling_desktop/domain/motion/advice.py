"""What to put right before money is spent: one table of rules, each with its source and its fixes.

Hard rules say that the clip would fail or the brush would be ignored; soft ones are for the user to
weigh, and can be muted. What concerns paths is found by ``path_checks``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.motion import advice_fixes as fixes
from kling_desktop.domain.motion.document import STATIC
from kling_desktop.domain.motion.path_checks import FlawKind, flaws
from kling_desktop.domain.motion.words import calming, without
from kling_desktop.domain.rules import BRUSH_DOCUMENTED, BRUSH_TAKERS, takes_brush

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.domain.motion.advice_fixes import Fix
    from kling_desktop.domain.motion.document import MotionDocument, Region, RegionId
    from kling_desktop.domain.motion.geometry import Size

SMALL, LARGE = 0.5, 60.0
"""Percent of the picture."""
MOST_REGIONS = 6
_KLING = "Kling's API pages"
_PAID = "paid tests, kling-facts.md §1.6"


class Rule(Enum):
    """The names are kept where the user mutes a rule, so they do not change."""

    ENDPOINT = "endpoint"
    DURATION = "duration"
    TAIL = "tail"
    SIZES = "sizes"
    SIX = "six"
    NO_PATH = FlawKind.NO_PATH.value
    NO_PIXELS = FlawKind.NO_PIXELS.value
    VANISHES = FlawKind.VANISHES.value
    TOO_SHORT = FlawKind.TOO_SHORT.value
    WEAK = FlawKind.WEAK.value
    UNSURE = FlawKind.UNSURE.value
    TOO_FAST = FlawKind.TOO_FAST.value
    STARTS_OUTSIDE = FlawKind.STARTS_OUTSIDE.value
    LEAVES_FRAME = FlawKind.LEAVES_FRAME.value
    CROSSES_STATIC = FlawKind.CROSSES_STATIC.value
    TOO_WINDING = FlawKind.TOO_WINDING.value
    STEPPED = FlawKind.STEPPED.value
    SMALL = "small"
    LARGE = "large"
    NO_STATIC = "no static"
    STATIC_ALONE = "static alone"
    CALMING = "calming words"


SOURCES: Mapping[Rule, str] = {
    Rule.ENDPOINT: "kling-facts.md §0.3: fields that an endpoint lacks are ignored, and charged",
    Rule.DURATION: f"{_KLING}: brush on 5 s only; 10 s gave 422 feature_not_supported",
    Rule.TAIL: f"{_KLING}: start and end picture, masks, and camera exclude each other",
    Rule.SIZES: f"{_KLING}: masks of another size than the picture fail the task",
    Rule.SIX: f"{_KLING}: at most six dynamic masks",
    Rule.NO_PATH: f"{_KLING}: 2 to 77 points for a clip of 5 s",
    Rule.NO_PIXELS: f"{_KLING}: every path belongs to a mask",
    Rule.VANISHES: "kling-facts.md §1.5: an empty mask is undocumented",
    Rule.TOO_SHORT: "motion-preview.md §5.5",
    Rule.WEAK: f"{_PAID}: up to 6.5 % of the width was ignored",
    Rule.UNSURE: f"{_PAID}: 10 % of the width worked, 6.5 % did not; nobody knows between",
    Rule.TOO_FAST: "motion-preview.md §5.5",
    Rule.STARTS_OUTSIDE: "kling-facts.md §1.6: everybody who had success started inside",
    Rule.LEAVES_FRAME: "kling-facts.md §1.6: leaving the frame is undocumented",
    Rule.CROSSES_STATIC: "motion-preview.md §5.5",
    Rule.TOO_WINDING: f"{_KLING}: 77 points at most",
    Rule.STEPPED: "motion-preview.md §5.4",
    Rule.SMALL: "motion-preview.md §6: regions below that are hardly followed",
    Rule.LARGE: "kling-facts.md §1.5: large regions made the whole frame drift",
    Rule.NO_STATIC: "kling-facts.md §1.5: without a static mask the whole frame drifted",
    Rule.STATIC_ALONE: "kling-facts.md §1.5: what a static mask does alone is undocumented",
    Rule.CALMING: f"{_PAID}: such words overrode the brush",
}
"""Where each rule comes from."""
HARD = frozenset(
    (Rule.ENDPOINT, Rule.DURATION, Rule.TAIL, Rule.SIZES, Rule.SIX, Rule.NO_PATH, Rule.NO_PIXELS,
     Rule.VANISHES)
)  # fmt: skip
"""These cannot be muted: what they find stops the clip."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to put right, or to weigh."""

    rule: Rule
    sentence: str
    """What is wrong, and what it means."""
    fixes: tuple[Fix, ...] = ()
    """Each puts it right by itself."""
    region: RegionId | None = None
    """Which one it is about."""

    @property
    def is_hard(self) -> bool:
        return self.rule in HARD

    @property
    def source(self) -> str:
        return SOURCES[self.rule]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What would be sent."""

    document: MotionDocument
    endpoint: Endpoint
    values: Mapping[str, Any] = field(default_factory=dict)
    """The fields of the form."""
    sent: Size | None = None
    """Of the picture as it is sent; that of the document if nothing else is known."""
    as_documented: bool = False
    """The user wants the brush sent where only a page of fal's shows it."""


def advise(wanted: Wanted, muted: Collection[Rule] = ()) -> tuple[Advice, ...]:
    """Everything that the rules find, what stops the clip first; nothing while nothing is painted.

    It reads every mask: not for the thread that paints.
    """
    if wanted.document.is_blank:
        return ()
    found = [*_request(wanted), *_regions(wanted), *_paths(wanted), *_prompt(wanted)]
    kept = [each for each in found if each.is_hard or each.rule not in muted]
    return tuple(sorted(kept, key=lambda each: not each.is_hard))


def _request(wanted: Wanted) -> Iterator[Advice]:
    endpoint, values = wanted.endpoint, wanted.values
    insists = wanted.as_documented and endpoint.id in BRUSH_DOCUMENTED
    if not takes_brush(endpoint) and not insists:
        text = f"{endpoint.title} has no motion brush: it would be ignored, and the clip charged."
        yield Advice(Rule.ENDPOINT, text, tuple(fixes.switch(each) for each in BRUSH_TAKERS))
    if str(values.get("duration", "5")) != "5":
        text = "The motion brush works on 5 seconds only: fal would refuse the clip."
        yield Advice(Rule.DURATION, text, (fixes.values("Make it 5 s", duration="5"),))
    if values.get("tail_image_url"):
        text = "An end picture and the motion brush exclude each other."
        yield Advice(
            Rule.TAIL, text, (fixes.values("Remove the end picture", tail_image_url=None),)
        )


def _regions(wanted: Wanted) -> Iterator[Advice]:
    document = wanted.document
    if len(document.dynamic) > MOST_REGIONS:
        text = f"Kling moves {MOST_REGIONS} regions at most; there are {len(document.dynamic)}."
        yield Advice(Rule.SIX, text, (fixes.first_regions(document, MOST_REGIONS),))
    odd = [each for each in document.regions if each.mask.size != document.size]
    for each in odd:
        text = f"{each.title} was painted on a picture of another size: the task would fail."
        yield Advice(Rule.SIZES, text, (fixes.resize_mask(document, each),), each.id)
    moving = [each for each in document.dynamic if not each.mask.is_empty]
    for each in moving:
        yield from _area(each)
    if not odd:
        yield from _static(document, is_moving=bool(moving))


def _static(document: MotionDocument, *, is_moving: bool) -> Iterator[Advice]:
    if is_moving and document.static.mask.is_empty:
        text = "Nothing is static: the whole picture may drift. Pin what shall stay."
        yield Advice(Rule.NO_STATIC, text, fixes.pin_rest(document))
    has_path = any(not each.trajectory.is_empty for each in document.dynamic)
    if not is_moving and not has_path and not document.static.mask.is_empty:
        text = (
            "Only what stays is painted. Nobody knows what Kling makes of that, and it charges: "
            "paint what shall move as well."
        )
        yield Advice(Rule.STATIC_ALONE, text, (), STATIC)


def _area(region: Region) -> Iterator[Advice]:
    size = region.mask.size
    percent = 100 * region.mask.area / (size.width * size.height)
    told = f"{region.title} covers {percent:.1f} % of the picture"
    if percent < SMALL:
        yield Advice(
            Rule.SMALL, f"{told}: so little is easily overlooked. Paint more of it.", (), region.id
        )
    elif percent > LARGE:
        text = f"{told}: the rest will move along. Paint only what shall move."
        yield Advice(Rule.LARGE, text, (), region.id)


def _paths(wanted: Wanted) -> Iterator[Advice]:
    document, sent = wanted.document, wanted.sent or wanted.document.size
    if any(each.mask.size != document.size for each in document.regions):
        return  # Where a path lies can only be told once the sizes agree.
    for flaw in flaws(document, sent):
        fix = fixes.for_flaw(document, flaw)
        yield Advice(Rule(flaw.kind.value), flaw.sentence, fix, flaw.region.id)


def _prompt(wanted: Wanted) -> Iterator[Advice]:
    prompt = str(wanted.values.get("prompt") or "")
    if words := calming(prompt):
        told = ", ".join(f"\N{LEFT DOUBLE QUOTATION MARK}{each}\N{RIGHT DOUBLE QUOTATION MARK}"
                         for each in words)  # fmt: skip
        text = f"The prompt says {told}: such words have overruled the brush."
        left = without(prompt, words)
        fix = fixes.values("Leave these words out", prompt=left)
        yield Advice(Rule.CALMING, text, (fix,) if left else ())
