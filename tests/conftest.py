"""How hypothesis works in all tests: the same examples every time, and none fails because the machine was busy."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "posescope", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("posescope")
