from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.integrations.credentials import fields_of
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
Make = Callable[..., str]
PATH = "/integrations/credentials"


def test_secret_values_go_in_and_never_come_out(ask: Ask, office: Org, credential: Make) -> None:
    id_ = credential("userDefined", **{"verify-token": "s3cret!"})
    assert fields_of(office, id_) == {"verify-token": "s3cret!"}
    answers = [ask("GET", f"{PATH}/{id_}"), ask("GET", PATH), ask("GET", f"{PATH}/listing")]
    assert all("s3cret!" not in str(answer) for answer in answers)
    assert answers[0][1]["credentialFields"] == {}


def test_what_is_no_secret_is_shown(ask: Ask, credential: Make) -> None:
    id_ = credential("basicAuth", userName="ann", password="pw")
    body = ask("GET", f"{PATH}/{id_}")[1]
    assert (body["credentialFields"], body["type"]["name"]) == ({"userName": "ann"}, "basicAuth")


@pytest.mark.parametrize(
    "body",
    [
        None,
        {"name": "x"},
        {"name": "x", "type": {"name": "none"}},
        {"name": "x", "type": {}},
        {"name": "x", "type": {"name": "basicAuth"}},
        {"name": "x", "type": {"name": "userDefined"}, "credentialFields": {"a": None}},
        {"name": "x", "type": {"name": "basicAuth"}, "credentialFields": {"userName": "u", "password": ""}},
    ],
)
def test_an_unknown_type_or_a_missing_field_is_refused(ask: Ask, body: Any) -> None:
    assert ask("POST", PATH, body)[0] == 400


def test_put_replaces_type_name_and_all_fields(ask: Ask, office: Org, credential: Make) -> None:
    id_ = credential("userDefined", old="1")
    body = {"name": "new", "type": {"name": "basicAuth"}, "credentialFields": {"userName": "u", "password": "p"}}
    status, answer = ask("PUT", f"{PATH}/{id_}", body)
    assert (status, answer["name"], answer["type"]["name"]) == (200, "new", "basicAuth")
    assert fields_of(office, id_) == {"userName": "u", "password": "p"}


def test_the_cursor_listing_is_walked_to_its_end(ask: Ask, credential: Make) -> None:
    made = [credential(key=str(number)) for number in range(5)]
    seen, path = [], f"{PATH}/listing?pageSize=2"
    while path:
        page = ask("GET", path)[1]
        seen += [one["id"] for one in page["entities"]]
        path = page.get("nextUri", "").removeprefix("/api/v2")
    assert seen == made


def test_credentials_in_use_are_not_deleted(
    ask: Ask, install: Make, configure: Callable[..., Any], credential: Make
) -> None:
    used, integration = credential(key="v"), install()
    configure(integration, credentials={"botConnectorCredentials": {"id": used}})
    status, body = ask("DELETE", f"{PATH}/{used}")
    assert (status, "Bot" in body["message"]) == (409, True)
    configure(integration, credentials={})
    assert ask("DELETE", f"{PATH}/{used}")[0] == 204
    assert ask("GET", f"{PATH}/{used}")[0] == 404


def test_a_renamed_credential_is_renamed_where_it_is_used(
    ask: Ask, install: Make, configure: Callable[..., Any], credential: Make
) -> None:
    used, integration = credential(key="v"), install()
    configure(integration, credentials={"any": {"id": used}})
    ask("PUT", f"{PATH}/{used}", {"name": "renamed", "type": {"name": "userDefined"}})
    config = ask("GET", f"/integrations/{integration}/config/current")[1]
    assert (config["credentials"]["any"]["name"], config["version"]) == ("renamed", 2)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_unknown_credentials_are_not_found(ask: Ask, method: str) -> None:
    body = {"name": "x", "type": {"name": "userDefined"}} if method == "PUT" else None
    assert ask(method, f"{PATH}/none", body)[0] == 404


def test_nothing_is_known_of_unknown_credentials(office: Org) -> None:
    assert fields_of(office, "none") == {}
