"""A few skies for the sandbox, by name: what goes wrong under each, as its weather files say it."""

from __future__ import annotations

from typing import Any

FAIR = "fair"
SKIES: dict[str, tuple[str, tuple[dict[str, Any], ...]]] = {
    FAIR: ("Fair: nothing goes wrong", ()),
    "busy": (
        "Busy: the queue is long",
        (
            {"fault": "slow_queue", "seconds": 15},
            {"fault": "position_changes", "probability": 0.3, "seed": 2},
        ),
    ),
    "bad-day": (
        "A bad day at fal",
        (
            {"fault": "unavailable", "probability": 0.2, "seed": 1},
            {"fault": "slow_queue", "seconds": 10, "probability": 0.5, "seed": 1},
            {"fault": "gateway_timeout", "stage": "result", "count": 3},
            {"fault": "model_error", "probability": 0.1, "seed": 1},
        ),
    ),
    "train": (
        "A train with bad reception",
        (
            {"fault": "drop", "stage": "status", "probability": 0.2, "seed": 3},
            {"fault": "cut", "stage": "download", "probability": 0.4, "seed": 3},
            {"fault": "late", "stage": "status", "probability": 0.2, "seconds": 2, "seed": 3},
        ),
    ),
    "lost-answer": (
        "One answer is lost: was it charged?",
        ({"fault": "drop", "stage": "accepted", "count": 1},),
    ),
    "refusals": (
        "Every other request is refused",
        ({"fault": "refuse", "probability": 0.5, "seed": 4},),
    ),
    "brush-ignored": (
        "The motion brush is ignored",
        ({"fault": "ignore_brush"},),
    ),
}
OPTIONS = tuple((name, words) for name, (words, _) in SKIES.items())
