"""The official Python SDK, unmodified: create, read, update, list, delete of every family of resources; paging; 429."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from inspect import signature
from typing import Any, Final

import pytest
from tests.operations.bodies import NOTHING, Bodies
from tests.operations.office import Office
from tests.operations.recipes import load_recipes
from tests.operations.requests import Request, Requests, identity

from understudy.platform.catalogue import Operation, load_catalogue
from understudy.platform.corrections import load_corrections

CATALOGUE: Final = load_catalogue()
PATHS: Final = {(operation.path, operation.method): operation for operation in CATALOGUE.operations}
TEXTS: Final = ("description", "name")  # what an update changes, where the model has it
UNCHANGED: Final = ("patchIntegration",)  # it changes the state; the name stands in the configuration
pytestmark = pytest.mark.filterwarnings("ignore:Call to deprecated function")
ADMIN: Final = ("sweep", "sweep-secret")


@dataclass(frozen=True)
class Family:
    """The operations of a collection and of one in it."""

    create: Operation
    get: Operation
    delete: Operation
    update: Operation | None
    list: Operation | None


def families() -> dict[str, Family]:
    """Every tier-1 collection in which one can be created, read and deleted, by its path."""
    found: dict[str, Family] = {}
    for get in CATALOGUE.operations:
        path = get.path.rpartition("/{")[0]
        ops = {method: PATHS.get((get.path, method)) for method in ("PUT", "PATCH", "DELETE")}
        create, delete = PATHS.get((path, "POST")), ops["DELETE"]
        if get.tier == 1 and get.method == "GET" and get.path.endswith("}") and create and delete:
            found[path] = Family(create, get, delete, ops["PUT"] or ops["PATCH"], PATHS.get((path, "GET")))
    return found


FAMILIES: Final = families()


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with Office() as office:
        yield office


@pytest.fixture(scope="module")
def requests(office: Office) -> Requests:
    bodies = Bodies(CATALOGUE.models, load_corrections())
    return Requests(office, CATALOGUE, load_recipes(CATALOGUE.by_id), bodies)


@pytest.fixture(scope="module")
def sdk(office: Office) -> Sdk:
    package = importlib.import_module("PureCloudPlatformClientV2")
    package.configuration.host = office.emulator.origin
    return Sdk(package, package.api_client.ApiClient(office.emulator.origin).get_client_credentials_token(*ADMIN))


class Sdk:
    """``sdk.call("getRoutingQueue", queue_id=…)``, whatever class of the SDK has the method."""

    def __init__(self, package: Any, client: Any) -> None:
        self.error = package.rest.ApiException
        self._classes = [getattr(package, name) for name in dir(package) if name.endswith("Api")]
        self._client = client

    def call(self, operation: str, **arguments: Any) -> Any:
        method = snake(operation).rstrip("0")  # two families share their names in the description
        owner = next(one for one in self._classes if hasattr(one, method))
        function = getattr(owner(self._client), method)
        if "body" in arguments:  # two methods call it otherwise
            names = [name for name, one in signature(function).parameters.items() if one.default is one.empty]
            own = next((name for name in names if name not in arguments and name != "kwargs"), "body")
            arguments[own] = arguments.pop("body")
        return function(**arguments)

    def send(self, request: Request, **more: Any) -> Any:
        """A derived request, through the SDK's own method."""
        arguments = {snake(name): value for name, value in {**request.path, **request.query}.items()}
        if request.body is not NOTHING:
            arguments["body"] = request.body
        return self.call(request.operation.id, **{**arguments, **more})


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


@pytest.mark.parametrize("path", FAMILIES, ids=lambda path: path.removeprefix("/api/v2/"))
def test_a_family_is_created_read_changed_listed_and_deleted(path: str, sdk: Sdk, requests: Requests) -> None:
    family = FAMILIES[path]
    create = requests.valid(family.create)
    variable = family.get.variables[-1]
    id_ = identity(plain(sdk.send(create)), variable)
    ids = {**{snake(name): value for name, value in create.path.items()}, snake(variable): id_}
    read = sdk.call(family.get.id, **ids)
    change(sdk, family, ids, read)
    if family.list is not None:
        owner = {name: value for name, value in ids.items() if name != snake(variable)}
        listed = plain(sdk.call(family.list.id, **owner, **largest_page(family.list)))
        items = listed if isinstance(listed, list) else listed["entities"]
        assert id_ in [identity(one, variable) for one in items]
    sdk.call(family.delete.id, **ids)
    with pytest.raises(sdk.error) as gone:
        sdk.call(family.get.id, **ids)
    assert gone.value.status in (404, 410)


def plain(made: Any) -> Any:
    """A model of the SDK as the JSON it came from."""
    if isinstance(made, list):
        return [plain(one) for one in made]
    if not hasattr(made, "attribute_map"):
        return made
    return {key: plain(getattr(made, name)) for name, key in made.attribute_map.items()}


def change(sdk: Sdk, family: Family, ids: dict[str, str], read: Any) -> None:
    """Change a text of what was read, send it whole, and read the change."""
    text = next((name for name in TEXTS if name in getattr(read, "swagger_types", ())), None)
    if (
        family.update is None
        or family.update.id in UNCHANGED
        or text is None
        or text not in CATALOGUE.models[family.update.body or ""]
    ):
        return
    wanted = f"changed {sorted(ids.values())}"[:50]
    setattr(read, text, wanted)
    sdk.call(family.update.id, **ids, body=read)
    assert getattr(sdk.call(family.get.id, **ids), text) == wanted


def largest_page(operation: Operation) -> dict[str, Any]:
    """The largest page, where there are pages."""
    return {"page_size": 100} if any(parameter.name == "pageSize" for parameter in operation.query) else {}


def test_the_sdk_pages_through_250_entities(sdk: Sdk) -> None:
    made = {sdk.call("postRoutingSkills", body={"name": f"Paged {number}"}).id for number in range(250)}
    seen: list[str] = []
    number, page = 1, None
    while page is None or page.next_uri:
        page = sdk.call("getRoutingSkills", page_size=100, page_number=number, name="Paged *")
        seen += [skill.id for skill in page.entities]
        number += 1
    assert (len(seen), set(seen), page.total) == (250, made, 250)
