import logging

logger = logging.getLogger("shop")


def handler(event, context):
    logger.debug("not shown")
    logger.info("sold %d", 3, extra={"order": "o-1", "items": [1, 2]})
    print("plain")
    raise KeyError("price")
