"""A published schema is read whatever form it has, and whatever nonsense it holds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.catalog import Endpoint, FieldKind, load_catalog
from kling_desktop.domain.differences import differences
from kling_desktop.domain.published import ModelFacts, PublishedField, Shape, Standing
from kling_desktop.domain.renewal import renewed
from kling_desktop.domain.schemas import MOST_FIELDS, read_inputs
from kling_desktop.sandbox.openapi import openapi_of

ID = "fal-ai/kling-video/v1.6/pro/text-to-video"
WORDS = st.sampled_from(
    ["$ref", "allOf", "anyOf", "oneOf", "properties", "required", "type", "enum", "default",
     "minimum", "maximum", "maxLength", "minItems", "maxItems", "const", "prompt", "duration",
     "cfg_scale", "#/components/schemas/A", "A", "string", "number", "null", "x"]
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=25,
)
every_endpoint = pytest.mark.parametrize(
    "endpoint", load_catalog().endpoints, ids=lambda each: each.id
)


def a_document(schema: Any, **schemas: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {
        "paths": {f"/{ID}": {"post": {"requestBody": {"content": content}}}},
        "components": {"schemas": schemas},
    }


def read(properties: dict[str, Any], required: Any = (), **schemas: Any) -> Any:
    schema = {"type": "object", "properties": properties, "required": required}
    fields = read_inputs(a_document(schema, **schemas), ID)
    return {each.name: each for each in fields or ()}


@every_endpoint
def test_the_sandboxs_documents_say_what_the_catalog_says(endpoint: Endpoint) -> None:
    fields = read_inputs(openapi_of(endpoint), endpoint.id)
    assert fields is not None
    facts = ModelFacts(endpoint_id=endpoint.id, standing=Standing.ACTIVE, fields=fields)
    assert renewed(endpoint, facts) == endpoint
    told = [each.kind for each in differences(endpoint, renewed(endpoint, facts), facts)]
    # That is the price, which no schema tells.
    assert told == (["unknown"] if endpoint.price is not None else [])


def test_a_field_that_may_be_null_is_what_it_is_otherwise() -> None:
    found = read({"seed": {"anyOf": [{"type": "integer", "maximum": 9}, {"type": "null"}]}})
    assert found["seed"] == PublishedField(name="seed", shape=Shape.NUMBER, maximum=9)
    later = read({"seed": {"type": ["integer", "null"]}})
    assert later["seed"].shape is Shape.NUMBER


def test_references_and_compositions_are_put_together() -> None:
    found = read(
        {"ratio": {"allOf": [{"$ref": "#/components/schemas/Ratio"}], "default": "1:1"}},
        Ratio={"type": "string", "enum": ["16:9", "1:1"]},
    )
    assert found["ratio"].choices == ("16:9", "1:1")
    assert found["ratio"].default == "1:1"


def test_an_input_that_is_composed_has_the_fields_of_all_its_parts() -> None:
    base = {"properties": {"prompt": {"type": "string"}}, "required": ["prompt"]}
    schema = {
        "allOf": [{"$ref": "#/components/schemas/Base"}],
        "properties": {"duration": {"enum": ["5"]}},
        "required": ["duration"],
    }
    fields = read_inputs(a_document(schema, Base=base), ID)
    assert fields is not None
    assert [(each.name, each.required) for each in fields] == [("prompt", True), ("duration", True)]


def test_references_that_run_in_circles_end() -> None:
    loop = {"allOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/A"}]}
    assert read_inputs(a_document({"$ref": "#/components/schemas/A"}, A=loop), ID) is None


def test_without_paths_the_only_input_of_the_document_is_meant() -> None:
    schemas = {"XInput": {"properties": {"prompt": {"type": "string"}}}, "XOutput": {}}
    fields = read_inputs({"components": {"schemas": schemas}}, ID)
    assert fields is not None
    assert [each.name for each in fields] == ["prompt"]
    assert read_inputs({"components": {"schemas": schemas | {"YInput": {}}}}, ID) is None


@pytest.mark.parametrize(
    "odd",
    [
        {"enum": [5, 10]},
        {"enum": ["5", " 10"]},
        {"enum": ["5", ""]},
        {"enum": ["5", "\ud800"]},
        {"enum": "5"},
        {"enum": [["5"]]},
        {"enum": ["x" * 1000]},
    ],
)
def test_choices_that_are_no_words_say_nothing(odd: dict[str, Any]) -> None:
    assert read({"duration": odd})["duration"].choices == ()


@pytest.mark.parametrize("bound", [True, "1", None, [1], 1e300, 10**400, float("nan")])
def test_bounds_that_are_no_numbers_say_nothing(bound: Any) -> None:
    found = read({"cfg_scale": {"type": "number", "minimum": bound, "maxLength": bound}})
    assert found["cfg_scale"].minimum is None
    assert found["cfg_scale"].max_length is None


@pytest.mark.parametrize("length", [-1, 2.5])
def test_a_length_is_counted(length: float) -> None:
    assert read({"prompt": {"maxLength": length}})["prompt"].max_length is None


def test_names_that_no_field_has_are_passed_over() -> None:
    assert list(read({"a b": {}, "": {}, "x" * 99: {}, "seed": {}})) == ["seed"]


def test_a_list_of_fields_has_an_end() -> None:
    assert len(read({f"f{number}": {} for number in range(MOST_FIELDS + 50)})) == MOST_FIELDS


@given(JSON)
def test_no_json_at_all_is_too_much_for_the_reader(document: Any) -> None:
    read_inputs(document, ID)


@given(JSON, JSON, JSON)
def test_whatever_a_schema_says_the_endpoint_can_still_be_used(
    prompt: Any, duration: Any, scale: Any
) -> None:
    from kling_desktop.domain import money, params

    schema = {"properties": {"prompt": prompt, "duration": duration, "cfg_scale": scale}}
    fields = read_inputs(a_document(schema, A=scale), ID)
    facts = ModelFacts(endpoint_id=ID, fields=fields)
    before = load_catalog().endpoint(ID)
    after = renewed(before, facts)
    for each in differences(before, after, facts):
        assert each.message
    shortest = {"prompt": "p", "negative_prompt": "n"}
    checked = params.check(after, shortest)
    assert money.estimate(after, checked) is not None


@pytest.mark.parametrize("kind", list(FieldKind))
def test_every_kind_of_field_has_a_form_in_a_schema(kind: FieldKind) -> None:
    documents = [openapi_of(each) for each in load_catalog().endpoints]
    with_kind = [
        (each.id, field.name)
        for each in load_catalog().endpoints
        for field in each.fields
        if field.kind is kind or kind in {inner.kind for inner in field.fields}
    ]
    assert with_kind
    endpoint_id, name = with_kind[0]
    document = next(e for e in documents if f"/{endpoint_id}" in e["paths"])
    told = {
        each.name: each for each in read_inputs(json.loads(json.dumps(document)), endpoint_id) or ()
    }
    assert told[name].shape is not None
