import logging
import sys

logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)


def handler(event, context):
    print("printed", 1, None)
    print("two\nlines")
    print("no end", end="")
    print(" of line")
    print("to stderr", file=sys.stderr)
    logging.info("below the level of the root")
    logging.warning("above it: %s", 42)
    logger.info("own level\nand two lines")
    try:
        [][1]
    except IndexError:
        print("caught")
    sys.stdout.write("left open")
