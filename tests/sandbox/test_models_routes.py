from __future__ import annotations

from typing import Any

from kling_desktop.domain.catalog import load_catalog
from tests.sandbox.conftest import BRUSH, IMAGE, TEXT, Sandbox, Under

MODELS = "/platform/v1/models"


def models(sandbox: Sandbox, **query: Any) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = sandbox.http.get(MODELS, params=query).json()["models"]
    return listed


def inputs(model: dict[str, Any]) -> dict[str, Any]:
    """The input schema, found as the document itself says where it is."""
    document = model["openapi"]
    post = document["paths"][f"/{model['endpoint_id']}"]["post"]
    address = post["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    schema: dict[str, Any] = document["components"]["schemas"][address.rpartition("/")[2]]
    return schema


def test_the_list_goes_on_from_its_cursor_until_all_are_named(sandbox: Sandbox) -> None:
    found: list[str] = []
    query: dict[str, Any] = {"limit": 3}
    while True:
        page = sandbox.http.get(MODELS, params=query).json()
        found += [each["endpoint_id"] for each in page["models"]]
        if not page["has_more"]:
            break
        query["cursor"] = page["next_cursor"]
    assert found == [each.id for each in load_catalog().endpoints]


def test_a_schema_says_what_the_catalog_says(sandbox: Sandbox) -> None:
    for model in models(sandbox, expand="openapi-3.0"):
        endpoint = load_catalog().endpoint(model["endpoint_id"])
        schema = inputs(model)
        assert list(schema["properties"]) == [each.name for each in endpoint.fields]
        assert schema["required"] == [each.name for each in endpoint.fields if each.required]
        for field in endpoint.fields:
            told = schema["properties"][field.name]
            assert told.get("default") == field.default
            assert tuple(told.get("enum", ())) == field.choices
            assert (told.get("minimum"), told.get("maximum")) == (field.minimum, field.maximum)


def test_masks_have_their_own_schema(sandbox: Sandbox) -> None:
    (model,) = models(sandbox, endpoint_id=BRUSH, expand="openapi-3.0")
    assert {"DynamicMask", "Trajectory"} <= model["openapi"]["components"]["schemas"].keys()


def test_models_are_chosen_by_id_category_and_words(sandbox: Sandbox) -> None:
    both = models(sandbox, endpoint_id=f"{TEXT},{IMAGE}")
    assert {each["endpoint_id"] for each in both} == {TEXT, IMAGE}
    texts = models(sandbox, category="text-to-video")
    assert {each["metadata"]["category"] for each in texts} == {"text-to-video"}
    assert all("v1.5" in each["endpoint_id"] for each in models(sandbox, q="v1.5"))


def test_estimates_are_prices_times_quantities(sandbox: Sandbox) -> None:
    path = f"{MODELS}/pricing/estimate"
    wish = {"estimate_type": "unit_price", "endpoints": {TEXT: {"unit_quantity": 10}}}
    told = sandbox.http.post(path, json=wish).json()
    assert told == {"estimate_type": "unit_price", "total_cost": 0.98, "currency": "USD"}
    nonsense: list[Any] = [{}, [], {**wish, "estimate_type": "x"}]
    for wrong in nonsense:
        assert sandbox.http.post(path, json=wrong).status_code == 400
    unknown = {**wish, "endpoints": {"a/b": {"unit_quantity": 1}}}
    assert sandbox.http.post(path, json=unknown).json()["error"]["type"] == "not_found"


def test_a_wrong_key_is_refused_in_the_platforms_words_but_the_list_needs_none(
    sandbox: Sandbox,
) -> None:
    wrong = {"Authorization": "Key a:b"}
    reply = sandbox.http.get(f"{MODELS}/pricing", headers=wrong)
    assert (reply.status_code, reply.json()["error"]["type"]) == (401, "authorization_error")
    assert sandbox.http.get(MODELS, headers={"Authorization": ""}).status_code == 200


def test_weather_retires_raises_and_renews(under: Under) -> None:
    sandbox = under(
        {"fault": "retired", "endpoint": TEXT},
        {"fault": "new_price", "endpoint": IMAGE},
        {"fault": "new_schema", "endpoint": IMAGE},
    )
    found = {each["endpoint_id"]: each for each in models(sandbox, expand="openapi-3.0")}
    assert found[TEXT]["metadata"]["status"] == "deprecated"
    assert found[BRUSH]["metadata"]["status"] == "active"
    assert "15" in inputs(found[IMAGE])["properties"]["duration"]["enum"]
    assert "seed" in inputs(found[IMAGE])["properties"]
    (price,) = sandbox.http.get(f"{MODELS}/pricing", params={"endpoint_id": IMAGE}).json()["prices"]
    assert price["unit_price"] == 0.1425


def test_weather_strikes_the_platform_as_it_strikes_the_queue(under: Under) -> None:
    sandbox = under({"fault": "unavailable", "stage": "platform", "count": 1})
    assert [sandbox.http.get(MODELS).status_code for _ in range(2)] == [503, 200]
