"""Writes items in batches."""


class BatchWriter:
    """Gathers puts and deletes, and sends 25 of them at once; what was not processed is sent again."""

    def __init__(self, table_name, client, flush_amount=25, overwrite_by_pkeys=None):
        self._table_name, self._client = table_name, client
        self._waiting, self._most = [], flush_amount
        self._keys = overwrite_by_pkeys

    def put_item(self, Item):
        self._add({"PutRequest": {"Item": Item}})

    def delete_item(self, Key):
        self._add({"DeleteRequest": {"Key": Key}})

    def _add(self, request):
        if self._keys:
            keys = self._keys_of(request)
            self._waiting = [other for other in self._waiting if self._keys_of(other) != keys]
        self._waiting.append(request)
        if len(self._waiting) >= self._most:
            self._flush()

    def _keys_of(self, request):
        item = request["PutRequest"]["Item"] if "PutRequest" in request else request["DeleteRequest"]["Key"]
        return [item[key] for key in self._keys]

    def _flush(self):
        now, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        answer = self._client.batch_write_item(RequestItems={self._table_name: now})
        self._waiting.extend(answer["UnprocessedItems"].get(self._table_name, []))

    def __enter__(self):
        return self

    def __exit__(self, exc_type, exc_value, tb):
        while self._waiting:
            self._flush()
