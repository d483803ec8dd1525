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

Served at \`/metrics\` in the Prometheus text format. This page is made from the source and checked with it.

| name | type | labels | meaning |
|---|---|---|---|
${rows.join('\n')}
`;
}
