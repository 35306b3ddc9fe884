from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.sandbox.conftest import TEXT, Under, running

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sandbox.conftest import Sandbox

STATUS = "/queue/fal-ai/kling-video/requests/nobody/status"


def test_the_weather_can_be_changed_while_it_is_in_use(under: Under) -> None:
    sandbox = under({"fault": "unavailable", "stage": "submit"})
    assert sandbox.http.post(f"/queue/{TEXT}", json={}).status_code == 503
    state = sandbox.http.put("/sandbox/weather", json=[]).json()
    assert state["weather"] == []
    assert sandbox.http.post(f"/queue/{TEXT}", json={}).status_code == 200


@pytest.mark.parametrize("wrong", [{}, [{"fault": "rain"}], [{"fault": "drop", "stage": "model"}]])
def test_weather_that_makes_no_sense_changes_nothing(under: Under, wrong: object) -> None:
    sandbox = under({"fault": "unavailable", "stage": "submit"})
    assert sandbox.http.put("/sandbox/weather", json=wrong).status_code == 422
    assert sandbox.http.post(f"/queue/{TEXT}", json={}).status_code == 503


def test_the_file_of_the_weather_is_followed(tmp_path: Path) -> None:
    forecast = tmp_path / "weather.json"
    forecast.write_text("[]")
    with running(tmp_path / "state", "--weather", str(forecast)) as sandbox:
        assert sandbox.http.post(f"/queue/{TEXT}", json={}).status_code == 200
        forecast.write_text(json.dumps([{"fault": "unavailable", "stage": "submit"}]))
        assert sandbox.http.post(f"/queue/{TEXT}", json={}).status_code == 503
        forecast.write_text("nonsense")
        assert sandbox.http.post(f"/queue/{TEXT}", json={}).status_code == 503


def test_time_passes_forward_only(sandbox: Sandbox) -> None:
    for wrong in (-1, "x", None, 1e12):
        assert sandbox.http.post("/sandbox/clock", json={"advance": wrong}).status_code == 422


def test_the_controls_need_the_key(sandbox: Sandbox) -> None:
    assert httpx.get(f"{sandbox.url}/sandbox/state").status_code == 401


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        ("queue.fal.run", "/fal-ai/kling-video/requests/nobody/status", 404),
        ("api.fal.ai", "/v1/models", 200),
        ("v3.fal.media", "/files/none/x.png", 404),
        ("rest.fal.ai", "/.well-known/jwks.json", 200),
    ],
)
def test_a_proxy_may_come_with_the_names_of_fals_own_hosts(
    sandbox: Sandbox, host: str, path: str, status: int
) -> None:
    reply = sandbox.http.get(path, headers={"Host": host})
    assert reply.status_code == status
