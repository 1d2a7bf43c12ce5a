"""Migrations of engines that run in place belong to the application's ledger."""

import pytest

from tests.database.test_ledgers import write
from verifier.database.files import Folder
from verifier.database.ledgers import LEDGERS

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
