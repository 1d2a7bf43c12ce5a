"""The files that configure Railway, found in a real git checkout with what they name."""

import json
import subprocess

import pytest

from verifier.model.finding import Unobserved
from verifier.wiring.checkout_railway_files import read_railway_files


def written(folder, files):
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text if isinstance(text, str) else json.dumps(text), "utf-8")


def committed(folder):
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
        identity = ["-c", "user.email=a@b.c", "-c", "user.name=a"]
        subprocess.run(["git", *identity, *command], cwd=folder, check=True)


def test_a_monorepo(tmp_path):
    api = {
        "build": {"watchPatterns": ["/services/api/**", "!**/*.md"]},
        "deploy": {"healthcheckPath": "/api/readyz"},
    }
    worker = {"build": {"watchPatterns": ["worker/**"]}}
    written(
        tmp_path,
        {
            "services/api/railway.json": api,
            "services/api/main.py": "@app.get('/readyz')\n",
            "services/api/README.md": "",
            "services/worker/railway.worker.json": worker,
            "services/worker/main.py": "",
            "examples/railway.json": "{",
            "readme.md": "healthz",
        },
    )
    committed(tmp_path)

    found = {file.path: file for file in read_railway_files(tmp_path)}

    of_api, of_worker = found.values()
    assert list(found) == ["services/api/railway.json", "services/worker/railway.worker.json"]
    assert of_api.watched == {"": ("services/api/main.py", "services/api/railway.json")}
    assert (of_api.known_words, of_worker.known_words) == ({"readyz"}, frozenset())
    assert of_worker.watched == {"": ()}  # a pattern with a slash counts from the root
    assert "services/worker/main.py" in of_api.tracked


@pytest.mark.parametrize(
    "route",
    ["app/api/health/route.ts", "src/health-check.ts", "src/HealthController.java", "a_health.py"],
)
def test_a_route_that_is_a_file_counts(tmp_path, route):
    config = {"deploy": {"healthcheckPath": "/api/health"}}
    written(tmp_path, {"railway.json": config, route: "export"})
    committed(tmp_path)

    (file,) = read_railway_files(tmp_path)

    assert file.known_words == {"health"}


def test_without_git_what_it_would_tell_is_not_known(tmp_path):
    written(tmp_path, {"railway.json": {"deploy": {"healthcheckPath": "/healthz"}}})

    (file,) = read_railway_files(tmp_path)

    assert isinstance(file.known_words, Unobserved)
    assert isinstance(file.tracked, Unobserved)


def test_a_checkout_without_any_is_left_alone(tmp_path):
    assert list(read_railway_files(tmp_path)) == []


def test_a_link_out_of_the_checkout_is_not_followed(tmp_path):
    checkout = tmp_path / "checkout"
    written(tmp_path, {"secret.json": {"deploy": {"startCommand": "x"}}, "checkout/a": ""})
    (checkout / "railway.json").symlink_to("../secret.json")

    (file,) = read_railway_files(checkout)

    assert (file.settings, file.mistakes[0].expected) == ({}, "readable")


@pytest.mark.timeout(20)
def test_a_name_of_many_parts_is_read_in_time(tmp_path):
    files = {"railway" + "-a" * 40 + ".jsn": {}, "railway-a.b-c.json": {}, "railway..json": {}}
    written(tmp_path, files)
    committed(tmp_path)

    assert [file.path for file in read_railway_files(tmp_path)] == ["railway-a.b-c.json"]
