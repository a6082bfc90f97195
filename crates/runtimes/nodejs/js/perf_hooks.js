'use strict';

const marks = [];

const performance = {
  timeOrigin: 0,
  now: () => require('process').uptime() * 1000,
  mark(name, options) {
    const entry = { name, entryType: 'mark', startTime: options?.startTime ?? performance.now(), duration: 0, detail: options?.detail ?? null };
    marks.push(entry);
    return entry;
  },
  measure(name, start, end) {
    const timeOf = (mark, fallback) => marks.findLast((one) => one.name === mark)?.startTime ?? fallback;
    const from = timeOf(start, 0);
    const entry = { name, entryType: 'measure', startTime: from, duration: timeOf(end, performance.now()) - from, detail: null };
    marks.push(entry);
    return entry;
  },
  getEntries: () => [...marks],
  getEntriesByName: (name) => marks.filter((entry) => entry.name === name),
  getEntriesByType: (type) => marks.filter((entry) => entry.entryType === type),
  clearMarks(name) {
    for (let index = marks.length - 1; index >= 0; index -= 1) {
      if (name === undefined || marks[index].name === name) marks.splice(index, 1);
    }
  },
  clearMeasures(name) {
    performance.clearMarks(name);
  },
  toJSON: () => ({ timeOrigin: performance.timeOrigin }),
};

/** Nothing is observed here; observers that ask for it are never called. */
class PerformanceObserver {
  constructor(callback) {
    this._callback = callback;
  }
  observe() {}
  disconnect() {}
  takeRecords() {
    return [];
  }
}
PerformanceObserver.supportedEntryTypes = [];

Object.assign(performance, {
  timerify: (run) => run,
  eventLoopUtilization: () => ({ idle: 0, active: 0, utilization: 0 }),
});

exports.performance = performance;
exports.PerformanceObserver = PerformanceObserver;
exports.constants = {};
