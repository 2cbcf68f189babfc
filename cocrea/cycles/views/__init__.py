"""The home page, and the pages of cycles and their stages."""

from cocrea.cycles.views import cycles, home, report_data, reports, stages
from cocrea.cycles.views.base import bp

__all__ = ["bp", "cycles", "home", "report_data", "reports", "stages"]
