"""The ids of checks by which waivers and baselines go."""

import pytest

from verifier.model.check_ids import component_check


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("Database", "component.database"),
        ("app.redis:latency", "component.app_redis_latency"),
        ("conexão", "component.conex_o"),
        ("数据库", "component.u6570_u636e_u5e93"),
        ("kafka-очередь-1", "component.kafka_u043e_u0447_u0435_u0440_u0435_u0434_u044c_1"),
        ("💾", "component.u1f4be"),
        ("", "component.unnamed"),
    ],
)
def test_the_id_of_a_component_is_made_of_its_name(name, check):
    assert component_check(name) == check


def test_components_of_other_scripts_have_ids_of_their_own():
    names = ["数据库", "缓存", "база данных", "кэш", "база данных 1", "🗄", "📨"]
    names += ["база данных основная", "база данных резервная", "queue-кэш", "queue-почта"]
    ids = [component_check(name) for name in names]

    assert len(set(ids)) == len(names)
    assert component_check("База данных") == component_check("база данных")
    assert all(len(each) < 80 for each in ids)
