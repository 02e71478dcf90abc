from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from understudy.errors import ContractError
from understudy.material import material
from understudy.platform.catalogue import Catalogue, Kind
from understudy.platform.resources import KINDS, load_resources

MINIMAL = """
["routing.queues"]
owner = "platform"
model = "Queue"
path = "/api/v2/routing/queues"
certainty = "assumed"
["routing.queues".operations]
get = ["getRoutingQueue"]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "resources.toml"
    path.write_text(text, "utf-8")
    return path


def test_every_resource_of_the_file_is_in_the_catalogue(
    catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    resources = load_resources(catalogue)
    served = Counter(kind for resource in resources.values() for kind, _ in resource.pairs())
    with capsys.disabled():
        print(f"\n{len(resources)} resources: " + ", ".join(f"{served[kind]} {kind}" for kind in KINDS), end=" ")
    assert set(served) == set(KINDS)


def test_an_operation_is_served_as_what_its_path_and_method_say(catalogue: Catalogue) -> None:
    for resource in load_resources(catalogue).values():
        for kind, id_ in resource.pairs():
            operation = catalogue.by_id[id_]
            expected = {Kind.CREATE: "POST", Kind.LIST: "GET"}.get(kind, kind.value.upper())
            assert operation.method == expected, id_
            one_of_many = kind not in (Kind.CREATE, Kind.LIST) and not resource.singleton
            assert operation.path.endswith("}") == one_of_many or resource.singleton, id_


def test_the_shipped_file_sends_no_operation_to_two_resources(catalogue: Catalogue) -> None:
    ids = [id_ for resource in load_resources(catalogue).values() for _, id_ in resource.pairs()]
    assert [id_ for id_, times in Counter(ids).items() if times > 1] == []


def test_a_new_table_is_a_new_resource(catalogue: Catalogue, tmp_path: Path) -> None:
    resource = load_resources(catalogue, written(tmp_path, MINIMAL))["routing.queues"]
    assert resource.operations == {Kind.GET: ("getRoutingQueue",)}
    assert (resource.identity, resource.version, resource.missing, resource.unique) == ("id", "none", "not.found", None)


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("getRoutingQueue", "getRoutingQeue", "no operation getRoutingQeue: did you mean 'getRoutingQueue"),
        ('get = ["', 'action = ["', "action is not served by the engine"),
        ('"Queue"', '"Quee"', "no model Quee: did you mean"),
        ('"assumed"', '"sure"', "certainty one of"),
        ("certainty", 'version = "float"\ncertainty', "version is one of"),
        ("certainty", 'references = { flow = "flws" }\ncertainty', "no resource flws"),
        ("certainty", "defaults = { a = [1] }\ncertainty", "a default is a plain value"),
        ("certainty", 'colour = "red"\ncertainty', "not a file of resources"),
        ("certainty", "certainty = ", "not a file of resources"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_remedy(
    right: str, wrong: str, told: str, catalogue: Catalogue, tmp_path: Path
) -> None:
    with pytest.raises(ContractError) as raised:
        load_resources(catalogue, written(tmp_path, MINIMAL.replace(right, wrong)))
    assert told in str(raised.value)


def test_each_fact_of_the_file_has_its_certainty() -> None:
    files = list(material("contracts/platform_api/resources").glob("*.toml"))
    text = "".join(file.read_text("utf-8") for file in files)
    assert files
    assert text.count('\ncertainty = "') == text.count(".operations]")


def test_a_table_in_two_files_is_an_error_that_names_it(catalogue: Catalogue, tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(MINIMAL, "utf-8")
    with pytest.raises(ContractError, match=r"b\.toml: \[routing\.queues\] stands in another file too"):
        load_resources(catalogue, tmp_path)
