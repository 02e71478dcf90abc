from __future__ import annotations

import pytest

from understudy.platform.catalogue import load_catalogue
from understudy.telephony.properties import completed, metabases, value


def test_every_metabase_is_of_a_type_of_the_model() -> None:
    models = load_catalogue().models
    types, trunks = models["Metabase"]["type"]["enum"], models["TrunkBase"]["trunkType"]["enum"]
    for metabase in metabases().values():
        assert metabase.type in types, metabase.id
        assert metabase.trunk in trunks, metabase.id
        assert metabase.certainty in ("documented", "observed", "assumed"), metabase.id
        assert "trunk_type" in metabase.properties, metabase.id


def test_a_metabase_may_be_like_another_one() -> None:
    pbx, carrier = metabases()["external_sip_pcv_byoc_pbx.json"], metabases()["external_sip_pcv_byoc_carrier.json"]
    assert pbx.properties.keys() == carrier.properties.keys()
    assert value(pbx.template(), "trunk_type") == "external.pcv.byoc.pbx"


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"p": {"value": {"instance": 0, "default": 1}}}, 0),
        ({"p": {"value": {"instance": None, "default": 1}}}, 1),
        ({"p": {"value": {}}}, "none"),
        ({"p": {"value": 7}}, "none"),
        ({"p": 7}, "none"),
        (None, "none"),
    ],
)
def test_a_value_is_the_instance_or_the_default(properties: object, expected: object) -> None:
    assert value(properties, "p", "none") == expected


def test_odd_properties_do_not_break_anything() -> None:
    metabase = metabases()["tie_trunk.json"]
    assert completed(metabase, None) == metabase.template()
    odd = completed(metabase, {"trunk_label": 7, "trunk_enabled": {"value": {"default": False}}, "own": None})
    assert odd["trunk_label"] == 7
    assert odd["trunk_enabled"]["value"] == {"default": True, "instance": False}
    assert "own" not in odd
