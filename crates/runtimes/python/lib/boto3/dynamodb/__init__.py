"""DynamoDB with Python's own values."""
