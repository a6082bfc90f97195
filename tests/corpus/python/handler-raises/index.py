class OutOfStock(Exception):
    pass


def half(number):
    if number == 0:
        raise OutOfStock("nothing is left")
    return 1 / (number - 2)


def handler(event, context):
    return half(event["n"])
