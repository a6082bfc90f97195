exports.handler = async () => {
  const date = new Date(Date.UTC(2026, 0, 2, 15, 4, 5));
  return {
    number: (1234567.891).toLocaleString(), usd: new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' }).format(1234.5), percent: (0.256).toLocaleString('en-US', { style: 'percent' }),
    date: date.toLocaleDateString('en-US'), time: date.toLocaleTimeString('en-US'), both: date.toLocaleString(), long: date.toLocaleDateString('en-US', { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' }),
    medium: new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }).format(date), sorted: ['b', 'a', 'C', 'ä'].sort((x, y) => x.localeCompare(y)), zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    iso: date.toISOString(), string: date.toString(), plural: new Intl.PluralRules('en').select(1), fixed: (2.345).toFixed(2),
  };
};
