"""Secrets in tables, under words of other languages, and of kinds with a name of their own."""

import pytest

from verifier.guarded.redaction import Redactor

HIDDEN = [
    "APP_KEY=base64:§Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmE=",
    "senha: §Abacaxi#2026!",
    "senha do banco: §Abacaxi#2026!",
    "senha=§Abacaxi#2026!",
    "DB_SENHA=§Abacaxi#2026!",
    '"senha": "§Abacaxi 2026"',
    "chave secreta: §kT7u2Vx9Ya4Cd",
    "contraseña: §Abacaxi#2026!",
    "Passwort: §Abacaxi#2026!",
    "mot de passe : §Abacaxi#2026!",
    "AWS_SECRET_ACCESS_KEY §wJalrXUtnFEMI/K7MDENG/bPxRfiCYzQ9vKEYx2",
    "API_KEY §9f86d081884c7d659a2feaa0c55ad015",
    "DB_PASSWORD   §yaml-P4ss-2x",
    "| DB_PASSWORD | §yaml-P4ss-2x |",
    "DB_PASSWORD -> §yaml-P4ss-2x",
    "- name: DB_PASSWORD\n  value: §yaml-P4ss-2x",
    "DB_PASSWORD: >-\n  §yaml-P4ss-2x",
    "master.key: §0123456789abcdef0123456789abcdef",
    "HMAC key = §Zr8wQ1xN5vB3mK7",
    "x-vercel-protection-bypass: §Zr8wQ1xN5vB3mK7abcd",
    "X-Auth: §Zr8wQ1xN5vB3mK7",
    "GET /callback?code=§4%2F0AX4XfWh-abcdefghijk&state=1 302",
    "SELECT pgp_sym_decrypt(data, '§symKey-88-xyz') FROM t",
    "seed phrase: §abandon ability able about above absent absorb abstract absurd abuse",
    "otp=§849201",
]
READABLE = [
    "at verifyPassword (/app/src/auth/password.ts:42:17)",
    "tokens: prompt=1204 completion=388 total=1592",
    "senha: deve ter ao menos oito caracteres",
    "senha incorreta para o usuário ana",
    "Passwort: falsch",
    "JWT_SECRET must be at least 32 characters long",
    "STRIPE_SECRET_KEY is not set",
    "| DB_PASSWORD | required | the password of the database |",
    "| API_TOKEN | 2026-11-27 | renewed |",
    "DB_PASSWORD -> DATABASE_URL",
    "- name: DB_PASSWORD\n  valueFrom: { secretKeyRef: { name: db, key: pw } }",
    "- name: DB_PASSWORD\n  value: ${{ secrets.DB_PASSWORD }}",
    "GET /errors?code=ECONNREFUSED 200",
    "GET /errors?code=404 200",
    "x-auth: required",
    "mnemonic: unset",
    "otp=required",
    "primary key = id, foreign key = user_id",
]


@pytest.mark.parametrize("line", HIDDEN)
def test_a_secret_of_a_table_or_another_language_is_hidden(line):
    before, _, rest = line.partition("§")
    secret = rest.split("&")[0].split(" |")[0].split("'")[0].strip('"')

    shown = Redactor([])(before + rest)

    assert secret not in shown
    assert before.split(" ")[0].split("=")[0].strip("'") in shown


@pytest.mark.parametrize("line", READABLE)
def test_what_only_speaks_of_one_stays(line):
    assert Redactor([])(line) == " ".join(line.split())
