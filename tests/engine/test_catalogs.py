"""The catalog in use changes when the backend was asked, and not before the answer is kept."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.published import ModelFacts, Standing, UnitPrice
from kling_desktop.domain.renewal import Overlay
from kling_desktop.domain.requests import RequestResult
from kling_desktop.engine.catalogs import Catalogs
from kling_desktop.engine.remote import RemoteEngine
from tests.helpers.fakes import FakeProvider, MemoryShelf
from tests.helpers.worlds import I2V, T2V, Scene, a_draft

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY = "2026-12-01"
GONE = ModelFacts(endpoint_id=T2V, standing=Standing.DEPRECATED)


def dearer(ids: Sequence[str]) -> tuple[ModelFacts, ...]:
    price = UnitPrice(amount=Decimal("0.2"), unit="seconds", currency="USD")
    return tuple(
        ModelFacts(endpoint_id=each, standing=Standing.ACTIVE, fields=None, price=price)
        for each in ids
    )


def catalogs(shelf: MemoryShelf | None = None) -> Catalogs:
    return Catalogs(load_catalog(), "live", shelf)


def an_overlay(**changes: str) -> Overlay:
    dates = {"backend": "live", "checked": DAY, "catalog": load_catalog().date}
    return Overlay(models=(GONE,), **dates | changes)


def test_without_a_word_of_the_backend_the_shipped_catalog_counts() -> None:
    assert catalogs(MemoryShelf()).current is load_catalog()
    assert catalogs().current is load_catalog()


def test_what_the_backend_told_an_earlier_program_counts() -> None:
    assert catalogs(MemoryShelf(an_overlay())).current.endpoint(T2V).retired


def test_what_another_backend_told_does_not_count() -> None:
    assert not catalogs(MemoryShelf(an_overlay(backend="sandbox"))).current.endpoint(T2V).retired


async def test_the_answer_is_kept_used_and_compared() -> None:
    shelf, provider = MemoryShelf(), FakeProvider()
    provider.on_describe.habit = dearer
    known = catalogs(shelf)
    found = await known.refresh(provider, DAY)
    assert provider.on_describe.calls == [(tuple(e.id for e in load_catalog().endpoints),)]
    assert (found.backend, found.checked) == ("live", DAY)
    prices = [each.message for each in found.changes if each.kind == "price"]
    several = [each for each in load_catalog().endpoints if each.price and each.price.with_sound]
    kept = [each.endpoint_id for each in found.changes if each.kind == "not_used"]
    assert kept == [each.id for each in several]  # One number cannot tell two prices.
    assert len(prices) == len(load_catalog().endpoints) - len(several)
    assert prices[0] == "price is now $0.20 a second (was $0.095)"
    price = known.current.endpoint(I2V).price
    assert price is not None
    assert (price.usd_per_second, price.date) == (Decimal("0.2"), DAY)
    assert catalogs(shelf).current == known.current


async def test_the_same_answer_again_is_no_news() -> None:
    provider, known = FakeProvider(), catalogs()
    provider.on_describe.habit = dearer
    await known.refresh(provider, DAY)
    again = await known.refresh(provider, "2026-12-02")
    assert {each.kind for each in again.changes} == {"unknown"}  # No schema was told.


async def test_an_endpoint_that_nobody_asked_for_is_passed_over() -> None:
    provider = FakeProvider()
    provider.on_describe.habit = (ModelFacts(endpoint_id="fal-ai/flux"),)
    assert (await catalogs().refresh(provider, DAY)).changes == ()


@pytest.mark.parametrize("error", [e.NetworkDown(), e.KeyRefused(), e.ServiceDown()])
async def test_without_an_answer_nothing_has_changed(error: e.KlingDesktopError) -> None:
    shelf, provider = MemoryShelf(), FakeProvider()
    provider.on_describe.then(error)
    known = catalogs(shelf)
    with pytest.raises(type(error)):
        await known.refresh(provider, DAY)
    assert known.current is load_catalog()
    assert shelf.kept == {}


async def test_an_answer_that_cannot_be_kept_is_not_used_either() -> None:
    shelf, provider = MemoryShelf(), FakeProvider()
    provider.on_describe.habit = dearer
    shelf.failures.append(e.FolderUnusable("full"))
    known = catalogs(shelf)
    with pytest.raises(e.FolderUnusable):
        await known.refresh(provider, DAY)
    assert known.current is load_catalog()


async def test_what_a_newer_catalog_has_overtaken_does_not_come_back_with_the_next_answer() -> None:
    old = an_overlay(checked="2026-01-02", catalog="2026-01-01")
    known, provider = catalogs(MemoryShelf(old)), FakeProvider()
    await known.refresh(provider, DAY)
    assert not known.current.endpoint(T2V).retired


async def test_a_job_is_planned_and_billed_by_the_newest_price(scene: Scene) -> None:
    scene.provider.on_describe.habit = dearer
    scene.provider.on_result.habit = RequestResult(
        "https://cdn.test/c.mp4", billable_units=Decimal(5)
    )
    async with scene.engine() as engine:
        found = await engine.refresh_models()
        assert found.checked == "2026-01-01"  # The day of the fake clock.
        job = await engine.wait((await engine.generate(a_draft(T2V))).id)
    assert job.state is JobState.DONE
    assert (job.estimate_usd, job.cost_usd) == (Decimal("1.0"), Decimal("1.0"))


async def test_the_window_asks_through_its_door(scene: Scene) -> None:
    scene.provider.on_describe.habit = lambda ids: (
        GONE,
        *(ModelFacts(endpoint_id=e) for e in ids[2:]),
    )
    remote = RemoteEngine(scene.engine, lambda _: None)
    await remote.open()
    assert not (await remote.catalog()).endpoint(T2V).retired
    found = await remote.refresh_models()
    assert "retired" in {each.kind for each in found.changes}
    assert (await remote.catalog()).endpoint(T2V).retired
    await remote.close()
