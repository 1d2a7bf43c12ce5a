"""Every text that people read is in each catalogue, and nothing else."""

import pytest

from tests.language.catalogues import LANGUAGES, compiled, load, messages, mistakes, po_path
from tests.language.extraction import texts
from verifier.cli.languages import LANGUAGES as OFFERED
from verifier.config.sections import Config

EACH = pytest.mark.parametrize("language", LANGUAGES)


@pytest.mark.slow
@EACH
def test_no_text_is_missing_and_none_is_unused(language):
    known = {str(message.id) for message in messages(load(po_path(language), language))}

    assert known == set(texts()), "run: make languages"


@EACH
def test_every_text_is_translated_with_the_same_places(language):
    assert list(mistakes(load(po_path(language), language))) == []


@EACH
def test_what_the_program_reads_is_what_people_wrote(language):
    path = po_path(language)

    assert path.with_suffix(".mo").read_bytes() == compiled(load(path, language))


def test_option_and_configuration_offer_the_languages_that_there_are():
    assert Config.model_fields["language"].annotation.__args__ == OFFERED
    assert set(OFFERED) == {"en", *LANGUAGES}
