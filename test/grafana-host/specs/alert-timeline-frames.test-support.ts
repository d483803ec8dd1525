/**
 * Alerts as the data source gives them, made in the page (`init` of the host's fixture): times are parts of the range that
 * was asked for first. `window.timelineAskedMs` is how long the last one was; with `window.timelineMore` there is one
 * alert more in `live`.
 */
export const timelineFrames = `(() => {
  const field = (name, type, values, config = {}, labels) => ({ name, type, values, config, ...(labels ? { labels } : {}) });
  const teams = { ErrorRate: 'payments', Latency: 'search', Disk: 'storage', QueueLag: 'payments' };
  let first;
  const span = ({ range }) => {
    const asked = [range.from.valueOf(), range.to.valueOf() - range.from.valueOf()];
    window.timelineAskedMs = asked[1];
    first ??= asked;
    return first;
  };
  const frame = (request, rows) => {
    const [from, length] = span(request);
    const at = (part) => from + part * length;
    const text = (name, of) => field(name, 'string', rows.map(of));
    return { meta: { custom: { statbar: 'alerts' } }, fields: [
      field('time', 'time', rows.map((r) => at(r[2]))), field('timeEnd', 'time', rows.map((r) => at(r[3]))),
      text('state', (r) => r[1]), field('open', 'boolean', rows.map((r) => r[3] === 1)),
      text('alertname', (r) => r[0]), text('fingerprint', (r) => r[0]),
      text('severity', (r) => r[0] === 'ErrorRate' ? 'critical' : 'warning'),
      text('service', () => 'checkout'), text('team', (r) => teams[r[0]] ?? ''), text('owner', () => 'payments on call'),
      text('summary', (r) => r[0] + ' needs a look'), text('runbook', () => 'https://runbooks.example/' + 'checkout'),
      text('url', () => ''), text('group', (r) => 'g-' + r[0]), field('groupVersion', 'number', rows.map(() => 3)),
      field('value', 'number', rows.map((_, i) => 10 + i)),
      text('labels', (r) => JSON.stringify({ alertname: r[0], region: 'eu-west', team: teams[r[0]] ?? '' })),
    ] };
  };
  const marks = (request) => {
    const [from, length] = span(request);
    return { meta: { dataTopic: 'annotations' }, fields: [
      field('time', 'time', [from + 0.13 * length, from + 0.5 * length]), field('timeEnd', 'time', [from + 0.25 * length, null]),
      field('title', 'string', ['errors are high', 'Deploy 1.4']), field('text', 'string', ['38 %', '<b>by</b> Kim']),
      field('tags', 'other', [['anomaly', 'up'], ['deploy']]), field('color', 'string', ['', 'green']),
    ] };
  };
  const few = [
    ['ErrorRate', 'pending', 0.1, 0.15], ['ErrorRate', 'firing', 0.15, 0.3], ['ErrorRate', 'acknowledged', 0.3, 0.4],
    ['ErrorRate', 'pending', 0.6, 0.65], ['ErrorRate', 'firing', 0.65, 1],
    ['Latency', 'firing', 0.2, 0.35], ['Latency', 'silenced', 0.35, 0.5], ['Disk', 'pending', 0.7, 0.8],
  ];
  window.hostFrames = {
    few: (request) => [frame(request, few), marks(request)],
    // An alert that stands before all others, and one more state of the one that was there.
    live: (request) => [frame(request, !window.timelineMore
      ? [['ErrorRate', 'firing', 0.5, 1]]
      : [['Another', 'firing', 0.9, 1], ['ErrorRate', 'firing', 0.5, 0.8], ['ErrorRate', 'acknowledged', 0.8, 1]])],
    many: (request) => [frame(request, Array.from({ length: 50000 }, (_, i) =>
      ['Rule ' + String(i % 2000).padStart(4, '0'), i % 3 ? 'firing' : 'pending', Math.floor(i / 2000) / 25, (Math.floor(i / 2000) + 0.6) / 25]))],
    series: (request) => ['pending', 'firing'].map((alertstate, s) => {
      const to = request.range.to.valueOf();
      const times = Array.from({ length: 40 }, (_, i) => to - (40 - i) * 15000).filter((_, i) => s === 0 ? i % 20 < 3 : i % 20 >= 3 && i % 20 < 10);
      const labels = { __name__: 'ALERTS', alertname: 'Slow', alertstate };
      return { fields: [field('Time', 'time', times, { interval: 15000 }), field('Value', 'number', times.map(() => 1), {}, labels)] };
    }),
    numbers: () => [{ fields: [field('time', 'time', [1, 2]), field('value', 'number', [1, 2])] }],
    none: (request) => [frame(request, [])],
  };
})();`;
