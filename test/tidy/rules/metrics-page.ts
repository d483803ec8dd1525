import type { Instrument } from './instruments.ts';

/** The page that lists what the service says about itself; made from its source. */
export function metricsPage(instruments: readonly Instrument[]): string {
  const byName = new Map<string, { type: string; help: string; labels: Set<string> }>();
  for (const { name, type, help, labels } of instruments) {
    const known = byName.get(name) ?? { type, help, labels: new Set<string>() };
    for (const label of labels) known.labels.add(label);
    byName.set(name, known);
  }
  const rows = [...byName.keys()].sort().map((name) => {
    const { type, help, labels } = byName.get(name)!;
    const labelText = [...labels].sort().map((label) => `\`${label}\``);
    return `| \`${name}\` | ${type} | ${labelText.join(', ')} | ${help.replaceAll('|', '\\|')} |`;
  });
  return `# Metrics of StatBar about itself

Served at \`/metrics\` in the Prometheus text format, and stored as series with the label \`job="statbar"\`, every 15 s
(\`serve.self_metrics.interval\`; \`0s\` for not at all): ask for them like for any other,
\`histogram_quantile(0.99, sum by (le) (rate(statbar_query_seconds_bucket[5m])))\`. [Grafana](grafana.md#dashboards) has a
dashboard of them.

- They are some 300 to 1,000 series, by the routes that are in use, and at most \`serve.self_metrics.series_max\`. They do not
  count against \`pipeline.series_max\`: when that is reached they are needed most. A reading of 330 of them costs 1.3 ms of CPU
  and 4 KB of log, the wait for the disk included.
- A counter appears with its first event; it is stored with a 0 at the reading before, so that \`increase\` sees the first one.
- With several tenants each has its own instruments, and \`default\` (or the first of the tokens' tenants) those of the process.
- They are not [watched](anomalies.md).

The table is made from the source and checked with it.

| name | type | labels | meaning |
|---|---|---|---|
${rows.join('\n')}
`;
}
