"""Wording the state of an order: which text, and what its variables say in each language."""

from datetime import date, timedelta

from babel.dates import format_date, format_timedelta

from bot.model.order import Order, OrderState
from bot.texts import Texts

DAY_AND_MONTH = {"cs": "d. MMMM"}
"""How a language writes a day, where it is not "24 November"."""


def order_text(order: Order, lang: str, today: date, texts: Texts) -> tuple[str, dict[str, str]]:
    """Return the catalogue's key and variables for an order."""
    number = {"number": order.number}
    when = delivery_phrase(order.delivery, lang, today, texts)
    match order.state:
        case OrderState.BEING_PACKED:
            return "order_being_packed", number
        case OrderState.AWAITING_PAYMENT:
            return "order_awaiting_payment", number
        case OrderState.CANCELLED:
            return "order_cancelled", number
        case OrderState.SHIPPED if order.carrier and order.parcel:
            parts = number | {"carrier": order.carrier, "parcel": order.parcel}
            if when is None:
                return "order_shipped_no_date", parts
            return "order_shipped", parts | {"delivery": when}
        case OrderState.DELIVERED if when is not None:
            return "order_delivered", number | {"delivery": when}
    return "order_other", number | {"state": order.state.replace("_", " ")}


def delivery_phrase(delivery: str | None, lang: str, today: date, texts: Texts) -> str | None:
    """Say a day as people say it: today, tomorrow, yesterday, three days ago, on 24 November."""
    if delivery is None:
        return None
    try:
        day = date.fromisoformat(delivery[:10])
    except ValueError:
        return None
    days = (day - today).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    if days in near:
        return texts.word(lang, near[days])
    if -7 < days < 0:
        return format_timedelta(timedelta(days=days), granularity="day", add_direction=True, locale=lang)
    pattern = DAY_AND_MONTH.get(lang, "d MMMM") + ("" if day.year == today.year else " y")
    return texts.word(lang, "on_date").format(date=format_date(day, format=pattern, locale=lang))
