"""What stands between the name of a secret and its value, in the ways of many languages."""

import json
import time

import pytest

from verifier.guarded import written_values
from verifier.guarded.redaction import Redactor

S = "Zt7Qm2XcVb93LkPw0RsYd61HnJf8Ga5E"
P = "Sommer#2019xy"


def shown(text):
    return "\n".join(Redactor().lines(text.split("\n")))


@pytest.mark.parametrize(
    "line",
    [
        # Python
        f"{{'type': 'http', 'headers': [(b'host', b'api'), (b'x-api-key', b'{S}')]}}",
        f"send_request_headers.started headers=[(b':method', b'POST'), (b'x-auth-token', b'{S}')]",
        f"    DB_PASSWORD: str = '{P}'",
        f'    API_KEY: Final[str] = "{S}"',
        f"    jwt_secret: str | None = '{S}'",
        f"    SECRET_KEY: str = Field(default='{S}')",
        f"transport_options={{'password': bytearray(b'{P}')}}",
        f"password=quote('{P}')",
        f"os.getenv('DB_PASSWORD', '{P}')",
        f"grpc metadata=(('x-api-key', '{S}'), ('x-request-id', 'a1'))",
        f"parse_qs -> {{b'client_secret': [b'{S}'], b'grant_type': [b'code']}}",
        f"FERNET_KEY=b'{S}'",
        f"SecretBytes(b'{S}')",
        # Node and TypeScript
        f"const dbPassword: string = '{P}';",
        f'  private readonly apiKey: string = "{S}"',
        f"process.env.API_SECRET as string = '{S}'",
        f"headers: Object [AxiosHeaders] {{ 'X-Api-Key': [ '{S}' ] }}",
        f"{{ body: {{ password: [ 'x', '{P}' ] }} }}",
        f'data: {{ password: String("{P}") }}',
        f"token: Buffer.from('{S}')",
        # Go
        f'main.Config{{Host:"db", Password:main.Secret("{P}")}}',
        f'main.Config{{StripeKey:"{S}", Port:8080}}',
        f'const apiToken string = "{S}"',
        f'(string) (len=8) "password": (string) (len=13) "{P}"',
        f'http.Header{{"Authorization":["{S}"]}}',
        # Rust
        f'{{"x-api-key": HeaderValue {{ inner: String("{S}") }}}}',
        f'Settings {{ token: Token("{S}") }}',
        f'let api_key: &str = "{S}";',
        f'let password: &\'static str = "{P}";',
        f'Config {{ password: Some(Bytes(b"{P}")) }}',
        # PHP
        f"Array ( [password] => Array ( [0] => {P} [1] => {P} ) )",
        f"[password] => Array\n    (\n        [0] => {P}\n    )",
        f"'password' => array ( 0 => '{P}', )",
        f'["x-api-key" => array:1 [ 0 => "{S}" ]]',
        f'["password"]=> array(1) {{ [0]=> string(13) "{P}" }}',
        # Java, Kotlin, C#
        f'val dbPassword: String = "{P}"',
        f'val token: String? = "{S}"',
        f'string password = @"{P}";',
        f"[X-Api-Key, {S}]",
        # YAML
        f"tokens:\n  - {S}\n  - {P}",
        f"api_keys:\n- name\n- {S}",
        f"password: |-2\n    {P}",
        f"password: | # from vault\n  {P}",
        f"password: !vault |\n  first{P}\n  {P}",
        f"password: &one >+\n  {P}",
        f"db_password: !Sub '{P}'",
        f"API_TOKEN: !ENV {S}",
        f"passwords: [{P}, {P}]",
        f"secrets:\n  API_TOKEN: {S}",
    ],
)
def test_what_stands_before_a_value_is_not_taken_for_it(line):
    said = shown(line)

    assert S not in said
    assert P not in said


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("password: str = 'Zx81-kd'", "password: str = '***'"),
        (
            '"x-api-key": HeaderValue { inner: String("Zx81-kdPq") }',
            '"x-api-key": HeaderValue { inner: String("***") }',
        ),
        (
            "[password] => Array ( [0] => Zx81-kdPq )",
            "[password] => Array ( [0] => *** )",
        ),
        ("tokens:\n  - Zx81/kdPq+7\n  - read", "tokens:\n  - ***\n  - read"),
        ("password: !ENV Zx81-kdPq", "password: !ENV ***"),
        ("password: |-2\n  Zx81-kdPq", "password: |-2\n  ***"),
        (
            'password=os.getenv("DB_PASSWORD", "Zx81-kd")',
            'password=os.getenv("DB_PASSWORD", "***")',
        ),
        # What reads as a field begins within the quotes of a value.
        ("API_KEY: str = 'AK76NNoerZP8jQeu46I3Xw=='", "API_KEY: str = '***'"),
        ("password: str = 'admin:lrkcsdkS0f'", "password: str = '***'"),
        ("[(b'x-api-key', b'U:4fYj=!2kd')]", "[(b'x-api-key', b'***')]"),
        ("api_token: str = Field(default='kQ9:fzWt3sZp')", "api_token: str = Field(default='***')"),
        ("api_tokens: [AK76NNoerZP8jQeu46I3Xw==]", "api_tokens: [***]"),
        ("passwords:\n  - 'c=,i|C\"M:s!F4'\n  - x", "passwords:\n  - '***'\n  - x"),
        ("passwords:\n- '3xiZ''ig1Q/;R'", "passwords:\n- '***'"),
        # What follows a value is none, whatever it stands in.
        ('password=hunter2 ["GET /path"]', 'password=*** ["GET /path"]'),
        ('password: hunter2 (from "env")', 'password: *** (from "env")'),
        ('password=hunter {"user": "xyz12345"}', 'password=*** {"user": "xyz12345"}'),
        ('password=hunter2 = "foo"', 'password=*** = "foo"'),
        ("password: !Winter host=db", "password: *** host=db"),
    ],
)
def test_the_value_alone_is_hidden(line, expected):
    assert shown(line) == expected


@pytest.mark.parametrize(
    "line",
    [
        "password: required",
        "tokens:\n  - read\n  - write",
        "secrets:\n  - database\n  - cache",
        "api_keys:\n  - name: ci\n    scope: read",
        "passwords:\n  min: 8\n  max: 64",
        "{'token': ['Invalid or expired token']}",
        "headers=[(b'host', b'api.railway.internal'), (b'accept', b'*/*')]",
        "{ 'x-api-key': [Array] }",
        "token: Identifier('foo')",
        "tokens: ['select', 'from', 'where']",
        "Column(name='password', type=String(255))",
        "fields = ('password', 'email')",
        "[password, email]",
        'tokens.append("=>")',
        "secret: { name: 'db-main-2' }",
        "max_tokens: int = 512",
        "fn login(token: String) -> Result<()>",
        "partitionKey: 'AbCd12EfGh34IjKl56MnOp'",
    ],
)
def test_an_ordinary_line_keeps_its_words(line):
    assert shown(line) == line


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        "token: [",
        "password: 'a', ",
        "token: a.",
        "password: !a ",
        "tokens:\n- a1b2c3d4\n",
        "a_key b c",
        "token: &'a a|",
        "secret(' ",
        "pwd: |\n  a\n",
        "('token', ",
        "password: Optional[a, b] ",
        "token:[\\",
    ],
)
def test_reading_takes_no_more_than_the_length_asks_for(piece):
    def took(length):
        text = piece * (length // len(piece))
        begin = time.process_time()
        written_values.read(text)
        return time.process_time() - begin

    assert took(80_000) < 5 * max(took(20_000), 0.05)


@pytest.mark.parametrize(
    "value", ["$UP6d@6:lLTG", "$Sommer2019xy", "$H/O3v>M5&JSy9P", "$%Hl44w)(w]&"]
)
def test_a_password_that_begins_as_a_variable_does_is_hidden(value):
    assert shown(f'{{"user": "a", "password": "{value}", "port": 1}}') == (
        '{"user": "a", "password": "***", "port": 1}'
    )
    assert value not in shown(f"passwords: ['{value}']")


@pytest.mark.parametrize(
    "value",
    [
        *("$DB_PASSWORD", "$DB_PASS2", "${DB_PASS1}", "$(cat /run/Secret1)", "$1", "$dbPassword2"),
        *(
            "$this->dbPass2",
            "$env:Db_Pass1",
            "$Password1",
            "$_ENV['Db1']",
            "$pw",
            "${{ secrets.A1b }}",
        ),
    ],
)
def test_a_variable_is_shown(value):
    assert shown(f'password="{value}"') == f'password="{value}"'


@pytest.mark.parametrize(
    "value", ['C")pTC#qUu8U', '"N*7FlfFZ0', 'ab"cd"ef9', "ends9in\\", 'x"9\\"kd\\']
)
def test_a_quote_within_a_password_does_not_end_it_in_json_in_json(value):
    inner = json.dumps({"password": value, "port": 1})

    said = shown(json.dumps({"msg": inner}))

    assert json.loads(json.loads(said)["msg"]) == {"password": "***", "port": 1}
