"""Other languages than English, for what people read: each folder in `locale/` is one."""

from pathlib import Path

#: Where each has its `LC_MESSAGES/verifier.po`.
LOCALES = Path(__file__).parent / "locale"
#: Their tags (BCP 47), such as `pt-BR` for `pt_BR`.
TAGS = tuple(sorted(each.parent.name.replace("_", "-") for each in LOCALES.glob("*/LC_MESSAGES")))
