"""GitHub's filter patterns, by its own cheat sheet and beyond."""

import pytest

from verifier.decide.drift.filter_patterns import Filter, choose_all, is_chosen, matches

#: Pattern, names that it fits, names that it does not.
TABLE = [
    ("main", ["main"], ["main2", "amain", "Main", "x/main"]),
    ("*", ["main", "releases", ""], ["all/the/branches"]),
    ("**", ["main", "all/the/branches", "every/tag"], []),
    ("feature/*", ["feature/my-branch", "feature/"], ["feature/beta/x", "feature"]),
    ("feature/**", ["feature/beta-a/my-branch", "feature/x"], ["feature", "xfeature/y"]),
    ("releases/mona-the-octocat", ["releases/mona-the-octocat"], ["releases/mona"]),
    ("*feature", ["my-feature", "feature", "ver-10-feature"], ["x/feature", "features"]),
    ("v2*", ["v2", "v2.0", "v2.9"], ["v3", "v2/x"]),
    ("v[12].[0-9]+.[0-9]+", ["v1.10.1", "v2.0.0"], ["v3.0.0", "v1.10", "v1.x.1"]),
    ("*.jsx?", ["page.js", "page.jsx"], ["page.jsxx", "page.ts"]),
    ("colou?r", ["color", "colour"], ["colouur", "colo"]),
    ("releases?", ["release", "releases"], ["releasess", "releasex"]),
    ("go+al", ["goal", "goooal"], ["gal"]),
    ("[CB]at", ["Cat", "Bat"], ["cat", "CBat", "at"]),
    ("[1-2]00", ["100", "200"], ["300", "1-200"]),
    ("[a-c]*", ["apple", "c"], ["dog", "A"]),
    ("rc-[0-9]?", ["rc-", "rc-1"], ["rc-12"]),
    ("v[0-9]+", ["v1", "v123"], ["v", "va"]),
    ("*.js", ["app.js", "index.js"], ["js/index.js"]),
    ("**.js", ["index.js", "js/index.js", "src/js/app.js"], ["index.ts"]),
    ("docs/*", ["docs/README.md"], ["docs/a/b.md"]),
    ("docs/**", ["docs/README.md", "docs/mona/octocat.txt"], ["doc/x"]),
    ("docs/**/*.md", ["docs/README.md", "docs/a/markdown/file.md"], ["docs/x.txt"]),
    ("**/docs/**", ["docs/hello.md", "dir/docs/my-file.txt", "s/docs/p/s.doc"], ["mydocs/x"]),
    ("**/README.md", ["README.md", "js/README.md"], ["js/MYREADME.md"]),
    ("**/*src/**", ["a/src/app.js", "my-src/code/js/app.js"], ["srcs/x"]),
    ("**/*-post.md", ["my-post.md", "path/their-post.md"], ["post.md"]),
    ("**/migrate-*.sql", ["migrate-10909.sql", "db/sept/migrate-v1.sql"], ["db/migrate.sql"]),
    ("README.md", ["README.md"], ["READMEXmd", "x/README.md"]),
    ("a.b", ["a.b"], ["axb"]),
    ("a(b)|c", ["a(b)|c"], ["ab", "c"]),
    ("^main$", ["^main$"], ["main"]),
    (r"what\?", ["what?"], ["wha", "what"]),
    (r"c\+\+", ["c++"], ["c", "cc"]),
    (r"\*", ["*"], ["x"]),
    (r"\[x\]", ["[x]"], ["x"]),
    ("*+", ["abc", ""], ["a/b"]),
    ("a**b", ["ab", "a/x/b"], ["a"]),
    ("x/**/y", ["x/y", "x/a/y", "x/a/b/y"], ["xy", "x/ay"]),
    ("[!a]", ["[!a]"], ["b", "a"]),
    ("[z-a]", [], ["z", "a", "m"]),
    ("feature-🚀*", ["feature-🚀", "feature-🚀2"], ["feature-"]),
    ("a++", ["a", "aaa"], ["", "b"]),
    ("**/", ["a/", "a/b/", ""], ["a"]),
    ("**/*", ["a", "a/b"], []),
    ("*/*", ["a/b", "/"], ["a", "a/b/c"]),
    ("**/a/**/b", ["a/b", "x/a/y/b"], ["a", "ab"]),
    ("*.*", ["a.b", "."], ["ab", "a/b.c"]),
    ("**.*", ["a.b", "x/a.b"], ["ab"]),
    ("dependabot/**", ["dependabot/npm/x", "dependabot/a/b/c"], ["dependabot"]),
    ("v[0-9]*", ["v1", "v1.2", "v2-rc"], ["v", "va", "v1/2"]),
    ("[0-9][0-9]?", ["1", "12"], ["", "123", "a"]),
    ("[a-zA-Z_]+", ["main", "Main_X"], ["", "a1"]),
    ("rel-[0-9]+.[0-9x]+", ["rel-1.x", "rel-12.34"], ["rel-1", "rel-1x"]),
    ("ab+c?", ["ab", "abb", "abbc"], ["a", "abcc"]),
    ("user/*/x", ["user/a/x"], ["user/x", "user/a/b/x"]),
    ("user/**/x", ["user/x", "user/a/x", "user/a/b/x"], ["user/ax"]),
    ("src/**.py", ["src/a.py", "src/a/b.py"], ["a.py", "src/a.pyc"]),
    ("**/tests/**/*.py", ["tests/a.py", "x/tests/y/a.py"], ["tests/a.js"]),
    (".github/**", [".github/workflows/ci.yml"], ["github/x"]),
    ("***", ["a", "a/b"], []),
    ("main ", ["main "], ["main"]),
]


@pytest.mark.parametrize(("pattern", "fitting", "others"), TABLE, ids=[row[0] for row in TABLE])
def test_a_pattern(pattern, fitting, others):
    assert [name for name in fitting if not matches(pattern, name)] == []
    assert [name for name in others if matches(pattern, name)] == []


@pytest.mark.parametrize(
    ("patterns", "name", "is_in"),
    [
        (["main"], "main", True),
        (["main"], "dev", False),
        (["main", "dev"], "dev", True),
        (["releases/**", "!releases/**-alpha"], "releases/10", True),
        (["releases/**", "!releases/**-alpha"], "releases/beta/mona", True),
        (["releases/**", "!releases/**-alpha"], "releases/10-alpha", False),
        (["releases/**", "!releases/**-alpha"], "main", False),
        (["!main"], "main", False),
        (["!main"], "dev", False),
        (["**", "!main"], "dev", True),
        (["**", "!main"], "main", False),
        (["!main", "**"], "main", True),
        (["*.md", "!README.md"], "hello.md", True),
        (["*.md", "!README.md"], "README.md", False),
        (["*.md", "!README.md", "README*"], "README.md", True),
        (["!*", "main"], "main", True),
        (["main", "!ma*", "main"], "main", True),
        ([r"\!main"], "!main", True),
        ([], "main", False),
    ],
)
def test_of_a_list_the_last_fitting_one_decides(patterns, name, is_in):
    assert is_chosen(patterns, name) is is_in


def test_a_pattern_made_to_be_slow_is_not():
    assert not matches("*a*a*a*a*+?+**", "a/" + "a" * 200 + "!b/" * 20 + "\n")


#: Lists that choose, lists that leave out, and whether one of them chooses every name.
TOGETHER = [
    ([["**"]], [], True),
    ([["*"]], [], False),
    ([["**/*"]], [], True),
    ([["*", "*/**"]], [], True),
    ([["*", "*/*"]], [], False),
    ([["*/**"]], [], False),
    ([["[a-z]*", "[!-`{-~]*"]], [], False),
    ([["**", "!docs/**"]], [], False),
    ([["**", "!docs/**", "docs/**"]], [], True),
    ([["**", "!docs/**", "docs/*"]], [], False),
    ([["!docs/**", "**"]], [], True),
    ([["!docs/**"]], [], False),
    ([["**", "!docs/**"], ["docs/**"]], [], True),
    ([["**", "!docs/**"], ["docs/*"]], [], False),
    ([["**.md"]], [["**.md"]], True),
    ([["**.md"]], [["*.md"]], True),
    ([["*.md"]], [["**.md"]], False),
    ([], [["docs/**"], ["src/**"]], True),
    ([], [["docs/**"], ["**/x"]], False),
    ([], [[]], True),
    ([], [], False),
    ([["[A-z]", "é"]], [["[A-z]", "é"]], True),
    ([["[A-Z]", "[a-z]"]], [["[A-z]"]], False),
    ([["éa"]], [["é"]], False),
    ([["\ue000", "\ue001", "\ue002", "**"]], [], False),
    # A pattern that no name fits, as none has an empty folder, or ends with a slash.
    ([], [["a//b", "a/"]], True),
]


@pytest.mark.parametrize(("choosing", "leaving_out", "is_all"), TOGETHER)
def test_whether_every_name_is_chosen(choosing, leaving_out, is_all):
    filters = [Filter(tuple(patterns)) for patterns in choosing]
    filters += [Filter(tuple(patterns), leaves_out=True) for patterns in leaving_out]

    assert choose_all(filters) is is_all


@pytest.mark.timeout(20)
def test_patterns_made_to_be_slow_leave_open_whether_they_choose_all():
    assert not choose_all([Filter(tuple(f"{'*a' * n}{'**?*+' * 300}x" for n in range(300)))])
