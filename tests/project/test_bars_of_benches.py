"""A figure says whether its bar is met, by its ratio where something stands beside it."""

import pytest

from ari_app.bench.figure import Figure, compared


@pytest.mark.parametrize(("ours", "is_met"), [(104.0, True), (105.0, True), (105.1, False)])
def test_a_cost_is_judged_by_its_ratio(ours: float, is_met: bool) -> None:
    figure = compared("pipeline_cost", "CPU for a message", ours, "ms", "bare Vosk", 100.0).with_bar(most=1.05)

    assert (figure.is_met, figure.to_json()["met"], figure.to_json()["bar"]) == (is_met, is_met, "<= 1.05")


@pytest.mark.parametrize(("rate", "is_met"), [(1999.9, False), (2000.0, True)])
def test_a_rate_alone_is_judged_by_its_value(rate: float, is_met: bool) -> None:
    figure = Figure("assess", "messages", rate, "1/s").with_bar(least=2_000)

    assert (figure.is_met, str(figure.bar)) == (is_met, ">= 2,000")


def test_a_figure_without_a_bar_is_not_judged() -> None:
    plain = Figure("waits", "answer", 3.0, "ms")

    assert plain.is_met is None
    assert plain.to_json()["bar"] is None
