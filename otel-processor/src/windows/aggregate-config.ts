import { z } from 'zod';
import { countField, durationField } from '../base/index.ts';

const attribute = (description: string) => z.string().min(1).describe(description);
const of = attribute('The attribute whose values are aggregated.');
const numeric = (description: string) => z.strictObject({ of }).optional().describe(description);

/** `aggregate` of a view. */
export const aggregateSchema = z.strictObject({
  count: z
    .strictObject({ of: of.optional() })
    .optional()
    .describe('Number of events, or with `of` of those that have a number there.'),
  rate: z
    .strictObject({})
    .optional()
    .describe('Events per second over the window; of a metric, what its counters rose by per second.'),
  increase: z
    .strictObject({})
    .optional()
    .describe('What the counters of a metric rose by over the window, resets included.'),
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
  retention: z
    .strictObject({
      of: attribute('The attribute that tells users apart.'),
      every: durationField('1d', 'Length of a period. The window is 2 to 30 of them, its slide whole ones.'),
      users: countField(4096, 'Users kept per key and slice; of more, a uniform sample.', 16).pipe(
        z.number().max(1_000_000, 'expected at most 1000000'),
      ),
    })
    .optional()
    .describe('Share of users seen again 1, 2, ... periods after the first one in the window.'),
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

/** `window` of a view. */
export const windowSchema = z.strictObject({
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
