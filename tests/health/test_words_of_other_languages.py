"""Documents in Portuguese and Spanish, with accents and without."""

import pytest

from tests.health.test_sentences import outcome
from verifier.health.vocabulary import status_of
from verifier.model.evidence import HealthStatus
from verifier.model.finding import Outcome


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (HealthStatus.GOOD, ["saudável", "Saudavel", "conectado", "no ar", "disponível", "Ativo"]),
        (HealthStatus.GOOD, ["saludable", "activo", "en línea", "disponible"]),
        (HealthStatus.WARNING, ["degradado", "degradada", "instável", "inestable"]),
        (HealthStatus.BAD, ["erro", "falha", "indisponível", "fora do ar", "desconectado"]),
        (HealthStatus.BAD, ["não conectado", "caído", "CAIDO", "sin conexión", "error"]),
        (HealthStatus.PENDING, ["iniciando", "conectando"]),
        (
            HealthStatus.GOOD,
            ["正常", "已连接", "稼働中", "정상", "Работает", "verfügbar", "en ligne"],
        ),
        (
            HealthStatus.GOOD,
            ["çal\u0131ş\u0131yor", "CALISIYOR", "działa", "يعمل", "raggiungibile"],
        ),
        (HealthStatus.WARNING, ["警告", "降级", "경고", "предупреждение", "eingeschränkt"]),
        (HealthStatus.BAD, ["异常", "失敗", "エラー", "연결 끊김", "Недоступна", "Störung"]),
        (
            HealthStatus.BAD,
            ["нет соединения", "hors ligne", "çevrimd\u0131ş\u0131", "błąd", "غير متصل"],
        ),
    ],
)
def test_a_word_means_the_same_with_accents_and_without(status, words):
    assert [status_of(word) for word in words] == [status] * len(words)


@pytest.mark.parametrize(
    ("body", "required", "expected"),
    [
        ({"status": "saudável", "banco": "conectado", "fila": "ativa"}, "banco", Outcome.PASS),
        ({"status": "ok", "banco": "desconectado", "fila": "ativa"}, "banco", Outcome.FAIL),
        ({"status": "ok", "banco": "desconectado"}, "", Outcome.WARN),
        ({"status": "indisponível", "banco": "erro", "fila": "ok"}, "", Outcome.FAIL),
        ({"sucesso": False, "mensagem": "o banco não responde"}, "", Outcome.FAIL),
        ({"status": "ok", "serviços": {"redis": "fora do ar"}}, "redis", Outcome.FAIL),
        ({"situação": "degradado"}, "", Outcome.WARN),
        ({"estado": "caído", "servicios": {"base_de_datos": "caído"}}, "", Outcome.FAIL),
        ({"estado": "activo", "servicios": {"db": "activo"}}, "db", Outcome.PASS),
        ({"状态": "正常", "数据库": "正常"}, "", Outcome.PASS),
        ({"状态": "正常", "数据库": "异常"}, "数据库", Outcome.FAIL),
        ({"status": "异常", "database": "异常"}, "", Outcome.FAIL),
        ({"상태": "오류"}, "", Outcome.FAIL),
        ({"статус": "ошибка", "база_данных": "недоступна"}, "", Outcome.FAIL),
        ({"status": "ok", "checks": {"database": "недоступна"}}, "", Outcome.WARN),
        ({"status": "ok", "checks": {"db": {"status": "停止"}, "redis": "ok"}}, "db", Outcome.FAIL),
        ({"status": "ok", "estado": "SP", "cidade": "Santos"}, "", Outcome.PASS),
    ],
)
def test_a_document_in_another_language_is_read(body, required, expected):
    assert outcome(body, *filter(None, [required])) is expected


@pytest.mark.parametrize("text", ["ERRO: banco indisponível", "INDISPONÍVEL - banco", "fora do ar"])
def test_a_line_in_another_language_that_is_bad_fails(text):
    assert outcome(text, content_type="text/plain") is Outcome.FAIL


@pytest.mark.parametrize("key", ["数据库", "база", "データ", "é", "1", "", "-"])
def test_a_name_without_latin_letters_is_read_as_any_other(key):
    for said in (True, False, "ok", "down", {"ok": True}, {key: False}, [True], 1, None):
        for body in ({key: said}, {"status": "ok", key: said}, {"checks": {key: said}}):
            assert outcome({**body, "db": "ok"}) in Outcome
            assert outcome({"shop": body, "checks": {"db": {"status": "ok", **body}}}) in Outcome
