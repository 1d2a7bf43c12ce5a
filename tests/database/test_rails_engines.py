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
