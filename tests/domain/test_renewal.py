"""What fal tells is put over the catalog where it can be used, and said where it differs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from kling_desktop.domain import params
from kling_desktop.domain.catalog import Endpoint, load_catalog
from kling_desktop.domain.differences import ChangeKind, differences
from kling_desktop.domain.money import estimate, exact_dollars
from kling_desktop.domain.published import ModelFacts, PublishedField, Shape, Standing, UnitPrice
from kling_desktop.domain.renewal import Overlay, merged, overlaid, renewed
from tests.helpers.worlds import BRUSH, EFFECTS, I2V, T2V

CATALOG = load_catalog()
DAY = "2026-12-01"
SHAPES = {
    "text": Shape.TEXT, "choice": Shape.TEXT, "picture": Shape.TEXT, "number": Shape.NUMBER,
    "pictures": Shape.LIST, "masks": Shape.LIST, "count": Shape.NUMBER, "flag": Shape.FLAG,
    "words": Shape.LIST, "video": Shape.TEXT, "sound": Shape.TEXT, "record": Shape.OTHER,
    "records": Shape.LIST,
}  # fmt: skip


def published(endpoint: Endpoint) -> dict[str, PublishedField]:
    """The fields as fal would publish them if nothing had changed."""
    names = ("name", "required", "default", "choices", "minimum", "maximum", "max_length",
             "min_items", "max_items")  # fmt: skip
    return {
        field.name: PublishedField(
            shape=SHAPES[field.kind], **{name: getattr(field, name) for name in names}
        )
        for field in endpoint.fields
    }


def facts(endpoint_id: str, *gone: str, **changes: dict[str, Any]) -> ModelFacts:
    """All facts of an endpoint; changes by the name of the field."""
    endpoint = CATALOG.endpoint(endpoint_id)
    fields = published(endpoint)
    for name, change in changes.items():
        known = fields.get(name, PublishedField(name=name))
        fields[name] = known.model_copy(update=change)
    return ModelFacts(
        endpoint_id=endpoint_id,
        standing=Standing.ACTIVE,
        fields=tuple(each for name, each in fields.items() if name not in gone),
        price=_told_price(endpoint),
    )


def _told_price(endpoint: Endpoint) -> UnitPrice | None:
    if endpoint.price is None:
        return None
    unit = "videos" if endpoint.price.usd_per_clip else "seconds"
    return UnitPrice(amount=endpoint.price.usd_per_unit, unit=unit, currency="USD", date=DAY)


def told(given: ModelFacts) -> tuple[Endpoint, list[str]]:
    """The renewed endpoint and the sentences."""
    before = CATALOG.endpoint(given.endpoint_id)
    after = renewed(before, given)
    return after, [each.message for each in differences(before, after, given)]


@pytest.mark.parametrize("endpoint", CATALOG.endpoints, ids=lambda each: each.id)
def test_where_nothing_has_changed_nothing_is_said(endpoint: Endpoint) -> None:
    after, said = told(facts(endpoint.id))
    assert said == []
    assert after.fields == endpoint.fields


def test_one_more_choice_is_taken_over_and_said() -> None:
    after, said = told(facts(T2V, duration={"choices": ("5", "10", "15")}))
    assert said == ["duration also takes 15"]
    assert params.check(after, {"prompt": "a", "duration": "15"})["duration"] == "15"


def test_a_choice_that_is_gone_is_no_longer_offered() -> None:
    after, said = told(facts(T2V, duration={"choices": ("10",), "default": "10"}))
    assert said == ["duration no longer takes 5", "duration now defaults to 10 (was 5)"]
    assert after.field("duration").choices == ("10",)


def test_a_default_that_is_no_choice_any_more_gives_way_to_one_that_is() -> None:
    after, said = told(facts(T2V, duration={"choices": ("8", "10"), "default": "5"}))
    assert after.field("duration").default == "8"
    assert "duration now defaults to 8 (was 5)" in said


def test_many_new_choices_are_counted() -> None:
    scenes = (
        *CATALOG.endpoint(EFFECTS).field("effect_scene").choices,
        *(f"new{n}" for n in range(9)),
    )
    _, said = told(facts(EFFECTS, effect_scene={"choices": scenes}))
    assert said == ["effect_scene also takes new0, new1, new2, new3, new4, new5 and 3 more"]


def test_a_length_that_nobody_can_reckon_with_is_said_and_not_offered() -> None:
    after, said = told(facts(T2V, duration={"choices": ("5", "10", "auto", "1000")}))
    assert said == ["duration also takes auto, 1000, not used here yet"]
    assert after.field("duration").choices == ("5", "10")
    only_odd, _ = told(facts(T2V, duration={"choices": ("auto",)}))
    assert only_odd.field("duration").choices == ("5", "10")


def test_another_default_is_taken_over_and_said() -> None:
    after, said = told(facts(T2V, cfg_scale={"default": 0.7}, negative_prompt={"default": ""}))
    assert said == [
        'negative_prompt now defaults to "" (was "blur, distort, and low quality")',
        "cfg_scale now defaults to 0.7 (was 0.5)",
    ]
    assert params.check(after, {"prompt": "a"})["cfg_scale"] == 0.7


def test_a_default_told_as_a_number_is_the_choice_of_that_number() -> None:
    after, said = told(facts(T2V, duration={"default": 10.0}))
    assert (after.field("duration").default, len(said)) == ("10", 1)


def test_other_bounds_are_taken_over_and_said() -> None:
    _, said = told(facts(T2V, cfg_scale={"maximum": 2.0}, prompt={"max_length": 3000}))
    assert said == [
        "prompt now takes up to 3000 characters (was up to 2500)",
        "cfg_scale now goes from 0 to 2 (was 0 to 1)",
    ]
    elements = "fal-ai/kling-video/v1.6/pro/elements"
    after, said = told(facts(elements, input_image_urls={"max_items": 7}))
    assert said == ["input_image_urls now takes 1 to 7 entries (was 1 to 4)"]
    assert after.field("input_image_urls").max_items == 7


def test_silence_changes_nothing() -> None:
    silent = dict.fromkeys(("default", "minimum", "maximum", "max_length", "shape"))
    after, said = told(
        facts(T2V, **{each: silent | {"choices": ()} for each in published(CATALOG.endpoint(T2V))})
    )
    assert said == []
    assert after.fields == CATALOG.endpoint(T2V).fields


def test_what_is_required_is_taken_over_and_said() -> None:
    after, said = told(facts(I2V, tail_image_url={"required": True}, prompt={"required": False}))
    assert said == ["prompt is no longer required", "tail_image_url is now required"]
    assert after.field("tail_image_url").required


def test_a_field_that_is_now_required_and_has_a_default_is_still_filled_in() -> None:
    after, _ = told(facts(T2V, cfg_scale={"required": True}))
    assert params.check(after, {"prompt": "a"})["cfg_scale"] == 0.5


def test_a_new_field_is_said_and_not_used() -> None:
    after, said = told(facts(T2V, seed={"shape": Shape.NUMBER}, voice={"required": True}))
    assert said == [
        "new field seed (not used by this program yet)",
        "new field voice (needed by fal, and not used by this program yet)",
    ]
    assert not after.has("seed")


def test_a_field_that_fal_no_longer_lists_is_kept_and_that_is_said() -> None:
    after, said = told(facts(BRUSH, "dynamic_masks"))
    assert said == [
        "fal's schema no longer lists dynamic_masks; it is kept, as the founding document has it"
    ]
    assert after.has("dynamic_masks")


def test_a_field_of_another_form_is_said_and_stays_as_it_was() -> None:
    after, said = told(facts(T2V, duration={"shape": Shape.NUMBER, "choices": (), "default": 7.0}))
    assert said == [
        "fal now takes duration in another form (number); this program keeps it as it was"
    ]
    assert after.fields == CATALOG.endpoint(T2V).fields


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("cfg_scale", {"minimum": 2.0}),
        ("cfg_scale", {"minimum": 1.0, "maximum": 1.0}),
        ("prompt", {"max_length": 0}),
    ],
)
def test_bounds_between_which_nothing_fits_are_not_taken_over(
    name: str, odd: dict[str, Any]
) -> None:
    after, said = told(facts(T2V, **{name: odd}))
    assert after.fields == CATALOG.endpoint(T2V).fields
    assert len(said) == 1
    assert "contradict" in said[0]


def test_a_new_price_is_taken_over_with_its_date_and_source() -> None:
    given = facts(I2V)
    price = UnitPrice(amount=Decimal("0.14"), unit="second", currency="usd", date=DAY)
    after, said = told(given.model_copy(update={"price": price}))
    assert said == ["price is now $0.14 a second (was $0.095)"]
    assert after.price is not None
    assert (after.price.date, after.price.source) == (DAY, f"fal platform API, {DAY}")
    assert estimate(after, {"duration": "10"}) == Decimal("1.40")


def test_a_price_that_was_confirmed_carries_the_new_date() -> None:
    after, said = told(facts(I2V))
    assert after.price is not None
    assert (said, after.price.date, after.price.note) == ([], DAY, "")


@pytest.mark.parametrize(
    ("unit", "currency", "asks"),
    [("video", "USD", "0.3 USD per video"), ("seconds", "EUR", "0.3 EUR per seconds")],
)
def test_a_price_by_something_else_is_no_longer_known(unit: str, currency: str, asks: str) -> None:
    price = UnitPrice(amount=Decimal("0.30"), unit=unit, currency=currency, date=DAY)
    after, said = told(facts(I2V).model_copy(update={"price": price}))
    assert said == [
        f"price is no longer known: fal asks {asks}, not dollars per second (was $0.095)"
    ]
    assert estimate(after, {"duration": "5"}) is None
    again = [e.message for e in differences(after, after, facts(I2V))]
    assert again == []


def test_a_price_that_becomes_known_is_said() -> None:
    unknown = CATALOG.endpoint(I2V).model_copy(update={"price": None})
    given = facts(I2V)
    (change,) = differences(unknown, renewed(unknown, given), given)
    assert change.message == "price is now $0.095 a second (was unknown)"


def test_a_retired_endpoint_is_said_and_may_come_back() -> None:
    given = facts(T2V).model_copy(update={"standing": Standing.DEPRECATED})
    after, said = told(given)
    assert said == ["fal has retired this endpoint"]
    assert after.retired
    (back,) = differences(after, renewed(after, facts(T2V)), facts(T2V))
    assert (back.kind, back.message) == (ChangeKind.RESTORED, "fal offers this endpoint again")


@pytest.mark.parametrize(
    ("missing", "words"),
    [("standing", "still offers"), ("fields", "could not be read"), ("price", "names no price")],
)
def test_what_fal_does_not_tell_stays_and_that_is_said(missing: str, words: str) -> None:
    after, said = told(facts(T2V).model_copy(update={missing: None}))
    assert len(said) == 1
    assert words in said[0]
    assert after.fields == CATALOG.endpoint(T2V).fields
    assert not after.retired
    assert after.price is not None


def test_an_endpoint_that_fal_does_not_name_stays_as_it_was() -> None:
    after, said = told(ModelFacts(endpoint_id=T2V))
    assert after == CATALOG.endpoint(T2V)
    assert said == ["fal does not name this endpoint; all of it is kept as it was"]


def test_two_prices_that_differ_never_read_the_same() -> None:
    assert exact_dollars(Decimal("0.1425")) == "$0.1425"
    assert exact_dollars(Decimal("0.1")) == "$0.10"
    assert exact_dollars(Decimal(30)) == "$30.00"


# The overlay


def an_overlay(*models: ModelFacts, **changes: str) -> Overlay:
    dates = {"backend": "live", "checked": DAY, "catalog": CATALOG.date}
    return Overlay(models=models, **dates | changes)


def test_an_overlay_is_put_over_the_catalog_that_ships() -> None:
    given = facts(T2V, duration={"choices": ("5", "10", "15")})
    catalog = overlaid(CATALOG, an_overlay(given))
    assert catalog.checked == DAY
    assert catalog.endpoint(T2V).field("duration").choices == ("5", "10", "15")
    assert catalog.endpoint(I2V) == CATALOG.endpoint(I2V)
    assert overlaid(CATALOG, None) is CATALOG


@pytest.mark.parametrize(
    ("checked", "made_for", "counts"),
    [
        ("2026-12-01", "2026-11-23", True),
        ("2026-12-01", "2026-11-01", True),
        ("1970-01-01", "2026-11-23", True),
        ("2026-11-22", "2026-11-01", False),
    ],
)
def test_facts_that_are_older_than_the_catalog_that_ships_are_forgotten(
    checked: str, made_for: str, *, counts: bool
) -> None:
    assert CATALOG.date == "2026-11-23"
    gone = ModelFacts(endpoint_id=T2V, standing=Standing.DEPRECATED)
    catalog = overlaid(CATALOG, an_overlay(gone, checked=checked, catalog=made_for))
    assert catalog.endpoint(T2V).retired is counts


def test_what_a_later_answer_leaves_open_is_as_it_was_told_before() -> None:
    gone = facts(T2V).model_copy(update={"standing": Standing.DEPRECATED})
    (both,) = merged(an_overlay(gone), [ModelFacts(endpoint_id=T2V)], "2026-12-24")
    assert both == gone
    cheap = UnitPrice(amount=Decimal("0.01"), unit="s", currency="USD")
    (newer,) = merged(an_overlay(gone), [ModelFacts(endpoint_id=T2V, price=cheap)], "2026-12-24")
    assert newer.standing is Standing.DEPRECATED
    assert newer.price is not None
    assert (newer.price.amount, newer.price.date) == (Decimal("0.01"), "2026-12-24")
