"""The comments of files that are written for somebody."""

from verifier.decide import first_workflows
from verifier.language.file_comments import comments, with_comments

ACTION = "owner/verifier@" + "0" * 40


def test_lines_that_follow_one_another_are_one_comment():
    text = "a: 1 # one\n# two goes\n# on here\nb: 2\n  # three\n"

    assert [said for _, said in comments(text)] == ["one", "two goes on here", "three"]


def test_comments_alone_are_said_in_another_way_and_wrapped():
    text = "a: 1 # one\n# two goes\n# on here\nb: '# no comment'\n"
    words = {"one": "um", "two goes on here": "dois " * 30}

    assert with_comments(text, lambda said: words.get(said, said)).splitlines() == [
        "a: 1 # um",
        "# " + " ".join(["dois"] * 19),
        "# " + " ".join(["dois"] * 11),
        "b: '# no comment'",
    ]


def test_a_workflow_stays_the_same_but_for_its_comments():
    text = first_workflows.gate(ACTION, "main")

    assert with_comments(text, str.upper) != text
    assert _bare(with_comments(text, str.upper)) == _bare(text)
    assert with_comments(text, str) == text


def _bare(text):
    return [line.partition("# ")[0].rstrip() for line in text.splitlines() if line[:1] != "#"]
