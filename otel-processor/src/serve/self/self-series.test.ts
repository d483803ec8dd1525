import { expect, test } from 'vitest';
import { type Fault, ManualClock, permanent, Telemetry } from '../../base/index.ts';
import { type Batch, SeriesRegistry } from '../../model/index.ts';
import { SelfSeries } from './self-series.ts';
import { instrumentsOf } from './tenant-view.ts';

const startMs = 1_700_000_000_000;

function setUp({ seriesMax = 1000, show = (labels: string): string | undefined => labels } = {}) {
  const clock = new ManualClock(startMs);
  const telemetry = new Telemetry();
  const registry = new SeriesRegistry();
  const batches: Batch[] = [];
  let answer: Fault | undefined;
  const series = new SelfSeries(
    { interval: 15_000, series_max: seriesMax },
    {
      ...{ clock, telemetry, show, registry },
      labels: { job: 'statbar', instance: 'a:1' },
      async consume(batch) {
        batches.push(batch);
        return answer;
      },
    },
  );
  const rows = (batch: Batch): string[] =>
    Array.from({ length: batch.count }, (_, row) => {
      const sinceMs = batch.timestampsMs[row] - startMs;
      return `${registry.labels(batch.seriesIds[row])} ${sinceMs} ${batch.values[row]}`;
    });
  const refuse = (fault: Fault): void => {
    answer = fault;
  };
  return { clock, telemetry, registry, batches, series, rows, refuse };
}

test('every instrument is a series of the job, with the labels that it has, escaped ones too', async () => {
  const { clock, telemetry, series, batches, rows } = setUp();
  telemetry.gauge('g', 'G.', { what: 'a"b\\c\nd', x: 'k="v",l="w"' }).set(7);
  telemetry.counter('c_total', 'C.').add(3);
  clock.advance(1000);
  await series.store();
  expect(rows(batches[0])).toEqual([
    expect.stringMatching(/statbar_self_omitted_total.* 0 0$/),
    expect.stringMatching(/statbar_self_omitted_total.* 1000 0$/),
    expect.stringMatching(/statbar_self_unstored_total.* 0 0$/),
    expect.stringMatching(/statbar_self_unstored_total.* 1000 0$/),
    expect.stringMatching(/g\{.* 1000 7$/),
    expect.stringMatching(/c_total\{instance="a:1", ?job="statbar"\} 0 0$/),
    expect.stringMatching(/c_total\{instance="a:1", ?job="statbar"\} 1000 3$/),
  ]);
});

test('labels come back as they were', async () => {
  const { clock, telemetry, registry, series, batches } = setUp();
  const labels = { what: 'a"b\\c\nd', x: 'k="v",l="w"', y: '' };
  telemetry.gauge('g', 'G.', labels).set(7);
  clock.advance(1000);
  await series.store();
  const [{ seriesIds, count }] = batches;
  const found = Array.from({ length: count }, (_, row) => registry.labels(seriesIds[row])).find(
    (each) => each.metricName === 'g',
  );
  expect([found?.get('what'), found?.get('x')]).toEqual([labels.what, labels.x]);
});

test('a counter that is new begins at 0, at the reading before, once', async () => {
  const { clock, telemetry, series, batches, rows } = setUp();
  series.start();
  clock.advance(15_000);
  await series.store();
  telemetry.counter('late_total', 'L.', { reason: 'r' }).add(5);
  clock.advance(15_000);
  await series.store();
  clock.advance(15_000);
  await series.store();
  const late = batches.map((batch) => rows(batch).filter((row) => row.includes('late_total')));
  expect(late.flat().map((row) => row.slice(row.indexOf('} ') + 2))).toEqual([
    '15000 0',
    '30000 5',
    '45000 5',
  ]);
  await series.stop();
});

test('a distribution is a classic histogram', async () => {
  const { clock, telemetry, series, batches, rows } = setUp();
  const seconds = telemetry.distribution('d_seconds', 'D.', [0.1, 1], { door: 'x' });
  for (const value of [0.05, 0.5, 5]) seconds.observe(value);
  clock.advance(1000);
  await series.store();
  const now = rows(batches[0]).filter((row) => row.includes('d_seconds') && row.includes(' 1000 '));
  expect(now.map((row) => row.slice(row.lastIndexOf(' ') + 1))).toEqual(['1', '2', '3', '5.55', '3']);
  expect(now.filter((row) => /le="(?:0\.1|1|\+Inf)"/.test(row))).toHaveLength(3);
  expect(batches[0].metadata).toContainEqual({
    metricName: 'd_seconds',
    type: 'histogram',
    unit: '',
    help: 'D.',
  });
});

test('what is over the limit is left out and counted; what was stored goes on', async () => {
  const { clock, telemetry, registry, series } = setUp({ seriesMax: 3 });
  for (const x of ['1', '2', '3']) telemetry.gauge('g', 'G.', { x }).set(1);
  clock.advance(1000);
  await series.store();
  clock.advance(1000);
  await series.store();
  expect(registry.size).toBe(3);
  expect(telemetry.snapshot()['statbar_self_omitted_total']).toBe(4);
});

test('a reading that the store refuses is counted, and the next one is made', async () => {
  const { clock, telemetry, series, batches, refuse } = setUp();
  refuse(permanent('invalid', 'no'));
  series.start();
  clock.advance(15_000);
  await series.store();
  clock.advance(15_000);
  await series.stop();
  expect(telemetry.snapshot()['statbar_self_unstored_total']).toBe(2);
  expect(batches).toHaveLength(2);
});

test('series that the registry has removed are made again, and do not begin at 0 again', async () => {
  const { clock, telemetry, registry, series, batches, rows } = setUp();
  telemetry.counter('c_total', 'C.').add(3);
  clock.advance(1000);
  await series.store();
  registry.remove(
    [...batches[0].seriesIds.slice(0, batches[0].count)].filter((id, i, all) => all.indexOf(id) === i),
  );
  clock.advance(1000);
  await series.store();
  expect(rows(batches[1]).filter((row) => row.startsWith('c_total'))).toEqual([
    expect.stringMatching(/ 2000 3$/),
  ]);
});

test('a tenant has its own instruments, and the main one those of the process, too', async () => {
  const all = ['', 'reason="r"', 'tenant="a"', 'tenant="a",reason="r"', 'tenant="b"'];
  const shown = (tenant: string, isMain: boolean) => all.map(instrumentsOf(tenant, isMain));
  expect(shown('a', true)).toEqual(['', 'reason="r"', '', 'reason="r"', undefined]);
  expect(shown('b', false)).toEqual([undefined, undefined, undefined, undefined, '']);
});
