from __future__ import annotations

from tests.sandbox.conftest import EFFECTS, TEXT, Sandbox, inline, png

HISTORY = "/platform/v1/models/requests/by-endpoint"
BILL = "/platform/v1/models/billing-events"


def test_a_finished_request_is_one_row_on_the_bill(sandbox: Sandbox) -> None:
    request_id = sandbox.submit()["request_id"]
    sandbox.wait(request_id)
    reply = sandbox.http.get(BILL, params={"request_id": request_id}).json()
    (event,) = reply["billing_events"]
    assert (event["endpoint_id"], event["output_units"]) == (TEXT, 5)
    assert (event["unit_price"], event["cost_total"]) == (0.098, 0.49)
    assert event["cost_estimate_nano_usd"] == 490_000_000
    assert (reply["next_cursor"], reply["has_more"]) == (None, False)


def test_a_refused_request_is_in_the_history_but_not_on_the_bill(sandbox: Sandbox) -> None:
    request_id = sandbox.submit(duration="7")["request_id"]
    sandbox.wait(request_id)
    query = {"endpoint_id": TEXT, "request_id": request_id, "expand": "payloads"}
    (item,) = sandbox.http.get(HISTORY, params=query).json()["items"]
    assert item["status_code"] == 422
    assert item["json_input"]["duration"] == "7"
    assert sandbox.http.get(BILL, params={"request_id": request_id}).json()["billing_events"] == []


def test_history_is_newest_first_and_goes_on_from_its_cursor(sandbox: Sandbox) -> None:
    scene = {"effect_scene": "squish", "input_image_urls": [inline(png())]}
    ids = [sandbox.submit(EFFECTS, **scene)["request_id"] for _ in range(3)]
    query = {"endpoint_id": EFFECTS, "limit": "2"}
    first = sandbox.http.get(HISTORY, params=query).json()
    second = sandbox.http.get(HISTORY, params=query | {"cursor": first["next_cursor"]}).json()
    assert first["has_more"]
    found = [each["request_id"] for each in first["items"] + second["items"]]
    assert found[:3] == ids[::-1]


def test_history_can_be_cut_by_time(sandbox: Sandbox) -> None:
    request_id = sandbox.submit()["request_id"]
    query = {"endpoint_id": TEXT, "request_id": request_id}
    for bounds, count in (
        ({"start": "2020-01-01"}, 1),
        ({"start": "2999-01-01T00:00:00Z"}, 0),
        ({"end": "2020-01-01"}, 0),
    ):
        assert len(sandbox.http.get(HISTORY, params=query | bounds).json()["items"]) == count


def test_filters_that_make_no_sense_are_a_validation_error(sandbox: Sandbox) -> None:
    for query in ({}, {"endpoint_id": TEXT, "limit": "x"}, {"endpoint_id": TEXT, "start": "x"}):
        reply = sandbox.http.get(HISTORY, params=query)
        assert reply.status_code == 400
        assert reply.json()["error"]["type"] == "validation_error"


def test_prices_are_those_of_the_catalog(sandbox: Sandbox) -> None:
    path = "/platform/v1/models/pricing"
    (price,) = sandbox.http.get(path, params={"endpoint_id": TEXT}).json()["prices"]
    assert (price["unit_price"], price["unit"], price["currency"]) == (0.098, "seconds", "USD")
