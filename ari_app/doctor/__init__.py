"""`meldlijn doctor`: looks at everything that a line needs, and says for each fault what to do."""

from ari_app.doctor.examine import examine
from ari_app.doctor.finding import Finding

__all__ = ["Finding", "examine"]
