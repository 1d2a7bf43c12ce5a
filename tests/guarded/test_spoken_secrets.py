"""Secrets in sentences and small letters, and codes and phrases of people."""

import pytest

from verifier.guarded.redaction import Redactor

#: What must go stands between two signs.
HIDDEN = [
    "use the following password to proceed: §0123456789abcdef0123456789abcdef§",
    "mysql> SET PASSWORD FOR 'ann'@'%' = '§Zx9vQ2mm§'; ok",
    "password reset token for ann: §a81b2c9f00d1e2b3c4d5§",
    "minio secret key: §wJalrXUtnFEMIK7MDENGbPxRfiCY§ ok",
    "bad credentials admin:§hunter22x!§",
    "svix-signature: v1,§g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=§",
    "Senha gerada para ana: §q7Lm2Qp9Rt§",
    "A chave da API é §8d969eef6ecad3c29a3a§",
    "token de acesso: §8d969eef6ecad3c29a3a§",
    "OTP for +55 11 99999-0000 is §849201§",
    "auth_token §9f86d081884c7d659a2feaa0c55ad015§ invalid",
    "db_password   §Tr0ub4dor-and-3§",
    "| db_password | §Tr0ub4dor-and-3§ | production |",
    "password │ §hunter22x§ │",
    "client_secret -> §Zq8~kLm2Np4rSt6v§",
    "X-API-KEY §8d969eef6ecad3c29a§",
    "Ocp-Apim-Subscription-Key: §8d969eef6ecad3c29a3a629280e686cf§",
    "Map(password -> §letmein9x§, host -> db)",
    'ConnectOptions { password: Some("§letmein9x§"), port: 5432 }',
    'invalid token "§a81b2c9f00d1e2§" at gateway',
    "Invalid API key provided: §sk-proj-aB3dE6gH9jK2mN5p§",
    "secret §8d969eef6ecad3c29a3a629280e686cf§ loaded from vault",
    "Loaded secret value §8d969eef6ecad3c29a§",
    "ldap bind: cn=admin,dc=x pw §Zr8wQ1xN§",
    "DB_PASSWORD was set to §yaml-P4ss-2x§",
    "password changed from §old-P4ss§ to §new-P4ss9§",
    "Generated password for admin: §v8Kq-2mZt§",
    "admin password generated: §x9Lm2Qp7Rt§",
    "A temporary password is generated for root@localhost: §j4Kq!pZx8mR§",
    "a senha é §Abacaxi#2026§",
    "senha do usuário root §Abacaxi#2026§",
    "la contraseña es §Abacaxi#2026§",
    "le mot de passe est §Abacaxi#2026§",
    "das Passwort lautet §Abacaxi#2026§",
    "passphrase: §correct horse battery staple§",
    "recovery code: §abcd-efgh-ijkl§",
    "backup codes: §8f3k-2l9s, 7d2m-1q8z§",
    "2fa code §849201§",
    "Your one-time code is §120934§",
    "PIN=§849201§",
    "salt: §9aF3kLm2§",
    "GET /ws?jwt=§Zr8wQ1xN5vB3mK7abcd§",
    "session_id=§9f86d081884c7d659a2feaa0c55ad015§",
]
READABLE = [
    "created secret my-secret-1 in namespace prod",
    "invalid token: expected 3 segments but got 2",
    "esqueci minha senha: link enviado",
    "OTP for +55 11 99999-0000 was sent",
    "http 200 code 201 created, job 849201 done with code 0",
    "auth_token v2 is in use",
    "auth_token expired for user 42",
    "api_key rotation done in 3s",
    "| db_password | string | required |",
    "| token_count | 1204 |",
    "client_secret -> CLIENT_SECRET",
    "the password is too short (minimum is 8 characters)",
    "password is base64 encoded",
    "the token is valid until 2026-11-27T12:00:00Z",
    "the secret is mounted at /run/secrets/db",
    "temporary password sent to ann@example.org",
    "passphrase must have 12 characters",
    "passphrase: required",
    "recovery code used by user 42",
    "backup codes: 8 left",
    "2fa code expired",
    "exit code 137, status code 503, error code 1045",
    "pin: 3.2.1 of httpx, pinned: 4711 packages",
    "salt rounds: 12, salt: per user",
    "la contraseña es obligatoria",
    "senha: obrigatória, a senha está errada",
    "password changed from 2026-01-01 to 2026-02-01",
    "invalid token ',' at line 4",
    "token 3 of 8 processed",
    "using token bucket23 of 30",
    "password authentication failed for user app",
    "id_token_signed_response_alg=RS256",
    "session_timeout=3600, sessions: 42 active",
    "trace_id=4bf92f3577b34da6a3ce929d0e0e4736 X-Request-Id: 7f3a9b2c",
    "cache key users/42/profile hit",
    "git sha 9f86d081884c7d659a2feaa0c55ad01512345678",
]


@pytest.mark.parametrize("line", HIDDEN)
def test_a_secret_that_is_spoken_of_is_hidden(line):
    parts = line.split("§")

    shown = Redactor([])("".join(parts))

    assert [secret for secret in parts[1::2] if secret in shown] == []
    assert parts[0].split()[0].split("=")[0] in shown


@pytest.mark.parametrize("line", READABLE)
def test_what_only_speaks_of_one_stays(line):
    assert Redactor([])(line) == line


@pytest.mark.parametrize(
    ("said", "alone"),
    [
        (
            "Please use the following password to proceed to installation:\n\n{}\n\n"
            "This may also be found at: /var/jenkins_home/secrets/initialAdminPassword",
            "c061b679107a4893b5383617729b5c6a",
        ),
        (
            "Password for the elastic user (reset with `bin/elasticsearch-reset-password`):\n"
            "  {}\n\nHTTP CA certificate SHA-256 fingerprint:",
            "lcVJkW3s+a0Rd=Qx2-Tz",
        ),
    ],
    ids=["Jenkins", "Elasticsearch"],
)
def test_a_first_password_that_stands_alone_below_its_sentence_is_hidden(said, alone):
    redact = Redactor()

    assert redact.keep_lines(said.format(alone)) == said.format("***")
    assert list(redact.lines(said.format(alone).split("\n"))) == said.format("***").split("\n")


def test_what_else_stands_below_the_word_stays():
    said = "password policy:\n\nat least 12 characters"

    assert Redactor().keep_lines(said) == said
