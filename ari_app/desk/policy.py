"""Choices of the provider about the desk that the agreement leaves open."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class DeskPolicy:
    """`category_needs_service`: confirming CAT II or III before the service is named is shown as a warning, or refused
    (R-084). The forms are where users are added and removed (R-077)."""

    category_needs_service: Literal["warn", "refuse"] = "warn"
    add_user_form: str = "https://cne.nl/aanmelden"
    remove_user_form: str = "https://cne.nl/afmelden"
