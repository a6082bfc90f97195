"""Waiters: ask until a resource is in the state that is waited for."""

import time

from botocore.exceptions import ClientError, WaiterError
from botocore.paginate import search

#: What a waiter says of the state that it has seen.
WORDS = {
    "path": 'For expression "{argument}" we matched expected path: "{expected}"',
    "pathAll": 'For expression "{argument}" all members matched expected path: "{expected}"',
    "pathAny": 'For expression "{argument}" we matched expected path: "{expected}" at least once',
    "status": "Matched expected HTTP status code: {expected}",
    "error": "Matched expected service error code: {expected}",
}


class Waiter:
    """`client.get_waiter('table_exists')`"""

    def __init__(self, client, name, operation, delay, attempts, acceptors):
        self.name = name
        self._client, self._operation = client, operation
        self._delay, self._attempts, self._acceptors = delay, attempts, acceptors

    def wait(self, WaiterConfig=None, **params):
        config = WaiterConfig or {}
        delay, most = config.get("Delay", self._delay), config.get("MaxAttempts", self._attempts)
        for attempt in range(1, most + 1):
            try:
                answer = self._client._make_api_call(self._operation, params)
            except ClientError as error:
                answer = error.response
            state, reason = self._state(answer)
            if state == "success":
                return
            if state == "failure":
                raise WaiterError(self.name, f"Waiter encountered a terminal failure state: {reason}", answer)
            if state is None and "Error" in answer:
                error = answer["Error"]
                text = f"An error occurred ({error.get('Code', 'Unknown')}): {error.get('Message', 'Unknown')}"
                raise WaiterError(self.name, text, answer)
            if attempt == most:
                text = f"Max attempts exceeded. Previously accepted state: {reason}" if reason else "Max attempts exceeded"
                raise WaiterError(self.name, text, answer)
            time.sleep(delay)

    def _state(self, answer):
        for state, matcher, argument, expected in self._acceptors:
            if _matches(matcher, argument, expected, answer):
                return state, WORDS[matcher].format(argument=argument, expected=expected)
        return None, ""


def _matches(matcher, argument, expected, answer):
    if matcher == "status":
        return str(answer.get("ResponseMetadata", {}).get("HTTPStatusCode")) == expected
    if matcher == "error":
        if expected in ("true", "false"):
            return ("Error" in answer) == (expected == "true")
        return answer.get("Error", {}).get("Code", "") == expected
    if "Error" in answer:
        return False
    found = search(answer, argument)
    if matcher == "path":
        return _same(found, expected)
    if not isinstance(found, list) or not found:
        return False
    return (all if matcher == "pathAll" else any)(_same(item, expected) for item in found)


def _same(found, expected):
    return (str(found).lower() if isinstance(found, bool) else found) == expected
