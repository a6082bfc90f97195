from shop.prices import PRICES
from . import names


def run(event, context):
    return {"module": __name__, "names": names.NAMES, "prices": PRICES}
