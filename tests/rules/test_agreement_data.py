"""The table of chapter 2 and the doubts, as the data file says them. R-002, R-010...R-023, R-044, R-050, R-063, R-071."""

from datetime import timedelta
from decimal import Decimal
from importlib.resources import files

import pytest

from sla.agreement import Agreement, parse_agreement
from sla.settings import SETTING_NAMES, parse_rate
from sla.terms import LEVEL_0, Category, ClockKind, PauseReason

TEXT = (files("sla.agreements") / "voip-4.10-2023-11.toml").read_text(encoding="utf-8")
FR, RES, SR, TTP = ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION, ClockKind.REQUEST_RESPONSE, ClockKind.TIME_ON_SITE
I, II, III = Category  # noqa: E741

TABLE = [
    ("premium", SR, None, 8),
    ("premium", FR, I, 8),
    ("premium", RES, I, 8),
    ("premium", FR, II, 4),
    ("premium", RES, II, 4),
    ("premium", FR, III, 2),
    ("premium", RES, III, 2),
    ("premium", TTP, I, None),
    ("premium", TTP, II, None),
    ("premium", TTP, III, 2),
    ("standard", SR, None, 16),
    ("standard", FR, I, 16),
    ("standard", RES, I, 16),
    ("standard", FR, II, 8),
    ("standard", RES, II, 8),
    ("standard", FR, III, 8),
    ("standard", RES, III, 8),
    ("standard", TTP, I, None),
    ("standard", TTP, II, None),
    ("standard", TTP, III, None),
    *((LEVEL_0, clock, category, None) for clock in (FR, RES, TTP) for category in Category),
    (LEVEL_0, SR, None, None),
]


@pytest.fixture(scope="module")
def agreement() -> Agreement:
    return parse_agreement(TEXT)


@pytest.mark.parametrize(("level", "clock", "category", "hours"), TABLE)
def test_each_cell_of_the_table_is_the_printed_promise(agreement, level, clock, category, hours):
    """R-012, R-013, R-014, R-015, R-018, R-071; A-01: two numbers per cell are read by column."""
    promise = agreement.level(level).promise(clock, category)

    assert promise.target == (None if hours is None else timedelta(hours=hours))
    assert promise.source.rule.startswith("R-0")
    assert promise.source.lines.startswith("L")


def test_every_value_names_its_rule_and_lines(agreement):
    """R-023"""
    sources = [agreement.source, *agreement.hours_sources.values(), *agreement.sources.values()]
    for level in agreement.levels.values():
        sources += [level.source, level.rate_source, *level.service_sources.values()]
        sources += [promise.source for promise in level.promises.values()]

    assert all(source.rule[:2] in {"R-", "A-"} and source.lines.startswith("L") for source in sources)


def test_a_request_response_has_no_category(agreement):
    """R-012"""
    premium = agreement.level("premium")

    assert premium.promise(SR, Category.III) == premium.promise(SR, None)


def test_voice_prompts_are_included_for_premium_and_charged_for_standard(agreement):
    """R-020"""
    assert agreement.level("premium").includes["voice_prompts"]
    assert not agreement.level("standard").includes["voice_prompts"]


def test_support_on_site_is_charged_for_everybody(agreement):
    """R-010"""
    assert not any(level.includes["on_site_support"] for level in agreement.levels.values())


def test_rates_are_exact_decimals_and_level_0_has_none_until_it_is_given(agreement):
    """R-021, A-03"""
    given = agreement.with_settings({"level_0_hourly_rate": "110.00"})

    assert [level.hourly_rate for level in agreement.levels.values()] == [Decimal("110.00"), Decimal("100.00"), None]
    assert given.level(None).hourly_rate == Decimal("110.00")
    assert agreement.settings.missing == ("phone_hours", "level_0_hourly_rate")
    assert given.settings.missing == ("phone_hours",)


def test_no_level_named_is_level_0(agreement):
    """R-071"""
    assert agreement.level(None).key == agreement.level("").key == LEVEL_0


def test_a_level_that_is_not_in_this_version_is_refused_with_the_known_ones(agreement):
    with pytest.raises(ValueError, match=r"'gold' is not in voip-4\.10-2023-11: it has premium, standard, level_0"):
        agreement.level("gold")


def test_a_level_such_as_sla_247_is_added_without_code():
    """R-002, R-063"""
    start, end = TEXT.index("[levels.premium]"), TEXT.index("[levels.standard]")
    extra = TEXT[start:end].replace("levels.premium", "levels.sla_247").replace("value = 15", "value = 30")

    level = parse_agreement(f"{TEXT}\n{extra}").level("sla_247")

    assert level.change_minutes_each == 30
    assert level.order == 3


def test_every_setting_of_the_file_has_a_field_and_the_default_readings_hold(agreement):
    """A-02, A-05, A-06, A-08, A-10, A-12, A-13, A-16, A-19"""
    settings = agreement.settings

    assert set(agreement.sources) == set(SETTING_NAMES)
    assert settings.calamity_hours_count_for_calamity is False
    assert settings.resolution_starts_at == "plan_recorded"
    assert settings.holiday_closes_desk
    assert not settings.holiday_stops_contract_clock
    assert settings.no_sla_in_calamity_hours == "refuse"
    assert settings.unassessed_in_calamity_hours is Category.III
    assert settings.unassessed_otherwise is Category.II


@pytest.mark.parametrize(
    ("before", "after", "mistake"),
    [
        ('hours = 8, rule = "R-012"', 'hours = "8", rule = "R-012"', r"request_response.hours is '8'"),
        ('hours = 8, rule = "R-012"', 'hours = 0, rule = "R-012"', r"request_response.hours is 0"),
        ('hours = 8, rule = "R-012"', 'hours = true, rule = "R-012"', r"request_response.hours is True"),
        ('hours = 8, rule = "R-012"', 'hours = 8, role = "R-012"', r"request_response.rule is missing"),
        ('value = "110.00"', "value = 110.00", r"hourly_rate is 110.0: write the rate as decimal text"),
        ('value = "110.00"', 'value = "-1"', r"hourly_rate is '-1': a rate is more than 0"),
        ('is = "included"', 'is = "free"', r"is 'free': choose included or charged"),
        ('"Europe/Amsterdam"', '"Europe/Atlantis"', r"time zone 'Europe/Atlantis' is unknown"),
        ('"17:30"]]', '"07:30"]]', r"closes before it opens"),
        ("unit_minutes = { value = 15", "unit_minutes = { value = 0", r"unit_minutes is 0: give 1 or more"),
        ("unit_minutes = { value = 15", "unit_minutes = { value = -1", r"unit_minutes is -1: give a whole number"),
        ('value = "plan_recorded"', 'value = "never"', r"resolution_starts_at is 'never': choose one of plan_recorded"),
        ("holiday_closes_desk = { value = true", "holiday_closes_desk = { value = 1", r"is 1: give true or false"),
        ("warn_at_percent = { value = 75", 'warn_at_percent = { value = "75"', r"is '75': give a whole number"),
        ("warn_at_percent", "warn_at_procent", r"settings.warn_at_procent is not known: is it a typing error"),
        ("[levels.level_0", "[levels.level_zero", r"levels.level_0 is missing"),
        ('title = "SLA VOIP V4.10"', "title = 4.10", r"agreement.title is 4.1: give a text"),
        ("[agreement]", "[agreement", r"no valid TOML"),
    ],
)
def test_a_mistake_in_the_file_is_named(before, after, mistake):
    assert before in TEXT

    with pytest.raises(ValueError, match=mistake):
        parse_agreement(TEXT.replace(before, after))


def test_all_mistakes_are_named_at_once():
    broken = TEXT.replace('"110.00"', '"free"').replace('"Europe/Amsterdam"', '"X/Y"')

    with pytest.raises(ValueError, match=r"(?s)X/Y.*'free'|'free'.*X/Y"):
        parse_agreement(broken)


def test_an_empty_text_names_what_is_missing():
    with pytest.raises(ValueError, match=r"agreement.version is missing"):
        parse_agreement("")


def test_all_mistakes_in_own_settings_are_named_at_once(agreement):
    own = {"queue_order": "random", "no_such": 1, "phone_hours": {"funday": []}, "level_0_hourly_rate": "0"}

    with pytest.raises(ValueError, match=r"queue_order.*no_such: no such setting.*phone_hours.*funday.*more than 0"):
        agreement.with_settings(own)


def test_a_required_setting_can_be_left_open(agreement):
    assert agreement.with_settings({"phone_hours": "REQUIRED_SETTING"}).settings.phone_hours is None


@pytest.mark.parametrize("rate", ["NaN", "Infinity", "1.001", "", None, 5])
def test_a_rate_is_a_finite_amount_of_whole_cents(rate):
    with pytest.raises(ValueError, match="rate"):
        parse_rate(rate, "rate")


def test_the_gravest_category_is_iii():
    """R-083"""
    assert sorted(Category, key=lambda category: category.gravity) == [Category.I, Category.II, Category.III]


def test_waiting_for_the_customer_is_no_excuse_that_needs_confirmation():
    """R-047, R-048, A-07"""
    assert [reason for reason in PauseReason if not reason.is_excuse] == ["incomplete_report", "waiting_customer"]
