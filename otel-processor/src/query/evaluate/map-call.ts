import type { CallContext, Implementation } from '../functions/function-entry.ts';
import { unwrapped } from '../syntax/index.ts';
import { ABSENT, FLOAT, HISTOGRAM, type RowSink } from './row.ts';

/** Evaluates a function of single samples: the first argument is the vector, scalars come after it. */
export async function produceMapCall(
  context: CallContext,
  implementation: Extract<Implementation, { kind: 'map' }>,
  sink: RowSink,
): Promise<void> {
  const { call, evaluator, steps } = context;
  const scalars: Array<Float64Array | undefined> = [];
  const vectorAt = vectorPosition(context);
  for (let i = 0; i < call.args.length; i++) {
    scalars.push(i === vectorAt ? undefined : await evaluator.scalar(call.args[i], steps));
  }
  const map = implementation.create(context, scalars);
  await evaluator.produce(call.args[vectorAt], steps, (row) => {
    row.dropName = true;
    const { values, presence, histograms } = row;
    let any = false;
    for (let step = 0; step < presence.length; step++) {
      const kind = presence[step];
      if (kind === ABSENT) continue;
      let result: ReturnType<NonNullable<typeof map.histogram>>;
      if (kind === FLOAT) result = map.float?.(values[step], step);
      else result = map.histogram?.(histograms![step]!, step);
      if (result === undefined) {
        presence[step] = ABSENT;
        continue;
      }
      any = true;
      if (typeof result === 'number') {
        values[step] = result;
        presence[step] = FLOAT;
      } else {
        row.histograms![step] = result;
        presence[step] = HISTOGRAM;
      }
    }
    if (any) sink(row);
  });
}

function vectorPosition(context: CallContext): number {
  // histogram_fraction(lower, upper, vector) has its vector last; everything else has it first.
  const { args } = context.call;
  const first = unwrapped(args[0]);
  return args.length === 3 && context.call.name === 'histogram_fraction' && first.kind !== 'vectorSelector'
    ? 2
    : 0;
}
