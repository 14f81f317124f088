"""What the telephone network thinks of a caller's number (STIR/SHAKEN), as a trunk writes it into a SIP header. A hint, never a proof."""

import re
from dataclasses import dataclass

#: RFC 8225 and ATIS-1000074: the result, and with some trunks the level of attestation behind it.
_RESULT = re.compile(
    r"(?i)\bverstat\s*=\s*\"?(TN-Validation-Passed|TN-Validation-Failed|No-TN-Validation)(?:-([ABC]))?\b"
)
_MEANS = {
    "passed": "bevestigt dit nummer{level}; dat is een aanwijzing, geen bewijs",
    "failed": "zegt dat dit nummer vervalst kan zijn{level}",
    "none": "heeft dit nummer niet nagegaan{level}",
}


@dataclass(frozen=True, slots=True)
class Attestation:
    """`result`: "passed", "failed" or "none". `level` A (the carrier knows the caller), B, C or ""."""

    result: str
    level: str = ""

    @property
    def is_forged(self) -> bool:
        return self.result == "failed"

    @property
    def why(self) -> str:
        """Dutch."""
        level = f" (niveau {self.level})" if self.level else ""
        return f"Het telefoonnetwerk {_MEANS[self.result].format(level=level)} (STIR/SHAKEN, A-25)."


def attestation_in(header: str) -> Attestation | None:
    """From the value of a header such as `<sip:+31201234567@...;verstat=TN-Validation-Passed-A>`; None when it says nothing."""
    found = _RESULT.search(header)
    if found is None:
        return None
    result = {"tn-validation-passed": "passed", "tn-validation-failed": "failed"}.get(found[1].lower(), "none")
    return Attestation(result, (found[2] or "").upper())
