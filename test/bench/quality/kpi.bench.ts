import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { detectorMethods } from '../../../otel-processor/src/detect/index.ts';
import { ownCpuSeconds } from '../harness.ts';
import { printTable, publish, single } from '../report.ts';
import { dataFolder } from './data.ts';
import { byMethod, trivialWays, type Way } from './detect-all.ts';
import { type KpiSeries, kpiScore } from './kpi-score.ts';

/** KPIs of real services at one-minute steps; judged on the second half of each. */
interface Kpi {
  readonly name: string;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  readonly labels: Uint8Array;
  readonly stepMs: number;
}

function readKpi(folder: string, name: string): Kpi {
  const lines = gunzipSync(readFileSync(join(folder, name)))
    .toString('utf8')
    .trim()
    .split('\n')
    .slice(1);
  const timestampsMs = new Float64Array(lines.length);
  const values = new Float64Array(lines.length);
  const labels = new Uint8Array(lines.length);
  lines.forEach((line, i) => {
    const [time, value, label] = line.split(',');
    timestampsMs[i] = Number(time) * 1000;
    values[i] = Number(value);
    labels[i] = Number(label);
  });
  return { name, timestampsMs, values, labels, stepMs: timestampsMs[1] - timestampsMs[0] };
}

function secondHalf(kpi: Kpi, scores: Float64Array): KpiSeries {
  const from = Math.floor(scores.length / 2);
  return { labels: kpi.labels.slice(from), scores: scores.slice(from), stepMs: kpi.stepMs };
}

const shown = (value: number): string => value.toFixed(3);

const folder = dataFolder('kpi');
if (folder !== undefined) {
  const kpis = readdirSync(folder)
    .filter((name) => name.endsWith('.csv.gz'))
    .sort()
    .map((name) => readKpi(folder, name));
  const rows = kpis.reduce((sum, { values }) => sum + values.length, 0);
  const judge = (way: Way) => {
    const start = ownCpuSeconds();
    const series = kpis.map((kpi) => secondHalf(kpi, way(kpi.timestampsMs, kpi.values, 0).scores));
    return { series, cpuUs: (1e6 * (ownCpuSeconds() - start)) / rows };
  };
  const ways = [
    ...trivialWays,
    ...detectorMethods.toReversed().map((method) => [method.name, byMethod(method)] as const),
  ];
  const results = ways.map(([name, way]) => {
    const { series, cpuUs } = judge(way);
    return { name, series, cpuUs, ...kpiScore(series) };
  });
  printTable(
    `${kpis.length} KPIs, the second half of each: ${rows} rows seen`,
    [
      '',
      'delay F1',
      'precision',
      'recall',
      'at',
      'notification F1',
      'precision',
      'recall',
      'at',
      'us CPU a row',
    ],
    results.map(({ name, delay, event, cpuUs }) => [
      name,
      ...[delay, event].flatMap((each) => [each.f1, each.precision, each.recall, each.threshold].map(shown)),
      cpuUs.toFixed(2),
    ]),
  );
  const ours = results[results.length - 1];
  printTable(
    'KPI by KPI, each at its own best threshold: how much of the loss is one threshold for all',
    ['KPI', 'delay F1', 'at', 'notification F1', 'at'],
    ours.series.map((series, i) => {
      const { delay, event } = kpiScore([series]);
      return [kpis[i].name, ...[delay.f1, delay.threshold, event.f1, event.threshold].map(shown)];
    }),
  );
  publish('kpi', [
    single('kpi/delay-f1', 'KPI set, second half, delay F1', '', ours.delay.f1),
    single('kpi/event-f1', 'KPI set, second half, notification F1', '', ours.event.f1),
    single('kpi/cpu', 'one observation', 'us CPU', ours.cpuUs),
  ]);
}
