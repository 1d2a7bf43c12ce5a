"""Every text that people read is in each catalogue, and nothing else."""

import shutil

import pytest
from babel.messages.catalog import Catalog

from tests.language import catalogues
from tests.language.catalogues import compiled, load, messages, mistakes, po_path
from tests.language.extraction import texts
from verifier import language as languages
from verifier.cli.languages import LANGUAGES as OFFERED
from verifier.config.sections import Config
from verifier.language import catalogue

EACH = pytest.mark.parametrize("language", languages.TAGS)


@EACH
def test_no_text_is_missing_and_none_is_unused(language):
    known = {str(message.id) for message in messages(load(po_path(language), language))}

    assert known == set(texts()), "run: make languages"


@EACH
def test_every_text_is_translated_with_the_same_places(language):
    assert list(mistakes(load(po_path(language), language))) == []


@pytest.mark.parametrize("said", ["versão(ões) usada(s)", "ele(s) pode(m)", "{1} aviso(s)"])
def test_a_word_for_one_and_for_several_is_a_mistake(said):
    given = Catalog("pt_BR")
    given.add("{1} warnings", f"{{1}} {said.replace('{1} ', '')}")

    assert [found.partition(":")[0] for found in mistakes(given)] == [
        "one word for one and for several"
    ]


@EACH
def test_what_the_program_reads_is_what_people_wrote(language):
    path = po_path(language)

    assert path.with_suffix(".mo").read_bytes() == compiled(load(path, language))


def test_option_and_configuration_offer_the_languages_that_there_are():
    assert Config.model_fields["language"].annotation.__args__ == OFFERED
    assert set(OFFERED) == {"en", *languages.TAGS}


@pytest.mark.slow
def test_a_new_language_is_an_empty_folder_and_make_languages(tmp_path, monkeypatch, capsys):
    known = tmp_path / "locale"
    shutil.copytree(languages.LOCALES, known)
    monkeypatch.setattr(languages, "LOCALES", known)
    (known / "xx_YY").mkdir()

    assert "xx-YY" not in languages.tags(), "nobody can be spoken to in it yet"
    # Babel must know the language, as it knows how numbers and plurals are written in it.
    (known / "xx_YY").rename(known / "de")
    assert catalogues.main([]) == 1, "what is missing is named"

    assert "not translated: Usage" in capsys.readouterr().err
    assert languages.tags() == ("de", *languages.TAGS)
    monkeypatch.setattr(catalogue, "TAGS", languages.tags())
    monkeypatch.setattr(catalogue, "LOCALES", known)
    said = catalogue.translator("de")
    assert said.say("Usage") == "Usage"
    assert said.number("1,234.5") == "1,234.5"


def test_of_several_languages_one_is_named_to_hand_translations_out(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(languages, "LOCALES", tmp_path)
    for folder in ("de", "fr"):
        (tmp_path / folder).mkdir()

    with pytest.raises(SystemExit):
        catalogues.main(["--part", "1"])

    assert "--language is needed here, one of: de, fr" in capsys.readouterr().err
