import { z } from 'zod';
import { countField, durationField, sizeField } from '../base/index.ts';

const attribute = (description: string) => z.string().min(1).describe(description);
const of = attribute('The attribute whose values are aggregated.');
const numeric = (description: string) => z.strictObject({ of }).optional().describe(description);

const aggregateSchema = z.strictObject({
  count: z
    .strictObject({ of: of.optional() })
    .optional()
    .describe('Number of events, or with `of` of those that have a number there.'),
  rate: z.strictObject({}).optional().describe('Events per second over the window.'),
  sum: numeric('Sum.'),
  avg: numeric('Arithmetic mean.'),
  min: numeric('Smallest value.'),
  max: numeric('Largest value.'),
  first: numeric('Value at the earliest event time.'),
  last: numeric('Value at the latest event time.'),
  stddev: numeric('Standard deviation of the sample (divided by n - 1).'),
  quantiles: z
    .strictObject({
      of,
      at: z
        .array(z.number().min(0, 'expected at least 0').max(1, 'expected at most 1'))
        .min(1)
        .max(20)
        .default([0.5, 0.95, 0.99])
        .describe('Quantiles, from 0 to 1.'),
    })
    .optional()
    .describe('Quantiles from an exponential histogram: relative error at most 1.09 %.'),
  distinct: z
    .strictObject({
      of,
      precision: z
        .int('expected a whole number')
        .min(4)
        .max(18)
        .default(14)
        .describe(
          'Registers of the sketch, as a power of two: the standard error is 1.04 / sqrt(2^precision).',
        ),
    })
    .optional()
    .describe('Number of distinct values, by HyperLogLog: standard error 0.81 %.'),
  top: z
    .strictObject({
      of,
      k: countField(10, 'How many items are listed.', 1).pipe(z.number().max(1000, 'expected at most 1000')),
      by: z.string().min(1).default('count').describe('`count`, or the attribute whose sum ranks the items.'),
    })
    .optional()
    .describe('The heaviest items with a bound of their error.'),
  histogram: z
    .strictObject({
      of,
      bounds: z
        .array(z.number())
        .min(1)
        .max(200)
        .describe('Upper bounds of the buckets, ascending, inclusive.'),
    })
    .optional()
    .describe('Counts by bucket, cumulative, as a classic histogram has them.'),
  funnel: z
    .strictObject({
      within: durationField('1d', 'Longest time from the first step to the last.'),
    })
    .optional()
    .describe(
      'Visitors by step reached, the steps being the events in `from`, in order. Needs a session window.',
    ),
  compare: z
    .strictObject({
      variant: attribute('The attribute that names the variant.'),
      of: of.optional().describe('The attribute whose mean is compared: a number, or true and false.'),
      goal: z
        .string()
        .min(1)
        .optional()
        .describe('The event that counts as conversion of a visitor. Needs a session window.'),
      alpha: z
        .number()
        .gt(0, 'expected more than 0')
        .lt(1, 'expected less than 1')
        .default(0.05)
        .describe('Chance of a false alarm that the bounds allow for, however often one looks.'),
      effect: z
        .number()
        .gt(0, 'expected more than 0')
        .default(0.1)
        .describe('The difference worth finding, in the unit of the mean; chosen before the data is seen.'),
    })
    .optional()
    .describe(
      'Means or conversions by variant, with a sequential test that stays right when looked at all the time.',
    ),
});

const windowSchema = z.strictObject({
  tumbling: durationField('0s', 'Windows of this length, one after the other.'),
  sliding: durationField('0s', 'Windows of this length, one every `slide`.'),
  slide: durationField('0s', 'Distance of sliding windows.'),
  session: z
    .strictObject({
      gap: durationField('30m', 'A pause so long ends the session.'),
      key: attribute('The attribute that tells visitors apart.'),
      every: durationField(
        '1m',
        'Sessions are counted in windows of this length, by the time of their last event.',
      ),
    })
    .optional()
    .describe('A window per visitor that lasts as long as events come.'),
  lateness: durationField('0s', 'How long after its end a window still takes late events.'),
});

/** Slices that one window may have, and windows that may be open at once. */
export const SLICES_MAX = 4096;

/** One entry of `views`. */
export const viewConfigSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, 'expected a metric name: letters, digits, _ and :')
      .describe(
        'Name of the series that the results go to; further aggregates of one view add `:AGGREGATE`.',
      ),
    from: z
      .union(
        [z.string().min(1), z.array(z.string().min(1)).min(1).max(50)],
        'expected an event name or a list of them',
      )
      .optional()
      .describe('Event names, where * stands for any text.'),
    ratio: z
      .tuple([z.string(), z.string()], 'expected the names of two views')
      .optional()
      .describe('Instead of `from` and `aggregate`: the first view divided by the second, key by key.'),
    where: z
      .record(z.string(), z.string())
      .default({})
      .describe('Attributes that an event must have, with these values.'),
    by: z
      .array(z.string().min(1))
      .max(20)
      .default([])
      .describe('Attributes whose values make the keys: one series for each combination.'),
    window: windowSchema.prefault({}).describe('Which events belong together in time.'),
    aggregate: aggregateSchema.prefault({}).describe('What is computed, one entry per statistic.'),
    guarantee: z
      .enum(['fast', 'complete'])
      .default('fast')
      .describe(
        '`fast`: early results, corrected when late events come. `complete`: one result, when nothing can change it.',
      ),
    emit_every: durationField('250ms', 'How often early results and corrections are sent.'),
    out_of_orderness: durationField(
      '1s',
      'How much later than a younger event of its source an event is expected, at most.',
    ),
    idle_after: durationField('10s', 'A source without events for so long is not waited for.'),
    keys_max: countField(100_000, 'Keys (and open sessions) at once; further ones are counted together.', 1),
    size_max: sizeField('256MiB', 'State of the view above which no further keys are taken.'),
  })
  .superRefine((view, context) => {
    for (const { path, message } of viewProblems(view)) context.addIssue({ code: 'custom', path, message });
  });

export type ViewConfig = z.output<typeof viewConfigSchema>;

/** Section `views` of the configuration. */
export const viewsConfigSchema = z
  .array(viewConfigSchema)
  .max(1000, 'expected at most 1000 views')
  .superRefine((views, context) => {
    views.forEach((view, i) => {
      const earlier = views.findIndex(({ name }) => name === view.name);
      if (earlier < i)
        context.addIssue({
          code: 'custom',
          path: [i, 'name'],
          message: `there is already a view ${view.name}`,
        });
      for (const name of view.ratio ?? []) {
        if (views.some((other) => other.name === name && other.ratio === undefined)) continue;
        context.addIssue({
          code: 'custom',
          path: [i, 'ratio'],
          message: `there is no view ${name} to divide`,
        });
      }
    });
  })
  .describe('Continuous results over streams of events.');

/** What the checks below look at. */
interface ViewShape {
  readonly from?: string | readonly string[] | undefined;
  readonly ratio?: readonly string[] | undefined;
  readonly window: z.output<typeof windowSchema>;
  readonly aggregate: z.output<typeof aggregateSchema>;
  readonly emit_every: number;
}

interface Problem {
  readonly path: string[];
  readonly message: string;
}

/** What the types of single keys cannot say. */
function viewProblems(view: ViewShape): Problem[] {
  const { window, aggregate, from, ratio } = view;
  const problems: Problem[] = [];
  const wrong = (path: string[], message: string): void => {
    problems.push({ path, message });
  };
  const aggregates = Object.values(aggregate).filter((each) => each !== undefined).length;
  if (ratio !== undefined) {
    if (from !== undefined || aggregates > 0) wrong(['ratio'], 'a ratio has neither from nor aggregate');
    return problems;
  }
  if (from === undefined) wrong(['from'], 'expected an event name or a list of them');
  if (aggregates === 0) wrong(['aggregate'], 'expected at least one statistic, for example count: {}');
  problems.push(...windowProblems(view));
  if (aggregate.funnel !== undefined) {
    if (window.session === undefined)
      wrong(['aggregate', 'funnel'], 'needs window.session, which says who the visitors are');
    if (!Array.isArray(from) || from.length < 2)
      wrong(['from'], 'a funnel needs a list of at least two event names');
  }
  const { compare, histogram } = aggregate;
  if (compare !== undefined) {
    if ((compare.of === undefined) === (compare.goal === undefined)) {
      wrong(['aggregate', 'compare'], 'expected either of or goal');
    }
    if (compare.goal !== undefined && window.session === undefined) {
      wrong(['aggregate', 'compare', 'goal'], 'needs window.session, which says who the visitors are');
    }
  }
  if (histogram?.bounds.some((bound, i) => i > 0 && bound <= histogram.bounds[i - 1]) === true) {
    wrong(['aggregate', 'histogram', 'bounds'], 'expected ascending numbers');
  }
  return problems;
}

function windowProblems({ window, emit_every }: ViewShape): Problem[] {
  const { tumbling, sliding, slide, session, lateness } = window;
  const kinds = [tumbling > 0, sliding > 0, session !== undefined].filter((each) => each).length;
  if (kinds !== 1)
    return [{ path: ['window'], message: 'expected exactly one of tumbling, sliding and session' }];
  const problems: Problem[] = [];
  if (sliding > 0 && slide === 0)
    problems.push({ path: ['window', 'slide'], message: 'expected a duration, for example 10s' });
  if (slide > 0 && sliding === 0)
    problems.push({ path: ['window', 'slide'], message: 'belongs to sliding windows' });
  if (slide > sliding)
    problems.push({ path: ['window', 'slide'], message: 'expected at most the length of the window' });
  if (slide > 0 && (sliding + lateness) / slide > SLICES_MAX) {
    problems.push({
      path: ['window', 'slide'],
      message: `expected at least 1/${SLICES_MAX} of length and lateness together`,
    });
  }
  if (slide > 0 && sliding % slide !== 0) {
    problems.push({
      path: ['window', 'slide'],
      message: 'expected a whole part of the length, for example 10s of 1m',
    });
  }
  if (session !== undefined && (session.gap === 0 || session.every === 0)) {
    problems.push({ path: ['window', 'session'], message: 'expected gap and every to be longer than 0' });
  }
  if (emit_every === 0)
    problems.push({ path: ['emit_every'], message: 'expected a duration, for example 250ms' });
  return problems;
}
