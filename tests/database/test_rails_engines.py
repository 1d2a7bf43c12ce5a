"""Migrations of engines that run in place belong to the application's ledger."""

import pytest

from tests.database.test_ledgers import write
from verifier.database.files import Folder
from verifier.database.ledgers import LEDGERS
from verifier.errors import UnexpectedAnswerError

ADDS = """module Pay
  class Engine < ::Rails::Engine
    initializer :append_migrations do |app|
      config.paths["db/migrate"].expanded.each { |path| app.config.paths["db/migrate"] << path }
    end
  end
end
"""
PLAIN = "module Pay\n  class Engine < ::Rails::Engine\n  end\nend\n"


@pytest.mark.parametrize(
    ("engine", "folder", "versions"),
    [
        pytest.param(ADDS, "", ["1", "5", "7"], id="adds-its-folder"),
        pytest.param(PLAIN, "", ["1", "7"], id="is-copied-from"),
        pytest.param(ADDS, "db/migrate", ["1", "7"], id="a-folder-is-given"),
    ],
)
def test_an_engine_that_adds_its_folder_ships_migrations(tmp_path, engine, folder, versions):
    files = {
        "db/migrate/1_a.rb": "",
        "db/migrate/7_b.rb": "",
        "engines/pay/db/migrate/5_p.rb": "",
        "engines/pay/lib/pay/engine.rb": engine,
    }

    found = LEDGERS["rails"].list_shipped(Folder(write(tmp_path, files)), folder)

    assert [migration.version for migration in found] == versions


CONFIGURED = {
    "config/application.rb": 'config.paths["db/migrate"] << "engines/pay/db/migrate"',
    "config/environments/production.rb": "config.paths['db/migrate'].push('engines/*/db/migrate')",
    "config/initializers/engines.rb": "ActiveRecord::Migrator.migrations_paths += "
    "Dir[Rails.root.join('engines/*/db/migrate')]",
    "config/initializers/others.rb": "config.paths['db/migrate'] << 'other/db/migrate'",
    "app/models/user.rb": "config.paths['db/migrate'] << 'engines/pay/db/migrate'",
}


@pytest.mark.parametrize(
    ("file", "versions"),
    [(file, ["1", "5"] if place < 3 else ["1"]) for place, file in enumerate(CONFIGURED)],
)
def test_what_the_application_adds_is_shipped(tmp_path, file, versions):
    files = {
        "db/migrate/1_a.rb": "",
        "engines/pay/db/migrate/5_p.rb": "",
        "packs/pay/db/migrate/6_q.rb": "",
        file: CONFIGURED[file],
    }

    found = LEDGERS["rails"].list_shipped(Folder(write(tmp_path, files)), "")

    assert [migration.version for migration in found] == versions


@pytest.mark.parametrize(
    ("gems", "versions"), [('gem "packs-rails"\n', ["1", "6"]), ('gem "rails"\n', ["1"])]
)
def test_packages_that_a_gem_runs_in_place_are_shipped(tmp_path, gems, versions):
    files = {"db/migrate/1_a.rb": "", "packs/pay/db/migrate/6_q.rb": "", "Gemfile": gems}

    found = LEDGERS["rails"].list_shipped(Folder(write(tmp_path, files)), "")

    assert [migration.version for migration in found] == versions


LATER = {"db/migrate/1_a.rb": "", "db/later/2_b.rb": "", "db/data/3_c.rb": ""}


@pytest.mark.parametrize(
    "code",
    [
        "config.paths['db/migrate'] << 'db/later'",
        "config.paths['db/migrate'].push(Rails.root.join('db', 'later').to_s)",
        "config.paths['db/migrate'].concat(%w[db/later db/none])",
        "config.paths.add 'db/migrate', with: ['db/migrate', 'db/later']",
        "if x\n  path = Rails.root.join(folder, 'later').to_s\n"
        "  ActiveRecord::Migrator.migrations_paths << path\nend",
        "folders = ['db/data']\nconfig.paths['db/migrate'] << 'db/later'",
    ],
)
def test_a_folder_that_the_application_adds_is_shipped_whatever_its_name(tmp_path, code):
    files = {**LATER, "config/initializers/0_later.rb": code}

    found = LEDGERS["rails"].list_shipped(Folder(write(tmp_path, files)), "")

    assert [migration.version for migration in found] == ["1", "2"]


@pytest.mark.parametrize(
    "code",
    [
        "unless ENV['SKIP_LATER']\n  config.paths['db'].each do |at|\n"
        "    path = Rails.root.join(at, 'later')\n    config.paths['db/migrate'] << path\n"
        "  end\nend",
        "config.paths['db/migrate'] << 'db/later' if ENV['LATER']",
    ],
)
def test_a_folder_that_the_environment_adds_is_told_and_not_guessed(tmp_path, code):
    files = {**LATER, "config/initializers/0_later.rb": code}

    with pytest.raises(UnexpectedAnswerError, match="db/later") as raised:
        LEDGERS["rails"].list_shipped(Folder(write(tmp_path, files)), "")

    assert "set ledger.path" in raised.value.hint
    found = LEDGERS["rails"].list_shipped(Folder(tmp_path), "db/migrate")
    assert [migration.version for migration in found] == ["1"]


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("config/application.rb", "config.paths['db/migrate'] << 'db/later' if Rails.env.test?"),
        (
            "config/application.rb",
            "if Rails.env.local?\n  config.paths['db/migrate'] << 'db/later'\nend",
        ),
        ("config/application.rb", "# config.paths['db/migrate'] << 'db/later'"),
        ("config/application.rb", "x = config.paths['db/migrate']\nconfig.data = 'db/later'"),
        (
            "spec/dummy/config/application.rb",
            "config.paths['db/migrate'] << '../../db/later'",
        ),
    ],
)
def test_a_folder_that_production_does_not_have_is_not_shipped(tmp_path, file, code):
    found = LEDGERS["rails"].list_shipped(Folder(write(tmp_path, {**LATER, file: code})), "")

    assert [migration.version for migration in found] == ["1"]


def test_folders_of_the_folder_are_shipped(tmp_path):
    files = {"db/migrate/1_a.rb": "", "db/migrate/later/2_b.rb": "", "db/migrated/3_c.rb": ""}

    found = LEDGERS["rails"].list_shipped(Folder(write(tmp_path, files)), "")

    assert [migration.version for migration in found] == ["1", "2"]
