"""The one base error. A subclass a stage; `code` is stable and public, the text is for operators.

User text and secrets never go into an error: only ids, keys of the configuration and counts do.
"""


class CentralaError(Exception):
    """Base of every error that this product raises on purpose."""

    code: str = "internal_error"
    """Stable, machine-readable; part of the public surface."""
    retryable: bool = False
    """Whether the same call may succeed later without a change."""

    def __init__(self, message: str = "", *, code: str | None = None) -> None:
        super().__init__(message or self.code)
        if code is not None:
            self.code = code


class ConfigurationError(CentralaError):
    """A key of the configuration is unknown, wrong or missing; the text names key, value and mend."""

    code = "configuration_error"


class InvalidInputError(CentralaError):
    """What somebody sent is not valid; nothing was changed."""

    code = "invalid_input"


class NotFoundError(CentralaError):
    """There is no such thing, or the asker may not know of it."""

    code = "not_found"


class ForbiddenError(CentralaError):
    """Known who asks, and they may not."""

    code = "forbidden"


class ConflictError(CentralaError):
    """Somebody else was first, or the thing is in another state."""

    code = "conflict"


class RateLimitedError(CentralaError):
    """Too much, too fast."""

    code = "rate_limited"
    retryable = True

    def __init__(self, message: str = "", *, retry_after: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds until another try makes sense."""


class UnavailableError(CentralaError):
    """A dependency is down or too slow; the caller degrades to something named."""

    code = "unavailable"
    retryable = True


class DialogueUnavailableError(UnavailableError):
    """No dialogue worker answered within the deadline, or the queue before them is full."""

    code = "dialogue_unavailable"


class OrderBackendError(UnavailableError):
    """The shop's order system did not answer, or answered nonsense."""

    code = "order_backend_unavailable"
