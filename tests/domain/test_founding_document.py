"""Each field, choice, range and default of the founding document is that of the catalog."""

from __future__ import annotations

import pytest

from kling_desktop.domain.catalog import Field, FieldKind, load_catalog
from kling_desktop.domain.params import check
from tests.helpers.founding import FoundingEndpoint, FoundingField, founding_endpoints

CATALOG = load_catalog()
K = FieldKind
TYPES = {
    K.TEXT: "string", K.PICTURE: "string", K.PICTURES: "list<string>", K.NUMBER: "float",
}  # fmt: skip
STANDARD_LACKS = {"image-to-video": {"aspect_ratio", "tail_image_url"}}
"""By fal's page of 1.6 Standard (``kling-facts.md``, S1)."""
every_endpoint = pytest.mark.parametrize("founding", founding_endpoints(), ids=lambda each: each.id)
both_tiers = pytest.mark.parametrize("tier", ["pro", "standard"])


def test_the_document_describes_four_endpoints() -> None:
    names = [each.id.rpartition("/")[2] for each in founding_endpoints()]
    assert names == ["image-to-video", "text-to-video", "elements", "effects"]
    assert sum(len(each.fields) for each in founding_endpoints()) == 20


@every_endpoint
@both_tiers
def test_the_fields_are_the_documents(founding: FoundingEndpoint, tier: str) -> None:
    task = founding.id.rpartition("/")[2]
    lacks = STANDARD_LACKS.get(task, set()) if tier == "standard" else set()
    told = [each for each in founding.fields if each.name not in lacks]
    fields = CATALOG.endpoint(founding.id.replace("/pro/", f"/{tier}/")).fields
    assert [each.name for each in fields] == [each.name for each in told]
    for field, fact in zip(fields, told, strict=True):
        _is_the_same(field, fact)


@every_endpoint
def test_the_documents_example_passes_unchanged(founding: FoundingEndpoint) -> None:
    assert check(CATALOG.endpoint(founding.id), founding.example) == founding.example


def _is_the_same(field: Field, fact: FoundingField) -> None:
    assert field.required is fact.required, field.name
    assert field.choices == fact.choices, field.name
    told = None if field.default is None else str(field.default)
    assert told == fact.default, field.name
    expected = TYPES.get(field.kind)
    assert fact.type == expected if expected else fact.type.endswith("Enum"), field.name
    assert fact.range == (None if field.minimum is None else (field.minimum, field.maximum)), (
        field.name
    )
