"""Groups of any name of which nothing is good."""

import pytest

from tests.health.test_components_that_are_not_required import found, outcome


@pytest.mark.parametrize(
    "said",
    [
        {"providers": {"openai": "down"}},
        {"providers": {"openai": "down", "groq": "error: invalid api key"}},
        {"provider_status": {"stripe": False, "paypal": False}},
        {"features": {"search": "unavailable", "payments": "unavailable"}},
        {"drivers": {"postgres": False}},
        {"connectivity": {"database": False}},
        {"connectivity": {"database": False, "latency": 3}},
        {"third_party": {"sendgrid": "down"}},
        {"clusters": {"eu": "down", "us": "down"}},
        {"stores": {"orders": "unavailable"}},
        {"agents": {"researcher": "error", "writer": "error"}},
        {"models": {"whisper": "not loaded", "llama": "not loaded"}},
        {"models": {"embedder": "failed to load"}},
        {"models": {"embedder": {"loaded": False}, "reranker": {"loaded": False}}},
        {"models_loaded": {"embedder": False}},
        {"llm": {"reachable": False}},
        {"connected": {"db": False}},
        {"llm": {"loaded": False, "name": "llama"}},
        {"pipeline": {"loaded": False}},
        {"backend": {"providers": {"openai": "down"}}},
        {"services": [{"name": "ai", "providers": {"openai": "down"}}]},
    ],
    ids=str,
)
def test_a_group_of_which_all_is_down_is_told(said):
    document = {"status": "ok", **said}
    assert outcome(document, ()) == "warn"


@pytest.mark.parametrize(
    "said",
    [
        {"providers": {"openai": "up", "groq": "down"}},
        {"providers": {"openai": False, "anthropic": True}},
        {"providers": {"google": False, "github": False}},
        {"providers": {"openai": {"configured": False}}},
        {"features": {"beta": False, "redis": False}},
        {"features": {"signup": "off", "newsletter": "disabled"}},
        {"feature_status": {"beta": "disabled"}},
        {"drivers": {"redis": True, "mongo": False}},
        {"drivers": {"cache": "redis", "mail": "log"}},
        {"options": {"redis": False}},
        {"config": {"postgres": False}},
        {"capabilities": {"gpu": False, "tts": False}},
        {"models": {"small": {"loaded": True}, "llm": {"loaded": False}}},
        {"models": {"llm": {"loaded": False, "lazy": True}}},
        {"models": {"llm": "not loaded"}, "lazy_loading": True},
        {"model": {"gpu": False, "quantized": False}},
        {"models": {"openai": False, "anthropic": False}},
        {"llm": {"enabled": False, "streaming": False}},
        {"pipeline": {"running": False}},
        {"connection": {"ssl": False}},
        {"connected": {"telegram": False, "discord": False}},
        {"model": {"loaded": False, "lazy": True}},
        {"model": {"loaded": False, "load_on_demand": True}},
        {"jobs": {"import": "failed"}},
        {"last_run": {"import": "failed"}},
        {"previous": {"openai": "down"}},
        {"on_error": {"openai": "fail"}},
        {"logging": {"billing": "error"}},
        {"policies": {"openai": "fail"}},
        {"devices": {"lamp": "offline"}},
        {"streams": {"channel": "offline"}},
        {"minecraft": {"players": 0, "server": "offline"}},
        {"build": {"lint": "failed"}},
        {"defaults": {"provider": "error"}},
        {"infrastructure": {"replica_db": "down"}},
        {"theme": {"primary": "red"}},
        {"messages": {"welcome": "down"}},
    ],
    ids=str,
)
def test_a_group_that_was_chosen_or_is_of_others_is_silent(said):
    assert outcome({"status": "ok", **said}, ()) == "pass"


def test_a_member_that_is_required_fails_as_it_did():
    document = {"status": "ok", "providers": {"openai": "down"}}
    assert outcome(document, ("openai",)) == "fail"


def test_a_model_that_is_loaded_on_demand_is_not_waited_for():
    document = {"status": "ok", "model": {"loaded": False, "lazy": True}}
    assert outcome(document, ("model",)) != "inconclusive"


def test_each_member_is_named():
    said = found({"status": "ok", "providers": {"openai": "down", "groq": "timeout"}}, ())
    text = " ".join(f.summary for f in said if f.outcome.value == "warn")
    assert "providers.openai" in text
    assert "providers.groq" in text
