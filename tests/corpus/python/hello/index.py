import os

starts = []


def handler(event, context):
    starts.append(event["name"])
    return {
        "hello": event["name"],
        "starts": starts,
        "function": context.function_name,
        "version": context.function_version,
        "memory": context.memory_limit_in_mb,
        "arn": context.invoked_function_arn,
        "request": context.aws_request_id,
        "stream": context.log_stream_name,
        "remaining": context.get_remaining_time_in_millis() <= 30000,
        "identity": context.identity.cognito_identity_id,
        "client": context.client_context,
        "trace": os.environ["_X_AMZN_TRACE_ID"],
        "here": os.getcwd() == os.environ["LAMBDA_TASK_ROOT"],
    }
