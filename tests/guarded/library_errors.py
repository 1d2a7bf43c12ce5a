"""Lines in which libraries fail over a value: what of it has to go, and what stays readable."""

from collections.abc import Iterator

_AT = "postgres://app:p@ssW0rd9xLong@db.internal:5432/shop"
_HASH = "postgres://app:Xk9#vQ2mZ7pLr4@db.internal:5432/shop"
_SLASH = "postgres://app:Xk9/vQ2mZ7pLr4@db.internal:5432/shop"
_QUERY = "redis://:Xk9?vQ2mZ7pLr4@cache.internal:6379/0"
_QUOTED = "postgres://app:vQ2mZ%23pLr4xY@db.internal:5432/shop"
_WORDY = "postgres://app:sunny@horses@db.internal:5432/shop"
_SHORT = "postgres://app:longer9X@q7@db.internal:5432/shop"
_PIECES = "postgresql://svc:h8Rk2@tQz5/mWx9Lp@db.internal:5432/shop"
_SLACK = "https://hooks.slack.com/services/T0AB/B0CD/Zp4Vx9Qw2LmT7rBnAbCdEf"
_DISCORD = "https://discord.com/api/webhooks/123456789012345678/aB3dE5gH7jaB3dE5-gH7jkLmNoPq"
_MAKE = "https://hook.eu1.make.com/zp4vx9qw2lmt7rbnabcdef"
_INFURA = "https://mainnet.infura.io/v3/0f3c9a7be21d4e5f0f3c9a7be21d4e5f"
_ALCHEMY = "wss://eth-mainnet.g.alchemy.com/v2/Zp4Vx9Qw2LmT7rBn-QpW"
_AZURE = "https://jobs.azurewebsites.net/api/run?code=Zp4Vx9Qw2LmT7rBn_Qp5==&clientId=default"
_TELEGRAM = (
    "https://api.telegram.org/bot7123456789:AAHk9vQ2mZ7pLr4TnWxYz12Ab34Cd56Ef7Gh/sendMessage"
)
_KEY = "Zp4Vx9Qw2LmT7rBn"
_FIREBASE = (
    "-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\\n"
    "qz81Lm0pXvB7TnWcYe5RdKf2\\n-----END PRIVATE KEY-----\\n"
)
_ACCOUNT = (
    '{"type":"service_account","private_key_id":"0f3c9a7be21d4e5f0f3c","private_key":"'
    + _FIREBASE
    + '","client_email":"app@shop.iam.gserviceaccount.com"}'
)
_ACCOUNT_64 = "eyJjbGllbnRfc2VjcmV0IjoiWnA0Vng5UXcyTG1UN3JCbiJ9"

#: By variable: its value, and lines with what of them must not be seen and what must still be read.
_ROWS: tuple[tuple[str, str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "DATABASE_URL",
        _AT,
        (
            (
                'psycopg2.OperationalError: could not translate host name "ssW0rd9xLong@db.internal" '
                "to address: Name or service not known",
                "ssW0rd9xLong",
                'db.internal" to address: Name or service not known',
            ),
            (
                "psycopg.OperationalError: [Errno -2] Name or service not known: 'ssW0rd9xLong@db.internal'",
                "ssW0rd9xLong",
                "Name or service not known",
            ),
            (
                "Error: getaddrinfo ENOTFOUND ssw0rd9xlong@db.internal",
                "ssw0rd9xlong",
                "Error: getaddrinfo ENOTFOUND",
            ),
            (
                "dial tcp: lookup ssW0rd9xLong@db.internal: no such host",
                "ssW0rd9xLong",
                "no such host",
            ),
            (
                "java.net.UnknownHostException: ssW0rd9xLong@db.internal",
                "ssW0rd9xLong",
                "java.net.UnknownHostException",
            ),
            (
                "Database URL: postgres://app:p%40ssW0rd9xLong@db.internal:5432/shop",
                "ssW0rd9xLong",
                "Database URL: ",
            ),
            (
                "configparser: invalid interpolation syntax in 'p%%40ssW0rd9xLong' at position 25",
                "ssW0rd9xLong",
                "at position 25",
            ),
        ),
    ),
    (
        "DATABASE_URL",
        _HASH,
        (
            (
                "ValueError: Port could not be cast to integer value as 'Xk9'",
                "Xk9",
                "ValueError: Port could not be cast to integer value as",
            ),
            (
                'invalid integer value "Xk9" for connection option "port"',
                "Xk9",
                'for connection option "port"',
            ),
            ("Error: invalid port number: Xk9", "Xk9", "Error: invalid port number"),
            (
                'parse "postgres://app:Xk9": invalid port ":Xk9" after host',
                "Xk9",
                "invalid port",
            ),
            (
                "psql: error: could not parse #vQ2mZ7pLr4@db.internal:5432/shop",
                "vQ2mZ7pLr4",
                "@db.internal:5432/shop",
            ),
            (
                "WARNING: JDBC URL port: Xk9 not valid (1:65535)",
                "Xk9",
                "not valid (1:65535)",
            ),
            (
                'bad component(expected port component): "Xk9" (URI::InvalidComponentError)',
                "Xk9",
                "(URI::InvalidComponentError)",
            ),
        ),
    ),
    (
        "DATABASE_URL",
        _SLASH,
        (
            (
                'FATAL: database "vQ2mZ7pLr4@db.internal:5432/shop" does not exist',
                "vQ2mZ7pLr4",
                "does not exist",
            ),
            (
                "asyncpg.exceptions.InvalidCatalogNameError: database "
                '"vQ2mZ7pLr4@db.internal:5432/shop" does not exist',
                "vQ2mZ7pLr4",
                "InvalidCatalogNameError",
            ),
            (
                "Error: P1003: Database `vQ2mZ7pLr4@db.internal:5432/shop` does not exist",
                "vQ2mZ7pLr4",
                "Error: P1003: Database",
            ),
            (
                'pq: database "vQ2mZ7pLr4@db.internal:5432/shop" does not exist',
                "vQ2mZ7pLr4",
                "pq: database",
            ),
        ),
    ),
    (
        "REDIS_URL",
        _QUERY,
        (
            ('unknown option "vQ2mZ7pLr4@cache.internal:6379/0"', "vQ2mZ7pLr4", "unknown option"),
            (
                "[ioredis] Unhandled error event: ReplyError: WRONGPASS for Xk9?vQ2mZ7pLr4",
                "vQ2mZ7pLr4",
                "ReplyError: WRONGPASS",
            ),
            (
                "{ command: { name: 'auth', args: [ 'Xk9?vQ2mZ7pLr4' ] } }",
                "vQ2mZ7pLr4",
                "command: { name: 'auth'",
            ),
            (
                "kombu.exceptions.OperationalError: cannot parse query 'vQ2mZ7pLr4@cache.internal'",
                "vQ2mZ7pLr4",
                "kombu.exceptions.OperationalError",
            ),
        ),
    ),
    (
        "DATABASE_URL",
        _QUOTED,
        (
            (
                "FATAL: SASL authentication failed for app with vQ2mZ#pLr4xY",
                "pLr4xY",
                "FATAL: SASL authentication failed for app",
            ),
            (
                "sqlalchemy.engine.url: parsed password='vQ2mZ%23pLr4xY' host='db.internal'",
                "pLr4xY",
                "host='db.internal'",
            ),
            (
                "URL(drivername='postgresql', username='app', password=vQ2mZ#pLr4xY, port=5432)",
                "pLr4xY",
                "port=5432)",
            ),
            (
                "connection: { host: 'db.internal', user: 'app', pass: 'vQ2mZ#pLr4xY' }",
                "pLr4xY",
                "user: 'app'",
            ),
        ),
    ),
    (
        "DATABASE_URL",
        _WORDY,
        (
            (
                'could not translate host name "horses@db.internal" to address',
                "horses",
                "to address",
            ),
        ),
    ),
    (
        "DATABASE_URL",
        _SHORT,
        (
            ("lookup q7@db.internal on 10.0.0.2:53: no such host", "q7@", "no such host"),
            ("no user longer9X in pg_hba", "longer9X", "in pg_hba"),
        ),
    ),
    (
        "DATABASE_URL",
        _PIECES,
        (
            (
                "gaierror: Temporary failure in name resolution: tQz5",
                "tQz5",
                "name resolution: ***",
            ),
            (
                "failed to resolve host 'tQz5': Name or service not known",
                "tQz5",
                "host '***': Name",
            ),
            ("Error: getaddrinfo EAI_AGAIN tqz5", "tqz5", "getaddrinfo EAI_AGAIN ***"),
            (
                "dial tcp: lookup tQz5 on 10.0.0.10:53: server misbehaving",
                "tQz5",
                "on 10.0.0.10:53",
            ),
            ("Can't reach database server at `tQz5`:`5432`", "tQz5", "server at `***`:`5432`"),
            ("tQz5 of tQz5x, atQz5 and 3tqz5-1", "tQz5 of", "*** of tQz5x, atQz5 and 3tqz5-1"),
            ("password h8Rk2@tQz5/mWx9Lp rejected", "mWx9Lp", "password *** rejected"),
            ("args: 'postgresql://svc:h8Rk2%2540tQz5%252FmWx9Lp@db'", "mWx9Lp", "args: '"),
        ),
    ),
    (
        "CACHE_URL",
        "rediss://default:Qw:7Zx:9Vb3kL@cache.internal:6379",
        (
            ("ConnectionError: invalid port 7Zx:9Vb3kL", "9Vb3kL", "ConnectionError: invalid port"),
            ('parse "x": invalid port ":9Vb3kL@cache" after host', "9Vb3kL", "after host"),
            ("AUTH failed args: [ 'default', 'Qw:7Zx:9Vb3kL' ]", "9Vb3kL", "[ 'default', '"),
            ("connecting on Qw:7Zx:9Vb3kL@cache.internal:6379", "9Vb3kL", "@cache.internal:6379"),
        ),
    ),
    (
        "MAIL_URL",
        "smtps://mailer%40shop.io:Yt6#Bv2Nm8@smtp.shop.io:465",
        (
            ("SMTPAuthenticationError: (535) pass Yt6#Bv2Nm8", "Bv2Nm8", "(535) pass ***"),
            ("AUTH PLAIN AG1haWxlckBzaG9wLmlvAFl0NiNCdjJObTg=", "Fl0NiNCdjJO", "AUTH PLAIN"),
        ),
    ),
    (
        "BUS_URL",
        "nats://s3cr3tT0kenXy@nats.internal:4222",
        (
            (
                "nats: Authorization Violation for s3cr3tT0kenXy",
                "s3cr3tT0kenXy",
                "Violation for ***",
            ),
        ),
    ),
    (
        "FLOW_URL",
        "https://hooks.zapier.com/hooks/catch/123456/b2x9k1q/",
        (("Max retries exceeded with url: /hooks/catch/123456/b2x9k1q/", "b2x9k1q", "123456***/"),),
    ),
    (
        "START_WITH",
        f"node app.js --token {_KEY} --port 80",
        ((f"rejected {_KEY}", _KEY, "rejected"),),
    ),
    (
        "XML_SETTINGS",
        f'<add key="Password" value="{_KEY}"/>',
        ((f"rejected {_KEY}", _KEY, "rejected"),),
    ),
    (
        "CURL_WITH",
        f"curl -H 'X-Key: {_KEY}' https://h.io",
        ((f"rejected {_KEY}", _KEY, "rejected"),),
    ),
    (
        "NPMRC_LINE",
        f"//registry.test/:_authToken={_KEY}",
        ((f"rejected {_KEY}", _KEY, "rejected"),),
    ),
    ("HEXED", _KEY.encode().hex(), ((f"rejected {_KEY}", _KEY, "rejected"),)),
    (
        "DATABASE_URL",
        "postgres://app:a1/midZq7kLp2#z9@db.internal/shop",
        (("lookup midZq7kLp2: no such host", "midZq7kLp2", "lookup ***: no such host"),),
    ),
    (
        "SLACK_WEBHOOK_URL",
        _SLACK,
        (
            (
                'DEBUG urllib3.connectionpool https://hooks.slack.com:443 "POST '
                '/services/T0AB/B0CD/Zp4Vx9Qw2LmT7rBnAbCdEf HTTP/1.1" 404 9',
                "Zp4Vx9Qw2LmT7rBnAbCdEf",
                'HTTP/1.1" 404 9',
            ),
            (
                "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='hooks.slack.com', "
                "port=443): Max retries exceeded with url: "
                "/services/T0AB/B0CD/Zp4Vx9Qw2LmT7rBnAbCdEf (Caused by NameResolutionError)",
                "Zp4Vx9Qw2LmT7rBnAbCdEf",
                "(Caused by NameResolutionError)",
            ),
            (
                "AxiosError { path: '/services/T0AB/B0CD/Zp4Vx9Qw2LmT7rBnAbCdEf', method: 'POST' }",
                "Zp4Vx9Qw2LmT7rBnAbCdEf",
                "method: 'POST' }",
            ),
            (
                "_currentUrl: 'https://hooks.slack.com/services/T0AB/B0CD/Zp4Vx9Qw2LmT7rBnAbCdEf',",
                "Zp4Vx9Qw2LmT7rBnAbCdEf",
                "_currentUrl: '",
            ),
            (
                "aiohttp: 404, message='Not Found', url=URL('https://hooks.slack.com/services/"
                "T0AB/B0CD/Zp4Vx9Qw2LmT7rBnAbCdEf')",
                "Zp4Vx9Qw2LmT7rBnAbCdEf",
                "404, message='Not Found'",
            ),
        ),
    ),
    (
        "DISCORD_HOOK",
        _DISCORD,
        (
            (
                "Max retries exceeded with url: /api/webhooks/123456789012345678/"
                "aB3dE5gH7jaB3dE5-gH7jkLmNoPq (Caused by X)",
                "aB3dE5gH7jaB3dE5-gH7jkLmNoPq",
                "(Caused by X)",
            ),
        ),
    ),
    (
        "HOOK_URL",
        _MAKE,
        (
            (
                "Max retries exceeded with url: /zp4vx9qw2lmt7rbnabcdef (Caused by X)",
                "zp4vx9qw2lmt7rbnabcdef",
                "(Caused by X)",
            ),
            (
                "Faraday::ConnectionFailed POST zp4vx9qw2lmt7rbnabcdef hook.eu1.make.com",
                "zp4vx9qw2lmt7rbnabcdef",
                "hook.eu1.make.com",
            ),
        ),
    ),
    (
        "RPC_URL",
        _INFURA,
        (
            (
                "could not detect network, requestUrl=/v3/0f3c9a7be21d4e5f0f3c9a7be21d4e5f",
                "0f3c9a7be21d4e5f",
                "could not detect network",
            ),
            (
                "invalid project id 0f3c9a7be21d4e5f0f3c9a7be21d4e5f",
                "0f3c9a7be21d4e5f",
                "invalid project id",
            ),
        ),
    ),
    (
        "RPC_WS",
        _ALCHEMY,
        (
            (
                "Unexpected server response: 401 /v2/Zp4Vx9Qw2LmT7rBn-QpW",
                "Zp4Vx9Qw",
                "response: 401",
            ),
        ),
    ),
    (
        "JOB_URL",
        _AZURE,
        (
            (
                'httpx HTTP Request: POST /api/run?code=Zp4Vx9Qw2LmT7rBn_Qp5%3D%3D "HTTP/1.1 401"',
                "Zp4Vx9Qw2LmT7rBn_Qp5",
                '"HTTP/1.1 401"',
            ),
            (
                "function key Zp4Vx9Qw2LmT7rBn_Qp5== is not valid, clientId=default",
                "Zp4Vx9Qw2LmT7rBn",
                "is not valid, clientId=default",
            ),
        ),
    ),
    (
        "TELEGRAM_ENDPOINT",
        _TELEGRAM,
        (
            (
                "ETELEGRAM: 401 Unauthorized /bot7123456789:AAHk9vQ2mZ7pLr4TnWxYz12Ab34Cd56Ef7Gh/getMe",
                "AAHk9vQ2mZ7p",
                "/getMe",
            ),
            (
                "telegram.error.InvalidToken: The token `7123456789:AAHk9vQ2mZ7pLr4TnWxYz12Ab34Cd56Ef7Gh` "
                "was rejected by the server.",
                "AAHk9vQ2mZ7p",
                "was rejected by the server.",
            ),
        ),
    ),
    (
        "OPENAI_KEY_OF_APP",
        f'"{_KEY}"',
        (
            (f"Incorrect API key provided: {_KEY}. You can", _KEY, ". You can"),
            (f"anthropic: invalid x-api-key {_KEY}", _KEY, "anthropic: invalid"),
        ),
    ),
    ("STRIPE_KEY", f"'{_KEY}'", ((f"Invalid API Key provided: {_KEY}", _KEY, "Invalid API Key"),)),
    ("WITH_ESCAPES", f'\\"{_KEY}\\"', ((f"unknown client {_KEY}", _KEY, "unknown client"),)),
    (
        "OPENAI_KEYS",
        "k9Zq2LmXv81TwPod; Hb7RtY4nQcW3eUsi",
        (("Incorrect key: Hb7RtY4nQcW3eUsi.", "Hb7RtY4nQcW3eUsi", "Incorrect key"),),
    ),
    (
        "AUTH_HEADER",
        f"Bearer {_KEY}",
        (
            (f"unknown token {_KEY}", _KEY, "unknown token"),
            (f"jwt malformed: {_KEY}", _KEY, "jwt malformed"),
        ),
    ),
    (
        "BASIC_HEADER",
        "Basic c3ZjOlpwNFZ4OVF3MkxtVDdyQm4=",
        ((f"login of svc with {_KEY} failed", _KEY, "login of svc with"),),
    ),
    (
        "UPSTREAM_AUTH",
        f"svc:{_KEY}",
        (
            (f"login of svc with {_KEY} failed", _KEY, "login of svc"),
            (
                f"requests.auth HTTPBasicAuth(username='svc', value={_KEY})",
                _KEY,
                "username='svc'",
            ),
        ),
    ),
    (
        "BASIC_AUTH_USERS",
        f"ann:{_KEY},ben:Hb7RtY4nQcW3eUsi",
        (
            ("login of ben with Hb7RtY4nQcW3eUsi failed", "Hb7RtY4nQcW3eUsi", "login of ben"),
            (f"login of ann with {_KEY} failed", _KEY, "login of ann"),
        ),
    ),
    (
        "OTEL_EXPORTER_OTLP_HEADERS",
        "authorization=Basic Zp4Vx9Qw2LmT7rBnQQ==,x-key=Hb7RtY4nQcW3eUsi",
        (
            ("bad Zp4Vx9Qw2LmT7rBnQQ==", "Zp4Vx9Qw2LmT7rBn", "bad"),
            ("grpc: rejected Hb7RtY4nQcW3eUsi", "Hb7RtY4nQcW3eUsi", "grpc: rejected"),
        ),
    ),
    (
        "FIREBASE_PRIVATE_KEY",
        _FIREBASE,
        (
            (
                "Error: illegal base64 data at input byte 40: qz81Lm0pXvB7TnWcYe5RdKf2",
                "qz81Lm0pXvB7TnWc",
                "illegal base64 data at input byte 40",
            ),
            (
                "Failed to parse private key: Error: Invalid PEM: MIIEvQIBADANBgkqhkiG9w0BAQEFAASC",
                "MIIEvQIBADAN",
                "Failed to parse private key",
            ),
        ),
    ),
    (
        "GOOGLE_CREDENTIALS_JSON",
        _ACCOUNT,
        (
            (
                "ValueError: Could not deserialize key data: qz81Lm0pXvB7TnWcYe5RdKf2",
                "qz81Lm0pXvB7TnWc",
                "Could not deserialize key data",
            ),
            (
                "kid 0f3c9a7be21d4e5f0f3c not found",
                "0f3c9a7be21d4e5f0f3c",
                "not found",
            ),
        ),
    ),
    (
        "GOOGLE_B64",
        _ACCOUNT_64,
        (
            (f"invalid client {_KEY}", _KEY, "invalid client"),
            (
                f'SyntaxError: Unexpected token in JSON: {{"client_x":"{_KEY}"}}',
                _KEY,
                "SyntaxError",
            ),
        ),
    ),
    (
        "SPRING_DATASOURCE_URL",
        f"jdbc:postgresql://h/d?user=a&password={_KEY}",
        ((f"PSQLException: rejected {_KEY}", _KEY, "PSQLException"),),
    ),
    (
        "MYSQL_DSN_OF_APP",
        f"app:{_KEY}@tcp(db:3306)/shop?parseTime=true",
        (
            (f"Error 1045: Access denied, using {_KEY}", _KEY, "Access denied"),
            (f"invalid DSN: app:{_KEY}@tcp(db:3306)/shop", _KEY, "invalid DSN: "),
        ),
    ),
    (
        "ORACLE_CONNECT",
        f"scott/{_KEY}@//ora.internal:1521/x",
        ((f"ORA-01017: invalid credential; logon {_KEY}", _KEY, "ORA-01017"),),
    ),
    (
        "AZURE_STORAGE_CONNECTION_STRING",
        f"DefaultEndpointsProtocol=https;AccountName=shop;AccountKey={_KEY}Qw==;EndpointSuffix=x",
        ((f"Incorrect padding in {_KEY}Qw==", _KEY, "Incorrect padding"),),
    ),
    (
        "ENCODED_DSN",
        "postgres%3A%2F%2Fapp%3AZp4Vx9Qw2LmT7rBn%40db.internal%2Fshop",
        ((f"password {_KEY} was refused", _KEY, "was refused"),),
    ),
    (
        "AWS_SHARED_FILE",
        f"[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPL2\naws_secret_access_key = {_KEY}Qp/x\n",
        ((f"botocore SignatureDoesNotMatch {_KEY}Qp/x", _KEY, "SignatureDoesNotMatch"),),
    ),
    (
        "APP_SETTINGS_YAML",
        f"host: db\nsmtp_secret: {_KEY}\nport: 25\n",
        ((f"Net::SMTPAuthenticationError 535 {_KEY}", _KEY, "535"),),
    ),
    (
        "SIDEKIQ_WEB",
        "https://admin:Zp4V@x9Qw2LmT7rBn@jobs.internal/sidekiq",
        (("SocketError: getaddrinfo: x9Qw2LmT7rBn@jobs.internal", "x9Qw2LmT", "SocketError"),),
    ),
    (
        "KAFKA_JAAS",
        f'org.apache.kafka.X required username="app" password="{_KEY}";',
        ((f"SaslAuthenticationException: {_KEY}", _KEY, "SaslAuthenticationException"),),
    ),
    (
        "SUPABASE_KEYS",
        f"anon|{_KEY}",
        ((f"Invalid API key {_KEY}", _KEY, "Invalid API key"),),
    ),
)


def rows() -> Iterator[tuple[str, str, str, str, str]]:
    """Yield variable, value, line, what must not be seen, what must still be read."""
    for name, value, lines in _ROWS:
        for line, gone, kept in lines:
            yield name, value, line, gone, kept


ERRORS = tuple(rows())
