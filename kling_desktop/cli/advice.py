"""What the window says before money is spent, said on the command line as well."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from kling_desktop.cli.output import say
from kling_desktop.domain.errors import InvalidParams, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.domain.motion.advice import Advice
    from kling_desktop.domain.motion.project import Project
    from kling_desktop.engine.intake import Draft

HERE = {
    "endpoint": "--brush-endpoint says which model gets it: {takers}",
    "duration": "--set duration=5 makes it 5 s",
    "tail": "leave tail_image_url out",
}
"""What puts it right on the command line."""


async def advise_on(project: Project, endpoint: Endpoint, draft: Draft) -> tuple[Advice, ...]:
    """What is to be weighed before a project's brush is paid for, but for what it has muted.

    Raises:
        InvalidParams: the clip would fail, or the brush would be ignored.
    """
    from kling_desktop.domain.motion.advice import Rule, Wanted, advise

    wanted = Wanted(
        project.document, endpoint, dict(draft.values), as_documented=draft.brush_as_documented
    )
    names = {rule.value: rule for rule in Rule}
    muted = [names[each] for each in project.muted if each in names]
    found = await asyncio.to_thread(advise, wanted, muted)
    if hard := [each for each in found if each.is_hard]:
        raise InvalidParams(tuple(Problem("The motion brush", _todo(each)) for each in hard))
    return found


def tell(found: Sequence[Advice]) -> None:
    """For people."""
    for each in found:
        say(f"Note: {each.sentence}")


def advice_json(found: Sequence[Advice]) -> list[dict[str, Any]]:
    """For scripts."""
    return [
        {
            "rule": each.rule.value,
            "region": each.region,
            "sentence": each.sentence,
            "source": each.source,
            "fixes": [fix.text for fix in each.fixes],
        }
        for each in found
    ]


def _todo(advice: Advice) -> str:
    from kling_desktop.domain.rules import BRUSH_TAKERS

    sentence = advice.sentence.rstrip(".")
    hint = HERE.get(advice.rule.value, "").format(takers=" or ".join(BRUSH_TAKERS))
    return f"cannot be sent so. {sentence}" + f" ({hint})" * bool(hint)
