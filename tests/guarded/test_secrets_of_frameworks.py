"""Secrets that nobody told of, as frameworks, drivers and their languages print them."""

import time

import pytest

from verifier.guarded.redaction import Redactor

P = "Nordwind!47k"
S = "b8Qe2LrT9vXn0KcW5zHyM3fJ7dUg6PaS"
H = "9f86d081884c7d659a2feaa0c55ad015" * 2


def shown(text):
    return "\n".join(Redactor().lines(text.split("\n")))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        # Scala and Clojure
        (f"Map(password -> {P}, n -> 3)", "Map(password -> ***, n -> 3)"),
        ("Map(password -> hunter2)", "Map(password -> ***)"),
        (f"password -> Some({P})", "password -> Some(***)"),
        ('{:user "app", :password "hunter2"}', '{:user "app", :password "***"}'),
        # Node and TypeScript
        (f"Set(1) tokens: Set {{ '{S}' }}", "Set(1) tokens: Set { '***' }"),
        (f"password: <ref *1> [ '{P}' ]", "password: <ref *1> [ '***' ]"),
        (f"var password = <string>'{P}'", "var password = <string>'***'"),
        (f'"set-cookie": ["sid={S}; Path=/"]', '"set-cookie": ["***"]'),
        # C# and Python
        (
            f'public string ApiKey {{ get; private set; }} = "{S}";',
            'public string ApiKey { get; private set; } = "***";',
        ),
        (
            f"api_token: Annotated[str, Field(min_length=8)] = '{S}'",
            "api_token: Annotated[str, Field(min_length=8)] = '***'",
        ),
        (f"token: <Token: {S}>", "token: <Token: ***>"),
        # Ruby and Elixir
        (f"password: %w[{P}]", "password: %w[***]"),
        (f"password: ~s({P})", "password: ~s(***)"),
        (f'@token=#<Secret:0x1 @value="{S}">', '@token=#<Secret:0x1 @value="***">'),
        (f'#<Config @password="{P}">', '#<Config @password="***">'),
        (f'{{:password, "{P}"}}', '{:password, "***"}'),
        (f'%{{"password" => "{P}"}}', '%{"password" => "***"}'),
        # YAML
        (f"token: !!str\n  {S}", "token: !!str\n  ***"),
        ("password: !!str hunter", "password: !!str ***"),
        ("token: !!binary |\n  aB9xkd83", "token: !!binary |\n  ***"),
        ("password: &Winter24\nhost: db", "password: ***\nhost: db"),
        (
            f"secrets:\n  - name: A\n    value: {P}\n  - value: '{S}'\n    name: B",
            "secrets:\n  - name: A\n    value: ***\n  - value: '***'\n    name: B",
        ),
        (f'secrets:\n- name: "A"\n  value: "{P}"', 'secrets:\n- name: "A"\n  value: "***"'),
        # Java, and files of settings
        (f'password......................."{P}"', 'password......................."***"'),
        (
            f'<property name="connection.password">{P}</property>',
            '<property name="connection.password">***</property>',
        ),
        (f'DriverManager.getConnection(url, "app", "{P}")', '(url, "app", "***")'),
        (f'new NetworkCredential("app", "{P}")', 'new NetworkCredential("app", "***")'),
        # PHP, and what takes a password by its place
        (f"PDO->__construct('mysql:host=db', 'app1', '{P}', Array)", "'app1', '***', Array)"),
        (f"mysqli_connect('db', 'app', '{P}', 'shop1')", "('db', 'app', '***', 'shop1')"),
        (f"new Sequelize('shop', 'app', '{P}', {{ a: 1 }})", "('shop', 'app', '***', { a: 1 })"),
        (f"smtp.login('app', '{P}')", "smtp.login('app', '***')"),
        ('["password"]=>\n  string(9) "ab"cd\'e7!"\n  ["port"]=>', 'string(9) "***"\n  ["port"]=>'),
        ('["password"]=> string(9) "ab"cd7!" ["n"]=> int(1)', 'string(9) "***" ["n"]=> int(1)'),
        # Shells
        ("DB_PASSWORD='ab'\"'\"'cd7 x' run", "DB_PASSWORD='***' run"),
        ("DB_PASSWORD='ab'\\''cd7 x' run", "DB_PASSWORD='***' run"),
        # Addresses and protocols
        (f"from string 'postgresql//app:{P}@db:5432/shop'", "'postgresql//***@db:5432/shop'"),
        (
            f'missing "=" after "{P}" in connection info string',
            'missing "=" after "***" in connection info string',
        ),
        (f"Stripe-Signature: t=1614556800,v1={H}", ",v1=***"),
    ],
)
def test_the_value_alone_is_hidden(line, expected):
    assert expected in shown(line)


@pytest.mark.parametrize("sign", "&<>([{|,;")
def test_a_value_begins_with_a_sign_that_opens_something(sign):
    assert shown(f"password: {sign}Winter24\nhost: db") == "password: ***\nhost: db"
    assert shown(f"DB_PASSWORD={sign}Winter24") == "DB_PASSWORD=***"


@pytest.mark.parametrize("value", ["$Winter24", "$ecret99!", "$Sommer2024!!"])
def test_a_word_with_a_year_is_no_variable(value):
    assert shown(f'password="{value}"') == 'password="***"'


@pytest.mark.parametrize(
    "line",
    [
        # What code says where a value is taken from, and what it is of.
        "def check_password(self, password: str) -> bool:",
        "const token = req.headers.authorization;",
        'String password = System.getenv("DB_PASSWORD");',
        'let secret = std::env::var("SECRET")?;',
        'password = os.environ["DB_PASSWORD"]',
        "password: process.env.DB_PASSWORD,",
        'config :shop, password: System.get_env("DB_PASSWORD")',
        "password=self._password, port=5432",
        "url: postgres://${USER}:${PASS}@${HOST}/db",
        'f"postgresql://{user}:{password}@{host}/shop"',
        '"redis://:%s@cache:6379" % word',
        'password="$DATABASE_PASSWORD"',
        'password="$db_pass12"',
        "public string Password { get; set; }",
        "public string Token { get; set; } = null;",
        "password=&Page2=b",
        "password: (Optional1)",
        "password: <Buffer 5A 6d>",
        "token: [Array2]",
        # Arrows, keywords and sigils of other things.
        "password -> field",
        "token -> String",
        "accessKey -> required",
        "$user->password->hash",
        "Map(status -> Ok, count -> 3)",
        "Set { 'a', 'b' }",
        "%w[id name email]",
        "[token: :string]",
        "{:token, :string}",
        'the password "admin" is weak',
        "time:password 12",
        # YAML
        "password: !!str required",
        "token: !!null",
        "password: !secret db_password",
        "password: !ENV DB_PASSWORD",
        "secrets:\n  - source: db\n    target: /run/db",
        "secrets:\n  - name: db\n    value: /run/db",
        # Calls with other things in the same place.
        "session.login('app', next)",
        'new PDO("sqlite::memory:")',
        "DriverManager.getConnection(url, user, password)",
        '<property name="connection.password"></property>',
        '<entry key="token.kind">bearer</entry>',
        "api v1=2 v0=1",
        'missing "=" after "foo" in connection info string',
    ],
)
def test_an_ordinary_line_keeps_its_words(line):
    assert shown(line) == line


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        *("password -> a(", "token { get; ", ":token ", "token...", "token: %w[a ", "token: #<a "),
        *("secrets:\n- a: b\n  value: c\n", "token: !!str\n", "v1=", "new PDO('a', ", "$a1"),
        *("token: <a>", "postgres//a:", "password: Annotated[a(", '<a name="token">', "{:token, "),
    ],
)
def test_reading_takes_no_more_than_the_length_asks_for(piece):
    def took(length):
        text = piece * (length // len(piece))
        begin = time.process_time()
        Redactor().keep_lines(text)
        return time.process_time() - begin

    assert took(40_000) < 5 * max(took(10_000), 0.1)
