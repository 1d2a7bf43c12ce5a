"""Secrets in lists, pairs, dumps and commands, as languages and tools print them."""

import json
from pathlib import Path

import pytest

from verifier.guarded.redaction import Redactor

ORDINARY = Path(__file__).parents[1] / "data" / "ordinary_log.txt"


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ('HttpHeaders[X-Api-Key=["pp09oo87ii65"]]', "pp09oo87ii65"),
        ('http.Header{"X-Api-Key":[]string{"as12df34gh56"}}', "as12df34gh56"),
        ("[db_password] => Zz91-kk", "Zz91-kk"),
        ("  'api_key' => string 'qwe123rty456' (length=12)", "qwe123rty456"),
        ('["secret":protected]=>\n  string(12) "php-Secret-1"', "php-Secret-1"),
        ("API key (production): 8f7e6d5c4b3a", "8f7e6d5c4b3a"),
        ("secret for client web is 8f7e6d5c4b3a", "8f7e6d5c4b3a"),
        ("HTTPBasicAuth('joe', 'Zr8-wq1')", "Zr8-wq1"),
        ("requests.get(u, auth=('joe','Zr8-wq1'))", "Zr8-wq1"),
        ("auth: ['joe', 'Zr8-wq1']", "Zr8-wq1"),
        ("SMTP_AUTH=joe:Zr8-wq1-5", "Zr8-wq1-5"),
        ("MAPS_KEY=AbC123dEf456", "AbC123dEf456"),
        ("STRIPE_KEY: abcd1234zz99", "abcd1234zz99"),
        ("OPENAI_KEY = 'abcd1234zz99'", "abcd1234zz99"),
        ("GET /api?key=0123456789abcdef0123456789abcdef&x=1", "0123456789abcdef0123"),
        ("rman target sys/Zr8wq15@db", "Zr8wq15"),
        ("echo Zr8wq15x | sudo -S apt update", "Zr8wq15x"),
        ("printf '%s' Zr8wq15x | gh auth login --with-token", "Zr8wq15x"),
        ('echo "app:Zr8wq15x" | chpasswd', "Zr8wq15x"),
        ("https --auth joe:Zr8wq15x api.test", "Zr8wq15x"),
        ("SELECT vault.create_secret('Zr8wq15x')", "Zr8wq15x"),
        (
            "SELECT vault.update_secret('0b3e6f1e-6c52-4f0a-8f5a-0d6a6f0c2a77', 'Zr8wq15x')",
            "Zr8wq15x",
        ),
        ("hvs.AbCdEfGhIjKlMnOpQrStUvWx", "AbCdEfGhIjKl"),
        (
            "eyJhbGciOiJSU0EtT0FFUCJ9.OKOawDo13gRp2ojaHV7LFpZ.48V1_ALb6US04U3b.5eym8TW_c8SuK0lt.XFBoMYUZodetZdvT",
            "5eym8TW_c8SuK0lt",
        ),
        ("contraseña\uff1dZr8wq15x", "Zr8wq15x"),
        ("password\uff1aZr8wq15x", "Zr8wq15x"),
        ('{"\\u0070assword": "Zr8wq15x"}', "Zr8wq15x"),
        ("admin password=ab&cd&ef9", "cd&ef9"),
        ("db password: Zr8(wq15x", "wq15x"),
        ("db password: Zr8;wq15x", "wq15x"),
        ("db password: Zr8<wq15x", "wq15x"),
        ("db password: Zr8,wq15x", "wq15x"),
        ("db password: Zr8'wq15x", "wq15x"),
        ("db_password: Zr8[wq15x]", "wq15x"),
        ("token={Zr8wq15x}", "Zr8wq15x"),
        ("token=<Zr8wq15x>", "Zr8wq15x"),
        ("token: (Zr8wq15x)", "Zr8wq15x"),
        ("secret :: Zr8wq15x", "Zr8wq15x"),
        ('secret := "Zr8wq15x"', "Zr8wq15x"),
        ("secret == Zr8wq15x", "Zr8wq15x"),
        ("process.env.API_SECRET || 'Zr8wq15x'", "Zr8wq15x"),
        ("API_SECRET,Zr8wq15x", "Zr8wq15x"),
        ("sqlplus scott/T1gerPw77@orcl", "T1gerPw77"),
        (
            "https://outlook.office.com/webhook/11111111-2222-3333-4444-555555555555@66666666-7777-8888-9999-000000000000/IncomingWebhook/abcdef0123456789abcdef0123456789/77777777-8888-9999-0000-111111111111",
            "abcdef0123456789abcdef0123456789",
        ),
        ("hvs.CAESIAbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGhIjKlMnOp", "CAESIAbCdEf"),
        (
            "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6ji.XFBoMYUZodetZdvTiFvSkQ",
            "5eym8TW_c8SuK0lt",
        ),
        ("[b'authorization', b'hunter2-raw-88']", "hunter2-raw-88"),
        ("X-Railway-Token=[Zz9f3c2a1b-raw]", "Zz9f3c2a1b-raw"),
        ("headers={X-Auth-Token=[qq81ffz0a1], Host=[a]}", "qq81ffz0a1"),
        ('array(2) { ["password"]=> string(9) "phpPw-990" }', "phpPw-990"),
        ("[password] => phpPw-990", "phpPw-990"),
        ("ENV STRIPE_KEY=abcd1234zz99", "abcd1234zz99"),
        ("GET /v1?key=AbCd1234EfGh5678 HTTP/1.1", "AbCd1234EfGh5678"),
        ("SELECT vault.create_secret('v4ult-S3cret', 'name')", "v4ult-S3cret"),
        ("openssl enc -k 0pen-Pw-7", "0pen-Pw-7"),
        ("echo 'd0cker-Pw2' | docker login --password-stdin", "d0cker-Pw2"),
        ("http --auth joe:httpie-Pw1 GET x", "httpie-Pw1"),
        ("Your new API key is: ab12cd34ef56", "ab12cd34ef56"),
        ("Password (admin): Zz9-Yy8-x", "Zz9-Yy8-x"),
        ("password for user admin is Zz9Yy8Xx7", "Zz9Yy8Xx7"),
        ("COOKIE_KEY=ck-99-zz-11", "ck-99-zz-11"),
        ("AUTH=joe:Auth-Pw-4", "Auth-Pw-4"),
        ("FERNET: 'cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4='", "cw_0x689RpI-jtRR7"),
        ("PEPPER=ab12cd34ef56aa", "ab12cd34ef56aa"),
        ("basic_auth=('joe', 'tup1e-Pw-9')", "tup1e-Pw-9"),
        ('auth=("joe","tup1e-Pw-9")', "tup1e-Pw-9"),
        ('"pass\\u0077ord": "uni-Pw-1"', "uni-Pw-1"),
        ("password\uff1afull-Pw-1", "full-Pw-1"),
    ],
)
def test_a_value_is_hidden_however_a_language_writes_its_name_before_it(line, secret):
    shown = Redactor()(line)

    assert secret not in shown
    assert "***" in shown


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("admin password: Tr0ub4dor&3 ok", "admin password: *** ok"),
        ("db password: Zr8(wq15x ok", "db password: *** ok"),
        ("a=1&password=Zr8wq15x&b=2", "a=1&password=***&b=2"),
        ("password=Zr8wq15x,user=joe", "password=***,user=joe"),
        ("(password: Zr8wq15x)", "(password: ***)"),
        ("headers={X-Auth-Token=[qq81ffz0a1], Host=[a]}", "headers={X-Auth-Token=[***], Host=[a]}"),
        ("[password] => phpPw-990", "[password] => ***"),
        ("auth=('joe', 'Zr8-wq1'), timeout=3", "auth=('joe', '***'), timeout=3"),
        (
            "echo 'Zr8wq15x' | docker login --password-stdin",
            "echo *** | docker login --password-stdin",
        ),
        ("Your new API key is: ab12cd34ef56", "Your new API key is: ***"),
        ("GET /v1?key=AbCd1234EfGh5678&x=1 200", "GET /v1?key=***&x=1 200"),
    ],
)
def test_the_words_around_it_stay(line, shown):
    assert Redactor()(line) == shown


def test_an_ordinary_line_of_a_log_stays_as_it_is():
    redact = Redactor()
    lines = ORDINARY.read_text("utf-8").splitlines()

    assert [line for line in lines if redact(line) != line] == []
    assert len(lines) > 200


COMMANDS = [
    (["mysqldump", "-uroot", "-pZr8wq15x", "shop"], "Zr8wq15x"),
    (["redis-cli", "-h", "db", "-a", "Zr8wq15x", "ping"], "Zr8wq15x"),
    (["sshpass", "-p", "Zr8wq15x", "ssh", "db"], "Zr8wq15x"),
    (["curl", "-sS", "-u", "joe:Zr8wq15x", "https://api.test/"], "Zr8wq15x"),
    (["etcdctl", "--user", "root:Zr8wq15x", "get", "x"], "Zr8wq15x"),
    (["docker", "login", "-u", "joe", "-p", "Zr8wq15x"], "Zr8wq15x"),
    (["mongodump", "-u", "joe", "-p", "Zr8wq15x"], "Zr8wq15x"),
    (["cqlsh", "-u", "joe", "-p", "Zr8wq15x"], "Zr8wq15x"),
    (["openssl", "enc", "-k", "Zr8wq15x"], "Zr8wq15x"),
    (["tool", "--api-key", "Zr8wq15x"], "Zr8wq15x"),
    (["ldapsearch", "-D", "cn=joe", "-w", "Zr8wq15x"], "Zr8wq15x"),
    (["keytool", "-list", "-storepass", "Zr8wq15x"], "Zr8wq15x"),
    (["rabbitmqctl", "change_password", "joe", "Zr8wq15x"], "Zr8wq15x"),
    (["unzip", "-P", "Zr8wq15x", "a.zip"], "Zr8wq15x"),
]
PRINTED = {
    "shell": " ".join,
    "python": lambda words: f"CalledProcessError: Command '{words!r}' returned non-zero",
    "json": json.dumps,
    "short-json": lambda words: json.dumps(words, separators=(",", ":")),
    "long-json": lambda words: json.dumps(words, indent=4),
    "json-in-json": lambda words: json.dumps(json.dumps(words)),
    "rust": lambda words: " ".join(f'"{word}"' for word in words),
    "ruby": lambda words: ", ".join(f'"{word}"' for word in words),
}


@pytest.mark.parametrize("printed", PRINTED)
def test_a_command_hides_its_secret_however_a_language_prints_its_words(printed):
    redact = Redactor()
    for words, secret in COMMANDS:
        lines = PRINTED[printed](words).splitlines()
        shown = "\n".join(redact.lines(lines))

        assert secret not in shown, words
        assert words[0] in shown
        assert words[1] in shown


def test_words_in_a_list_that_tell_no_secret_stay():
    for line in (
        '["npm", "run", "start", "-p", "3000"]',
        "['login', 'page', '-p', '8080']",
        "Command '['redis-cli', 'ping']' returned non-zero exit status 1.",
        '{"program":"mysql","flag":"-p","state":"up"}',
        "mysql: ['shop', 'orders'] are there",
    ):
        assert Redactor()(line) == line
