import not_in_the_package


def handler(event, context):
    return None
