import type { Ledger, StoredSample } from './ledger.ts';

interface Matrix {
  readonly status: string;
  readonly error?: string;
  readonly data?: {
    readonly result: readonly {
      readonly metric: Record<string, string>;
      readonly values?: readonly [number, string][];
      readonly histograms?: readonly [number, { readonly sum: string }][];
    }[];
  };
}

/** All samples of the series that `selector` names, in [fromMs, toMs], by the name that clients use. */
export async function readBack(
  url: string,
  selector: string,
  fromMs: number,
  toMs: number,
): Promise<Map<string, StoredSample[]>> {
  const rangeMs = Math.max(1, toMs - fromMs + 1);
  const query = new URLSearchParams({ query: `${selector}[${rangeMs}ms]`, time: String(toMs / 1000) });
  const response = await fetch(`${url}/api/v1/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: query.toString(),
  });
  const answer = (await response.json()) as Matrix;
  if (answer.data === undefined) throw new Error(`query answered ${response.status}: ${answer.error}`);
  const all = new Map<string, StoredSample[]>();
  for (const { metric, values, histograms } of answer.data.result) {
    const name = `${metric['__name__']}{client="${metric['client']}", n="${metric['n']}"}`;
    if (all.has(name)) throw new Error(`${name} came twice in one answer`);
    // A histogram stands for itself by its sum.
    const wide = (histograms ?? []).map(([seconds, { sum }]) => [seconds, sum] as const);
    all.set(
      name,
      [...(values ?? []), ...wide].map(([seconds, text]) => ({
        timestampMs: Math.round(seconds * 1000),
        value: Number(text),
      })),
    );
  }
  return all;
}

/** Reads everything from `fromMs` on and holds it against the ledger. Returns what is wrong, in words. */
export async function violations(
  url: string,
  ledger: Ledger,
  fromMs: number,
  toMs: number,
): Promise<string[]> {
  const wrong: string[] = [];
  const stored = new Map<string, StoredSample[]>();
  for (const metric of ['kill_gauge', 'kill_delta_total', 'kill_size']) {
    const read = await readBack(url, metric, fromMs, toMs);
    for (const [name, samples] of read) stored.set(name, samples);
  }
  const known = ledger.seriesNames;
  for (const name of known) wrong.push(...ledger.check(name, stored.get(name) ?? [], fromMs));
  for (const name of stored.keys()) if (!known.includes(name)) wrong.push(`${name} was never sent`);
  return wrong;
}
