from verifier.sandbox.host.git_repository import create_repository


def test_an_image_holds_the_commits_files_and_the_checkout_stays_as_it_is(demo_scenario, tmp_path):
    repository = create_repository(tmp_path / "repository", demo_scenario)
    repository.check_out("good")
    before = sorted(repository.folder.rglob("*"))

    image, digest = repository.build_image(repository.shas["first"], tmp_path / "images ä")

    assert digest.startswith("sha256:")
    assert "What first needs" in (image / "app" / "constants.py").read_text("utf-8")
    assert sorted(repository.folder.rglob("*")) == before
    assert repository.build_image(repository.shas["first"], tmp_path / "images ä")[0] == image
