"""What a gate asks its database, by the configuration, and of which tables every row counts."""

from collections.abc import Mapping

from verifier.config.sections import Config
from verifier.database.checkout import Project
from verifier.database.ledger_tool import Ledger
from verifier.database.questions import Questions
from verifier.model.migration_ledger import DatabaseObject


def questions_of(config: Config, projects: Mapping[str, Project]) -> Questions:
    """Return everything that is to be read; `projects` are the ledgers by their names."""
    return Questions(
        marker_table=(config.guards.table or "") if config.guards else "",
        marker_keys=tuple(config.guards.markers) if config.guards else (),
        ledgers={name: project.ledger for name, project in projects.items()},
        relations=_relations(config),
        objects=_objects(config),
        probes={probe.name: probe.sql for probe in config.probes},
    )


def tables_of_rows(questions: Questions) -> tuple[str, ...]:
    """Return the tables of which every row is to be seen: a hidden one would change an answer."""
    names = [questions.marker_table] if questions.marker_table else []
    names += [each.table for each in questions.ledgers.values() if isinstance(each, Ledger)]
    if questions.probes:
        from verifier.database.query_tables import tables_read_by

        for query in questions.probes.values():
            names += tables_read_by(query)
    return tuple(dict.fromkeys(names))


def _relations(config: Config) -> Mapping[str, str]:
    section = config.relations
    if section is None:
        return {}
    return dict.fromkeys(section.tables, "table") | dict.fromkeys(section.views, "view")


def _objects(config: Config) -> tuple[DatabaseObject, ...]:
    section = config.relations
    if section is None:
        return ()
    by_kind = {
        "extension": section.extensions,
        "function": section.functions,
        "row level security": section.rls,
    }
    return tuple(DatabaseObject(kind, name) for kind, names in by_kind.items() for name in names)
