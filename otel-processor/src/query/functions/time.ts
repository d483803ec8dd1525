import { LabelSet } from '../../model/index.ts';
import { ABSENT, createRow, FLOAT, HISTOGRAM, type RowSink } from '../evaluate/row.ts';
import { produceInstantSelector } from '../evaluate/select.ts';
import { endOf, type Steps } from '../evaluate/steps.ts';
import { unwrapped } from '../syntax/index.ts';
import type { CallContext, FunctionEntry } from './function-entry.ts';

function perStep(steps: Steps, value: (timeMs: number) => number): Float64Array {
  const values = new Float64Array(steps.count);
  for (let i = 0; i < values.length; i++) values[i] = value(steps.startMs + i * steps.stepMs);
  return values;
}

function calendar(name: string, doc: string, part: (date: Date) => number): FunctionEntry {
  const ofSeconds = (seconds: number): number => {
    const whole = Math.trunc(seconds);
    return part(new Date(whole * 1000));
  };
  return {
    name,
    args: ['vector'],
    variadic: 1,
    returns: 'vector',
    readsTime: true,
    doc: `${doc} of the values as seconds since the epoch, UTC; of the evaluation time without an argument.`,
    implementation: {
      kind: 'vector',
      async evaluate({ call, evaluator, steps }, sink) {
        if (call.args.length === 0) {
          const row = createRow(LabelSet.empty, steps.count);
          row.values = perStep(steps, (timeMs) => ofSeconds(Math.trunc(timeMs / 1000)));
          row.presence.fill(FLOAT);
          sink(row);
          return;
        }
        await evaluator.produce(call.args[0], steps, (row) => {
          row.dropName = true;
          for (let i = 0; i < row.values.length; i++) {
            if (row.presence[i] === FLOAT) row.values[i] = ofSeconds(row.values[i]);
            else row.presence[i] = ABSENT;
          }
          sink(row);
        });
      },
    },
  };
}

const dayMs = 86_400_000;

async function evaluateTimestamp(context: CallContext, sink: RowSink): Promise<void> {
  const { call, evaluation, evaluator, steps } = context;
  const outer = call.args[0];
  const inner = unwrapped(outer);
  if (inner.kind === 'vectorSelector') {
    // Of a selector it is the sample's own time.
    await produceInstantSelector(
      evaluation,
      inner,
      steps,
      (row) => {
        row.dropName = true;
        sink(row);
      },
      'time',
    );
    return;
  }
  await evaluator.produce(outer, steps, (row) => {
    row.dropName = true;
    row.histograms = undefined;
    for (let i = 0; i < row.values.length; i++) {
      if (row.presence[i] === ABSENT) continue;
      row.values[i] = (steps.startMs + i * steps.stepMs) / 1000;
      if (row.presence[i] === HISTOGRAM) row.presence[i] = FLOAT;
    }
    sink(row);
  });
}

/** Known only of the samples of a selector, and only by stores that keep it. */
async function evaluateStartTimestamp(
  { call, evaluation, steps }: CallContext,
  sink: RowSink,
): Promise<void> {
  const inner = unwrapped(call.args[0]);
  if (inner.kind !== 'vectorSelector') return;
  await produceInstantSelector(
    evaluation,
    inner,
    steps,
    (row) => {
      row.dropName = true;
      sink(row);
    },
    'startTime',
  );
}

function queryScalar(name: string, doc: string, value: (steps: Steps) => number): FunctionEntry {
  return {
    name,
    args: [],
    variadic: 0,
    returns: 'scalar',
    experimental: true,
    readsTime: true,
    doc,
    implementation: {
      kind: 'scalar',
      evaluate: async ({ evaluation, steps }) => new Float64Array(steps.count).fill(value(evaluation.steps)),
    },
  };
}

function extreme(
  name: 'max_of' | 'min_of',
  doc: string,
  pick: (a: number, b: number) => number,
): FunctionEntry {
  return {
    name,
    args: ['scalar', 'scalar'],
    variadic: 0,
    returns: 'scalar',
    experimental: true,
    doc,
    implementation: {
      kind: 'scalar',
      async evaluate({ call, evaluator, steps }) {
        const left = await evaluator.scalar(call.args[0], steps);
        const right = await evaluator.scalar(call.args[1], steps);
        return left.map((value, i) => pick(value, right[i]));
      },
    },
  };
}

/** Functions of time, and scalars. */
export const timeFunctions: readonly FunctionEntry[] = [
  {
    name: 'time',
    args: [],
    variadic: 0,
    returns: 'scalar',
    readsTime: true,
    doc: 'The evaluation time in seconds since the epoch.',
    implementation: {
      kind: 'scalar',
      evaluate: async ({ steps }) => perStep(steps, (timeMs) => timeMs / 1000),
    },
  },
  {
    name: 'pi',
    args: [],
    variadic: 0,
    returns: 'scalar',
    doc: 'The circle number.',
    implementation: {
      kind: 'scalar',
      evaluate: async ({ steps }) => new Float64Array(steps.count).fill(Math.PI),
    },
  },
  {
    name: 'timestamp',
    args: ['vector'],
    variadic: 0,
    returns: 'vector',
    readsTime: true,
    doc: 'When the samples of a selector were taken, in seconds; of anything else the evaluation time.',
    implementation: { kind: 'vector', evaluate: evaluateTimestamp },
  },
  {
    name: 'start_timestamp',
    args: ['vector'],
    variadic: 0,
    returns: 'vector',
    experimental: true,
    doc: 'When the counters of a selector began, in seconds, where it is known.',
    implementation: { kind: 'vector', evaluate: evaluateStartTimestamp },
  },
  queryScalar('start', 'Start of the query in seconds since the epoch.', (steps) => steps.startMs / 1000),
  queryScalar('end', 'End of the query in seconds since the epoch.', (steps) => endOf(steps) / 1000),
  queryScalar('range', 'Length of the query in seconds.', (steps) => (endOf(steps) - steps.startMs) / 1000),
  queryScalar('step', 'Step of the query in seconds.', (steps) => steps.stepMs / 1000),
  extreme('max_of', 'The larger of two scalars.', Math.max),
  extreme('min_of', 'The smaller of two scalars.', Math.min),
  calendar('minute', 'Minute of the hour', (date) => date.getUTCMinutes()),
  calendar('hour', 'Hour of the day', (date) => date.getUTCHours()),
  calendar('day_of_week', 'Day of the week, Sunday 0,', (date) => date.getUTCDay()),
  calendar('day_of_month', 'Day of the month', (date) => date.getUTCDate()),
  calendar(
    'day_of_year',
    'Day of the year',
    (date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / dayMs) + 1,
  ),
  calendar('days_in_month', 'Number of days of the month', (date) =>
    new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate(),
  ),
  calendar('month', 'Month of the year', (date) => date.getUTCMonth() + 1),
  calendar('year', 'Year', (date) => date.getUTCFullYear()),
];
