/**
 * Frames for panels, made in the page (`init` of the host's fixture): `window.hostFrames` by name. Seeded, so that
 * pictures of two runs are the same.
 */
export const panelFrames = `(() => {
  const minute = 60_000;
  const noise = (seed) => () => ((seed = (seed * 1664525 + 1013904223) >>> 0) / 2 ** 32);
  const times = (request, count) => {
    const to = Math.floor(request.range.to.valueOf() / 15_000) * 15_000;
    const from = request.range.from.valueOf();
    const step = Math.max(1000, Math.round((to - from) / count));
    return Array.from({ length: count }, (_, i) => to - (count - 1 - i) * step);
  };
  const field = (name, type, values, config = {}, labels) => ({ name, type, values, config, ...(labels ? { labels } : {}) });
  const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, Infinity];
  const classic = (request, pods, hole) => {
    const at = times(request, 90);
    const next = noise(7);
    const frames = [];
    for (const pod of pods) {
      const columns = at.map((_, i) => {
        const peak = 4 + Math.sin(i / 9) * 1.5 + (i > 60 && i < 66 ? 3.5 : 0);
        return bounds.map((_, b) => Math.round(400 * Math.exp(-((b - peak) ** 2) / 3) * (0.6 + next())));
      });
      bounds.forEach((le, b) => {
        const values = columns.map((counts) => counts.slice(0, b + 1).reduce((a, c) => a + c, 0));
        const kept = at.map((t, i) => [t, values[i]]).filter((_, i) => !hole || i < 30 || i > 38);
        frames.push({ fields: [
          field('Time', 'time', kept.map(([t]) => t)),
          field('Value', 'number', kept.map(([, v]) => v), { unit: 'short' }, { le: le === Infinity ? '+Inf' : String(le), pod }),
        ] });
      });
    }
    return frames;
  };
  const native = (request) => {
    const at = times(request, 60);
    const next = noise(3);
    const out = { xMax: [], yMin: [], yMax: [], count: [], anomaly: [] };
    at.forEach((t, i) => {
      // A resolution that falls by half in the middle: bounds differ from column to column.
      const base = i < 30 ? 2 ** 0.25 : 2 ** 0.5;
      for (let k = i < 30 ? -20 : -10; k < (i < 30 ? 24 : 12); k++) {
        const low = base ** k;
        const count = Math.round(300 * Math.exp(-((Math.log2(low) - Math.sin(i / 8)) ** 2) / 2) * (0.5 + next()));
        if (count < 3) continue;
        out.xMax.push(t); out.yMin.push(low); out.yMax.push(base ** (k + 1)); out.count.push(count);
        out.anomaly.push(i > 44 && i < 49 && low > 2 && low < 8);
      }
      out.xMax.push(t); out.yMin.push(-Infinity); out.yMax.push(base ** (i < 30 ? -20 : -10)); out.count.push(Math.round(next() * 20)); out.anomaly.push(false);
    });
    return [{ meta: { type: 'heatmap-cells' }, fields: [
      field('xMax', 'time', out.xMax), field('yMin', 'number', out.yMin, { unit: 's' }), field('yMax', 'number', out.yMax, { unit: 's' }),
      field('count', 'number', out.count), field('anomaly', 'boolean', out.anomaly),
    ] }];
  };
  const regions = ['eu-west', 'eu-north', 'us-east', 'us-west', 'ap-south', 'ap-east', 'sa-east', 'af-south'];
  const byRegion = (request, names = regions) => {
    const at = times(request, 60);
    const next = noise(11);
    return names.map((region, r) => {
      const spike = (i) => (r === 2 && i > 40 && i < 50 ? 60 : 0);
      return { refId: 'A', fields: [
        field('Time', 'time', at),
        field('Value', 'number', at.map((_, i) => 10 + r * 4 + Math.sin(i / 6 + r) * 5 + next() * 4 + spike(i)), {
          unit: 'percent', links: [{ title: 'Logs of ' + region, url: '/logs?region=' + region, targetBlank: true }],
        }, { region }),
      ] };
    });
  };
  const hosts = (request, count) =>
    byRegion(request, Array.from({ length: count }, (_, i) => 'host-' + String(i).padStart(4, '0')));
  /** Two weeks of hours whose value is the hour of the day. */
  const hourly = (request) => {
    const hour = 3_600_000;
    const to = Math.floor(request.range.to.valueOf() / hour) * hour;
    const at = Array.from({ length: 24 * 14 }, (_, i) => to - (24 * 14 - 1 - i) * hour);
    return [{ fields: [
      field('Time', 'time', at),
      field('Value', 'number', at.map((t) => ((t - hour) / hour) % 24), { unit: 'reqps' }, { region: 'eu' }),
    ] }];
  };
  /** A histogram, and measurements that were kept whole: the last one in its lowest bucket. */
  const exemplars = (request) => {
    const frames = classic(request, ['pod-a', 'pod-b']);
    const at = frames[0].fields[0].values;
    const points = [[at[20], 0.3], [at[50], 7], [at[70], 42], [at[at.length - 1] - 1, 0.003]];
    const text = (name, values, config) => field(name, 'string', values, config);
    return [...frames,
      { name: 'exemplar', meta: { dataTopic: 'annotations', custom: { resultType: 'exemplar' } }, fields: [
        field('Time', 'time', points.map(([t]) => t)),
        field('Value', 'number', points.map(([, v]) => v), { unit: 's' }),
        text('trace_id', points.map((_, i) => 'trace-' + i), {
          links: [{ title: 'Trace', url: '/trace/\${__value.raw}', targetBlank: true }],
        }),
      ] },
      { name: 'deploys', meta: { dataTopic: 'annotations' }, fields: [
        field('time', 'time', [at[at.length - 3]]), field('timeEnd', 'time', [at[at.length - 1]]),
        text('title', ['Deploy 4.2']), text('color', ['orange']),
      ] },
    ];
  };
  /** As a data source answers that knows the dashboard's filters. */
  const filtered = (request) => byRegion(request).filter((frame) => (request.filters ?? []).every(({ key, operator, value }) =>
    new RegExp(operator === '=~' ? '^(' + value + ')$' : '^' + value + '$').test(frame.fields[1].labels[key])));
  window.hostFrames = {
    hourly,
    exemplars,
    filtered,
    classic: (request) => classic(request, ['pod-a', 'pod-b', 'pod-c']),
    gap: (request) => classic(request, ['pod-a'], true),
    native,
    regions: (request) => byRegion(request),
    single: (request) => byRegion(request, ['eu-west']),
    compared: (request) => {
      const now = byRegion(request);
      const before = byRegion(request).map((frame, r) => ({
        ...frame,
        meta: { timeCompare: { diffMs: 86_400_000, isTimeShiftQuery: true } },
        fields: frame.fields.map((f) => f.type === 'number' ? { ...f, values: f.values.map((v) => v * (r % 3 === 0 ? 1.4 : 0.8)) } : f),
      })).slice(0, 7);
      return [...now, ...before];
    },
    hosts,
    many: (request) => hosts(request, 2000),
    table: () => [{ fields: [
      field('service', 'string', ['checkout', 'search', 'cart', 'login', 'profile']),
      field('value', 'number', [120, 80, 80, 41, null], { unit: 'reqps' }),
      field('previous', 'number', [100, 90, 20, 41, 7]),
    ] }],
    none: () => [],
  };
})();`;

/** A viewer who speaks this language. */
export function speaking(language: string): string {
  return `Object.defineProperty(window, 'grafanaBootData', {
    get() { return this.bootDataOfHost; },
    set(data) { this.bootDataOfHost = { ...data, user: { ...data.user, language: '${language}' } }; },
  });`;
}
