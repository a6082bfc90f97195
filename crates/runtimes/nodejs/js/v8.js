'use strict';

const { notSupported } = require('internal/errors');
const { memoryUsage } = require('process');

exports.getHeapStatistics = () => {
  const { heapTotal, heapUsed, external } = memoryUsage();
  const limit = Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? 128) * 1048576;
  return {
    total_heap_size: heapTotal, total_heap_size_executable: 0, total_physical_size: heapTotal, total_available_size: limit - heapUsed,
    used_heap_size: heapUsed, heap_size_limit: limit, malloced_memory: 0, peak_malloced_memory: 0, does_zap_garbage: 0,
    number_of_native_contexts: 1, number_of_detached_contexts: 0, total_global_handles_size: 0, used_global_handles_size: 0, external_memory: external,
  };
};
exports.getHeapSpaceStatistics = () => [];
exports.setFlagsFromString = () => {};
exports.cachedDataVersionTag = () => 0;
for (const name of ['serialize', 'deserialize', 'getHeapSnapshot', 'writeHeapSnapshot']) {
  exports[name] = () => {
    throw notSupported(`v8.${name}`);
  };
}
