from greetings import greet  # a layer brings it


def handler(event, context):
    return {"message": greet(event["pathParameters"]["name"])}
