"""
Completion in fish: click's cuts what it says of a word at the first comma.

Source: https://fishshell.com/docs/current/cmds/complete.html
"""

from click.shell_completion import CompletionItem, FishComplete, add_completion_class

_ONCE = " ".join(("split", "--max", "1"))  # words of fish, and no sentence to translate


class _WholeFishComplete(FishComplete):
    """Says all of a description, and completes the value behind `--option=`."""

    source_template = FishComplete.source_template.replace("split", _ONCE)
    option = ""

    def get_completion_args(self) -> tuple[list[str], str]:
        args, incomplete = super().get_completion_args()
        name, equals, _ = incomplete.partition("=")
        self.option = f"{name}=" if equals and name.startswith("--") else ""
        return args, incomplete

    def format_completion(self, item: CompletionItem[str]) -> str:
        # fish replaces the word as a whole, the option with it.
        if item.type == "plain":
            item.value = f"{self.option}{item.value}"
        return super().format_completion(item)


def complete_whole() -> None:
    """Let it be used in the place of click's."""
    add_completion_class(_WholeFishComplete)
