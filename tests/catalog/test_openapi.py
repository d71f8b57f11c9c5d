"""The OpenAPI document."""

import json
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import validate

from server.catalog import Catalog, KeptText, OwnOperation, openapi_document, parse_body
from server.catalog.comments import ErrorLine
from server.catalog.inputs import input_of
from server.catalog.schemas import Schemas
from server.catalog.types import Refused

from .conftest import CLAIMS, Library


@pytest.fixture(scope="session")
def document(catalog: Catalog) -> dict[str, Any]:
    # As it is sent.
    document: dict[str, Any] = json.loads(json.dumps(openapi_document(catalog)))
    return document


def codes(document: dict[str, Any], operation: dict[str, Any], status: str) -> list[str]:
    response = operation["responses"][status]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    found: list[str] = response["content"]["application/problem+json"]["schema"]["allOf"][1][
        "properties"
    ]["code"]["enum"]
    return found


def test_it_is_valid(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_route_is_in_it(catalog: Catalog, document: dict[str, Any]) -> None:
    documented = {
        (method.upper(), path) for path, item in document["paths"].items() for method in item
    }
    assert documented == {(route.method, route.path) for route in catalog.routes}
    names = [op["operationId"] for item in document["paths"].values() for op in item.values()]
    assert len(set(names)) == len(names)
    assert {"get_book", "get_book_2"} <= set(names)


def test_the_whole_and_its_topics_have_texts(document: dict[str, Any]) -> None:
    assert document["info"]["description"].startswith("A library.\n\nOpen to all.\n\n")
    assert document["tags"] == [
        {"name": "books", "description": "What is on the shelves."},
        {"name": "visits", "description": "Who came."},
    ]
    assert "tags" not in document["paths"]["/api/caller"]["get"]
    assert [server["url"] for server in document["servers"]] == ["/"]


def test_hand_written_routes_join_it(catalog: Catalog) -> None:
    responses = {"200": {"description": "OK"}}
    document = openapi_document(
        catalog,
        hand_written={
            "/api/books": {"patch": {"responses": responses}},
            "/x": {"get": {"responses": responses}},
        },
    )
    validate(document)
    assert set(document["paths"]["/api/books"]) == {"get", "post", "patch"}


def test_a_list_in_pages(library: Library, document: dict[str, Any]) -> None:
    operation = document["paths"]["/api/books"]["get"]
    assert operation["summary"] == "Books by id"
    assert operation["tags"] == ["books"]
    assert operation["x-roles"] == sorted(
        role.removeprefix("slotkeeper_") for role in (library.reader, library.clerk)
    )
    assert operation["security"] == [{"bearer": []}]
    assert operation["parameters"] == [
        {"name": "shelf", "in": "query", "schema": {"$ref": "#/components/schemas/Shelf"}},
        {
            "name": "rack", "in": "query", "schema": {"$ref": "#/components/schemas/Shelf"},
            "deprecated": True, "required": False, "description": "An older name of `shelf`.",
        },
        {
            "name": "limit", "in": "query", "description": "How many rows at the most.",
            "schema": {"$ref": "#/components/schemas/PageSize", "default": 2},
        },
        {
            "name": "after", "in": "query",
            "description": "The id of the last row seen: the list goes on behind it.",
            "schema": {"type": "integer", "format": "int64"},
        },
    ]  # fmt: skip
    success = operation["responses"]["200"]
    assert "Link" in success["headers"]
    assert success["content"]["application/json"]["schema"] == {
        "type": "array",
        "items": {"$ref": "#/components/schemas/Book"},
    }
    assert set(operation["responses"]) == {"200", "400", "401", "406", "500", "503", "504"}


def test_what_the_server_answers_is_described_by_the_function_and_the_server(
    catalog: Catalog,
) -> None:
    call = catalog.auth["register"]
    operation = OwnOperation(
        catalog.own_routes["register"][0],
        tuple(a for a in call.arguments if a.name != "secret_hash"),
        {"secret": KeptText("abcd", 3, 5)},
        () if call.result is None else (call.result, call.result.columns[1].type),
        (ErrorLine(400, "weak_secret", "it is weak."),),
    )
    document = openapi_document(catalog, [operation])
    validate(document)
    found = document["paths"]["/api/readers"]["post"]
    assert (found["operationId"], found["tags"], found["security"]) == ("register", ["visits"], [])
    assert found["summary"] == "Makes a reader"
    body = found["requestBody"]["content"]["application/json"]
    assert body["schema"]["required"] == ["name", "secret"]
    assert set(body["schema"]["properties"]) == {"name", "shelf", "secret"}
    assert body["schema"]["properties"]["secret"] == {
        "type": "string", "minLength": 3, "maxLength": 5,
    }  # fmt: skip
    assert body["example"] == {"name": "Ulysses", "secret": "abcd"}
    answer = found["responses"]["201"]["content"]["application/json"]["schema"]
    assert answer == {"anyOf": [{"$ref": "#/components/schemas/Session"}, {"type": "string"}]}
    assert codes(document, found, "400")[:2] == ["name_taken", "weak_secret"]
    assert not {"401", "403"} & found["responses"].keys()


def test_labels_that_a_domain_does_not_offer_are_taken_but_not_shown(
    catalog: Catalog,
) -> None:
    (argument,) = (a for a in catalog.auth["register"].arguments if a.name == "shelf")
    schemas = Schemas()
    schemas.argument(argument, in_url=False)
    assert schemas.components["OpenShelf"] == {
        "type": "string", "enum": ["FICTION", "SCIENCE"], "description": "Where anybody may read.",
    }  # fmt: skip
    codec = input_of(argument.type).codec
    assert codec.from_json('O\'ther "one"') == b'O\'ther "one"'
    with pytest.raises(Refused) as caught:
        codec.from_json("POETRY")
    assert caught.value.message == "must be one of FICTION, SCIENCE"


def test_a_row_says_what_may_be_null(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    book = schemas["Book"]
    assert book["description"] == "A book on a shelf."
    assert book["required"] == list(book["properties"])
    assert book["properties"]["id"] == {
        "type": "integer", "format": "int64", "description": "Identifies the book.",
    }  # fmt: skip
    # What an argument may be is not what a result promises: no multipleOf, no null here.
    assert book["properties"]["price"] == {"type": "number", "description": "What it costs."}
    assert book["properties"]["note"] == {"type": ["string", "null"]}
    assert book["properties"]["shelf"] == {
        "anyOf": [{"$ref": "#/components/schemas/Shelf"}, {"type": "null"}]
    }
    assert schemas["Shelf"]["enum"] == ["FICTION", "SCIENCE", 'O\'ther "one"']
    assert schemas["PriceInput"] == {
        "type": "number", "minimum": 0, "maximum": 9999.99, "multipleOf": 0.01,
    }  # fmt: skip


def test_a_body_and_its_errors(document: dict[str, Any]) -> None:
    operation = document["paths"]["/api/books"]["post"]
    assert [(p["name"], p["in"]) for p in operation["parameters"]] == [
        ("Idempotency-Key", "header")
    ]
    assert operation["requestBody"]["required"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    assert body["additionalProperties"] is False
    assert body["required"] == ["title"]
    assert body["properties"]["title"] == {"$ref": "#/components/schemas/Title"}
    for alias in ("bookTitle", "name"):
        assert body["properties"][alias] == {
            "$ref": "#/components/schemas/Title",
            "deprecated": True,
            "description": "An older name of `title`.",
        }
    assert body["properties"]["copies"]["default"] == 1
    assert body["properties"]["bought"] == {"type": ["string", "null"], "format": "date"}
    assert set(operation["responses"]) == {
        "201", "400", "401", "403", "406", "409", "413", "415", "500", "503", "504",
    }  # fmt: skip
    assert codes(document, operation, "409") == ["book_exists"]
    assert codes(document, operation, "400") == [
        "invalid_title", "missing_parameter", "unknown_parameter", "invalid_parameter",
        "invalid_body",
    ]  # fmt: skip
    lines = operation["responses"]["400"]["description"].splitlines()
    assert (
        lines[1] == "- `missing_parameter`: a title has no ISBN; or a required argument is absent."
    )
    assert len(lines) == 5


def test_bounds_are_those_that_somebody_set(document: dict[str, Any]) -> None:
    content = document["paths"]["/api/echo"]["put"]["requestBody"]["content"]["application/json"]
    assert [content["schema"]["properties"][name] for name in ("small", "whole", "big")] == [
        {"type": "integer", "format": f"int{bits}"} for bits in (16, 32, 64)
    ]
    assert document["components"]["schemas"]["Copies"] == {
        "type": "integer", "format": "int16", "minimum": 1, "maximum": 99,
        "description": "How many copies.", "examples": [3],
    }  # fmt: skip


def test_a_body_has_an_example_that_would_be_taken(
    catalog: Catalog, document: dict[str, Any]
) -> None:
    seen = {}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if "requestBody" not in operation:
                continue
            content = operation["requestBody"]["content"]["application/json"]
            schema = content["schema"] | {"components": document["components"]}
            jsonschema.Draft202012Validator(schema).validate(content["example"])
            assert set(content["example"]) == set(content["schema"].get("required", ()))
            call = catalog.routes.match(method.upper(), path).route.function.call
            call.bind(CLAIMS, {}, (), {}, parse_body(json.dumps(content["example"]).encode()))
            seen[path] = content["example"]
    assert seen["/api/books"] == {"title": "Ulysses"}
    assert seen["/api/echo"]["hours"] == {"weekday": 1, "opens": "09:00"}
    assert seen["/api/echo"]["amount"] == 50


def test_a_further_path_points_to_the_first(document: dict[str, Any]) -> None:
    first = document["paths"]["/api/books/{book_id}"]["get"]
    further = document["paths"]["/api/volumes/{book_id}"]["get"]
    assert first["description"] == "One book."
    assert further["summary"] == first["summary"] == "One book"
    assert further["description"] == "Another path of `GET /api/books/{book_id}`.\n\nOne book."


def test_a_path_and_a_token(document: dict[str, Any]) -> None:
    operation = document["paths"]["/api/books/{book_id}"]["get"]
    assert [(p["name"], p["in"], p.get("required", False)) for p in operation["parameters"]] == [
        ("book_id", "path", True),
        ("card_token", "query", False),
        ("X-Card-Token", "header", False),
    ]
    assert codes(document, operation, "404") == ["book_not_found", "route_not_found"]


def test_void_and_scalars(document: dict[str, Any]) -> None:
    assert document["paths"]["/api/visits"]["post"]["responses"]["204"] == {
        "description": "No Content"
    }
    success = document["paths"]["/api/caller"]["get"]["responses"]["200"]
    assert success["content"]["application/json"]["schema"] == {"type": ["string", "null"]}


def test_a_text_that_is_not_json(document: dict[str, Any]) -> None:
    success = document["paths"]["/api/books/{book_id}/card.txt"]["get"]["responses"]["200"]
    assert success["content"] == {"text/x-card": {"schema": {"$ref": "#/components/schemas/Card"}}}
    assert document["components"]["schemas"]["Card"] == {
        "type": "string", "description": "A card for the catalog."
    }  # fmt: skip


def test_a_row_as_an_argument(catalog: Catalog, document: dict[str, Any]) -> None:
    hours = document["components"]["schemas"]["HoursInput"]
    assert hours["required"] == ["weekday", "opens"]
    assert hours["additionalProperties"] is False
    assert hours["properties"]["fine"]["multipleOf"] == 0.1
    function = catalog.routes.match("PUT", "/api/echo").route.function
    (type_,) = (a.type for a in function.arguments if a.name == "hours")
    assert input_of(type_).codec.from_text('{"weekday":1,"opens":"09:00"}') == b'("1","09:00:00",,)'
