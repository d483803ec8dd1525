import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isFault, silentLogger, systemClock, Telemetry } from '../../otel-processor/src/base/index.ts';
import { LabelSet } from '../../otel-processor/src/model/index.ts';
import {
  createQueryEngine,
  type QueryEngine,
  queryConfigSchema,
} from '../../otel-processor/src/query/index.ts';
import { encodeLabels, remoteWriteShape, WriteRequestEncoder } from '../bench/remote-write-encoder.ts';
import { MemoryQuerier } from '../script/memory-querier.ts';
import { need } from '../support/need.ts';
import { type Peer, startPrometheusPeer } from '../support/peers.ts';
import type { MatrixSeries } from '../support/query.ts';
import { referenceSeries, sortedLabels } from './reference-data.ts';
import { referenceExpression } from './reference-expressions.ts';

const EXPRESSIONS = 300;
const SEED = 20;
const sampleCount = 240;
/** A minute's edge plus what keeps every range's edge off the steps of subqueries. */
const startMs = 1_700_000_040_000;
const query = { fromMs: startMs + 1_500_500, toMs: startMs + 3_300_500, stepMs: 120_000 };

const peer = await need('the language against a Prometheus server', startPrometheusPeer());

type Rows = ReadonlyMap<string, ReadonlyMap<number, number>>;

describe.skipIf(peer === undefined)('generated expressions mean the same to Prometheus', () => {
  let engine: QueryEngine;

  beforeAll(async () => {
    const querier = new MemoryQuerier();
    await load(peer!, querier);
    const ports = { querier, clock: systemClock, telemetry: new Telemetry(), logger: silentLogger };
    engine = createQueryEngine(queryConfigSchema.parse({}), ports);
  });

  afterAll(async () => {
    await peer?.stop();
  });

  test(`${EXPRESSIONS} of them`, { timeout: 120_000 }, async () => {
    const expressions = [
      ...new Set(fc.sample(referenceExpression, { numRuns: EXPRESSIONS * 2, seed: SEED })),
    ].slice(0, EXPRESSIONS);
    expect(expressions).toHaveLength(EXPRESSIONS);
    const differences: string[] = [];
    let answered = 0;
    for (const expression of expressions) {
      const theirs = await askPrometheus(peer!, expression);
      const ours = await askEngine(engine, expression);
      if (typeof theirs !== 'string') answered += 1;
      const difference = compare(theirs, ours);
      if (difference !== undefined) differences.push(`${expression}\n  ${difference}`);
    }
    expect(differences.join('\n')).toBe('');
    expect(answered, 'most expressions have an answer').toBeGreaterThan(EXPRESSIONS * 0.6);
  });
});

async function load(to: Peer, querier: MemoryQuerier): Promise<void> {
  const encoder = new WriteRequestEncoder();
  for (const { labels, timesMs, values } of referenceSeries(SEED, startMs, sampleCount)) {
    const encoded = encodeLabels(sortedLabels(labels));
    const set = LabelSet.from(labels);
    for (const [i, timeMs] of timesMs.entries()) {
      encoder.add(encoded, timeMs, values[i]);
      querier.add(set, timeMs, values[i]);
    }
  }
  const response = await fetch(`http://${to.host}:${to.port}${to.writePath}`, {
    method: 'POST',
    headers: remoteWriteShape.headers,
    body: new Uint8Array(encoder.finish()),
  });
  if (!response.ok) throw new Error(`Prometheus refused the samples: ${await response.text()}`);
}

/** The result, or why there is none. */
async function askPrometheus(to: Peer, expression: string): Promise<Rows | string> {
  const parameters = new URLSearchParams({
    query: expression,
    start: String(query.fromMs / 1000),
    end: String(query.toMs / 1000),
    step: String(query.stepMs / 1000),
  });
  const url = `http://${to.host}:${to.port}${to.queryPath}/query_range`;
  const response = await fetch(url, { method: 'POST', body: parameters });
  const body = (await response.json()) as {
    status: string;
    error?: string;
    data?: { result: MatrixSeries[] };
  };
  if (body.status !== 'success') return body.error ?? 'error';
  const toNumber = (text: string): number => Number(text.replace('Inf', 'Infinity'));
  return new Map(
    body.data!.result.map(({ metric, values }) => [
      LabelSet.from(metric).key,
      new Map((values ?? []).map(([seconds, value]) => [Math.round(seconds * 1000), toNumber(value)])),
    ]),
  );
}

async function askEngine(engine: QueryEngine, expression: string): Promise<Rows | string> {
  const result = await engine.range(expression, query);
  if (isFault(result)) return result.message;
  if (result.value.type !== 'matrix') return 'not a matrix';
  return new Map(
    result.value.series.map(({ labels, timestampsMs, values }) => [
      labels.key,
      new Map(Array.from(timestampsMs, (timeMs, i) => [timeMs, values[i]])),
    ]),
  );
}

function compare(theirs: Rows | string, ours: Rows | string): string | undefined {
  if (typeof theirs === 'string' || typeof ours === 'string') {
    if (typeof theirs === typeof ours) return undefined;
    return `theirs: ${typeof theirs === 'string' ? theirs : 'a result'}; ours: ${typeof ours === 'string' ? ours : 'a result'}`;
  }
  for (const key of new Set([...theirs.keys(), ...ours.keys()])) {
    const a = theirs.get(key);
    const b = ours.get(key);
    if (a === undefined || b === undefined)
      return `series ${key} is ${a === undefined ? 'only ours' : 'only theirs'}`;
    for (const timeMs of new Set([...a.keys(), ...b.keys()])) {
      if (!close(a.get(timeMs), b.get(timeMs)))
        return `${key} at ${timeMs}: theirs ${a.get(timeMs)}, ours ${b.get(timeMs)}`;
    }
  }
  return undefined;
}

/** Equal up to what the order and the compensation of additions may change. */
function close(a: number | undefined, b: number | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (Object.is(a, b) || a === b) return true;
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b), 1e-6);
}
