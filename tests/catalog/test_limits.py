"""CHECK constraints as pg_get_constraintdef writes them."""

from decimal import Decimal

import pytest

from server.catalog.limits import Limits, limits_of
from server.catalog.model import SqlType
from server.catalog.patterns import matcher, portable_pattern

WHITE = r" \t\n\r\f\v\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"


def limits(base: str, *checks: str, typmod: int = -1) -> Limits:
    root = SqlType("pg_catalog", base, "base")
    domain = SqlType("s", "d", "domain", base=root, checks=checks, typmod=typmod)
    return limits_of(domain)


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ("CHECK (VALUE >= 1 AND VALUE <= 9)", Limits((Decimal(1), 0), (Decimal(9), 0))),
        ("CHECK (VALUE > 0) NOT VALID", Limits(low=(Decimal(0), 1))),
        ("CHECK (VALUE < 10::numeric)", Limits(high=(Decimal(10), -1))),
        ("CHECK (VALUE >= '-5'::integer)", Limits(low=(Decimal(-5), 0))),
        ("CHECK (VALUE >= '-5'::integer::numeric AND VALUE > 0)", Limits((Decimal(0), 1))),
        ("CHECK (VALUE <= 99999999.99)", Limits(high=(Decimal("99999999.99"), 0))),
        ("CHECK (length(VALUE) <= 5)", Limits(max_length=5)),
        ("CHECK (char_length(VALUE::text) > 0)", Limits(min_length=1)),
        ("CHECK (VALUE ~ '^it''s$'::text)", Limits(patterns=("^it's$",))),
        ("CHECK (VALUE::text ~ '^( AND )$'::text)", Limits(patterns=("^( AND )$",))),
        ("CHECK (VALUE >= 1 OR VALUE <= 9)", Limits()),
        ("CHECK (VALUE >= 1 AND VALUE <= 9 OR VALUE > 20)", Limits()),
        ("CHECK (NOT VALUE >= 1)", Limits()),
        ("CHECK (VALUE = ANY (ARRAY[1, 2]))", Limits()),
        ("CHECK (VALUE !~ 'x'::text)", Limits()),
        ("CHECK (VALUE >= '1850-01-01'::date)", Limits()),
        ("CHECK (timezone(VALUE::text, '2000-01-01'::timestamp) IS NOT NULL)", Limits()),
        ("CHECK (CASE WHEN f(VALUE) THEN true AND VALUE < 3 AND true ELSE true END)", Limits()),
        (
            "CHECK (VALUE ~ '(a AND VALUE > 5)'::text AND length(VALUE) < 9)",
            Limits(max_length=8, patterns=("(a AND VALUE > 5)",)),
        ),
    ],
)
def test_a_check_is_understood_or_left_to_postgresql(check: str, expected: Limits) -> None:
    assert limits("text", check) == expected


def test_checks_tighten_each_other() -> None:
    found = limits("int4", "CHECK (VALUE >= 1)", "CHECK (VALUE > 1)", "CHECK (VALUE < 9)",
                   "CHECK (VALUE <= 10)")  # fmt: skip
    assert found == Limits((Decimal(1), 1), (Decimal(9), -1))


def test_type_modifiers_bound_too() -> None:
    assert limits("varchar", typmod=9) == Limits(max_length=5)
    bound = Decimal("999.99")
    assert limits("numeric", typmod=(5 << 16 | 2) + 4) == Limits((-bound, 0), (bound, 0), scale=2)


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        (r"^\d{3}$", r"^[0-9]{3}$"),
        (r"^[\w-]+$", r"^[A-Za-z0-9_-]+$"),
        (r"\S", rf"[^{WHITE}]"),
        (r"^[^@\s]$", rf"^[^@{WHITE}]$"),
        (r"^.$", r"^[\s\S]$"),
        (r"^[a.b]\.\@$", r"^[a.b]\.@$"),
        (r"[[:alpha:]]", None),
        (r"[]a]", None),
        (r"[^]a]", None),
        (r"\mword\M", None),
        (r"\yword", None),
        (r"(?i)a", None),
        (r"***=a", None),
        (r"[\D]", None),
        ("[a&&b]", None),
        ("(?=a)", None),
        (r"(", None),
    ],
)
def test_a_pattern_means_the_same_everywhere_or_is_left(pattern: str, written: str | None) -> None:
    assert portable_pattern(pattern) == written


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        ("^a$", "a", "a\n"),
        (r"^[$]\$$", "$$", "$"),
        ("b", "abc", "ac"),
        ("^[à-ü]+$", "é", "e"),
        (r"^[^\u0001-\u001f]*$", "ü 💥", "\x1f"),
        # Slower than anybody waits for, where an engine goes back.
        ("^(a+)+$", "a" * 50_000, "a" * 50_000 + "b"),
        ("^(a|a)*$", "a" * 50_000, "a" * 50_000 + "b"),
    ],
)
def test_a_pattern_is_matched_in_linear_time(pattern: str, good: str, bad: str) -> None:
    matches = matcher(pattern)
    assert matches(good)
    assert not matches(bad)
