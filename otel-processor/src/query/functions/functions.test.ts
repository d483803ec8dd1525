import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFault } from '../../base/index.ts';
import { formatExpression, parseExpressionJson } from '../describe.ts';
import { quantile } from '../evaluate/quantile.ts';
import { RangeWindow } from '../evaluate/range-window.ts';
import { createTestEngine, printResult } from '../testing/setup.ts';
import { classicFraction, classicQuantile } from './classic-histogram.ts';
import { functions } from './index.ts';
import { compareNaturally } from './natural-order.ts';
import { averageOf } from './over-time-mean.ts';
import { SortedWindow } from './over-time-quantile.ts';

describe('the registry', () => {
  test('describes every function and gives it arguments that fit its count', () => {
    for (const [name, entry] of functions) {
      expect(entry.name).toBe(name);
      expect(entry.doc, name).toMatch(/\.$/);
      expect(Math.abs(entry.variadic), name).toBeLessThanOrEqual(entry.args.length);
    }
  });

  test('has every stable function of Prometheus 3', () => {
    const stable =
      'abs absent absent_over_time acos acosh asin asinh atan atanh avg_over_time ceil changes clamp clamp_max clamp_min ' +
      'cos cosh count_over_time day_of_month day_of_week day_of_year days_in_month deg delta deriv exp floor histogram_avg ' +
      'histogram_count histogram_fraction histogram_quantile histogram_stddev histogram_stdvar histogram_sum hour idelta ' +
      'increase irate label_join label_replace last_over_time ln log10 log2 max_over_time min_over_time minute month pi ' +
      'predict_linear present_over_time quantile_over_time rad rate resets round scalar sgn sin sinh sort sort_desc sqrt ' +
      'stddev_over_time stdvar_over_time sum_over_time tan tanh time timestamp vector year';
    for (const name of stable.split(' ')) expect([...functions.keys()], name).toContain(name);
  });
});

describe('label_replace', () => {
  const { engine } = createTestEngine('load 1m\n  m{src="one-two"} 1');
  const braced = (group: string): string => ['$', '{', group, '}'].join('');
  test.each([
    ['$1', 'one'],
    [`${braced('2')}-$1`, 'two-one'],
    ['$$1', '$1'],
    ['$1x', ''],
    [braced('name'), 'two'],
    ['$9', ''],
    ['$', '$'],
  ])('expands %s to %s', async (template, value) => {
    const result = await engine.instant(
      `label_replace(m, "dst", "${template}", "src", "(.*)-(?P<name>.*)")`,
      { timeMs: 0 },
    );
    const dst = value === '' ? '' : `dst=${JSON.stringify(value)}, `;
    expect(printResult(result)).toEqual([`m{${dst}src="one-two"} 1`]);
  });

  test('leaves what does not match in whole alone', async () => {
    const result = await engine.instant('label_replace(m, "dst", "x", "src", "one")', { timeMs: 0 });
    expect(printResult(result)).toEqual(['m{src="one-two"} 1']);
  });
});

test('natural order compares runs of digits as numbers and is a total order', () => {
  expect(['a10', 'a2', 'b1', 'a', 'a02'].sort(compareNaturally)).toEqual(['a', 'a02', 'a2', 'a10', 'b1']);
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '0', '1', '9'), maxLength: 6 });
  fc.assert(
    fc.property(text, text, text, (a, b, c) => {
      expect(Math.sign(compareNaturally(a, b)) + Math.sign(compareNaturally(b, a))).toBe(0);
      expect(compareNaturally(a, b) === 0).toBe(a === b);
      if (compareNaturally(a, b) <= 0 && compareNaturally(b, c) <= 0)
        expect(compareNaturally(a, c)).toBeLessThanOrEqual(0);
    }),
  );
});

describe('classic histograms', () => {
  const buckets = fc.array(fc.nat(50), { minLength: 3, maxLength: 8 }).map((counts) => {
    let count = 0;
    return counts.map((more, i) => {
      count += more;
      return { upper: i === counts.length - 1 ? Number.POSITIVE_INFINITY : i + 1, count };
    });
  });
  const copy = (list: Array<{ upper: number; count: number }>) => list.map((bucket) => ({ ...bucket }));

  test('quantiles rise with phi and stay inside the finite buckets', () => {
    fc.assert(
      fc.property(
        buckets,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (list, a, b) => {
          // The quantile 0 of an empty first bucket is 0 / 0, as in Prometheus.
          fc.pre(list.at(-1)!.count > 0 && Math.min(a, b) > 0);
          const low = classicQuantile(Math.min(a, b), copy(list)).value;
          const high = classicQuantile(Math.max(a, b), copy(list)).value;
          expect(low).toBeLessThanOrEqual(high + 1e-9);
          expect(high).toBeLessThanOrEqual(list.at(-2)!.upper);
        },
      ),
    );
  });

  test('do not depend on the order of buckets', () => {
    fc.assert(
      fc.property(buckets, fc.double({ min: 0, max: 1, noNaN: true }), (list, phi) => {
        expect(classicQuantile(phi, copy(list).reverse()).value).toEqual(
          classicQuantile(phi, copy(list)).value,
        );
      }),
    );
  });

  test('counts that go down are raised, which is told; rounding errors are not', () => {
    const list = [
      { upper: 1, count: 10 },
      { upper: 2, count: 8 },
      { upper: Number.POSITIVE_INFINITY, count: 12 },
    ];
    expect(classicQuantile(0.5, copy(list)).forced).toEqual({ lowest: 2, highest: 2, largest: 2 });
    list[1].count = 10 - 1e-13;
    expect(classicQuantile(0.5, copy(list)).forced).toBeUndefined();
  });

  test('without a bucket +Inf there is no quantile', () => {
    expect(classicQuantile(0.5, [{ upper: 1, count: 1 }]).value).toBeNaN();
    expect(classicFraction(0, 1, [{ upper: 1, count: 1 }])).toBeNaN();
  });
});

test('a mean of large values does not overflow', () => {
  const values = Float64Array.of(1.7e308, 1.7e308, 1.7e308);
  expect(averageOf(values, 0, 3)).toBeCloseTo(1.7e308, -295);
  expect(averageOf(Float64Array.of(Number.POSITIVE_INFINITY, 1), 0, 2)).toBe(Number.POSITIVE_INFINITY);
  expect(averageOf(Float64Array.of(1e100, 1, -1e100), 0, 3)).toBeCloseTo(1 / 3, 12);
});

describe('descriptions of expressions', () => {
  test('long ones are laid out over lines', () => {
    const text =
      'sum by (job) (rate(http_requests_total{code=~"5.."}[5m])) / sum by (job) (rate(http_requests_total[5m])) > 0.5';
    expect(formatExpression(text)).toBe(
      [
        '    sum by (job) (rate(http_requests_total{code=~"5.."}[5m]))',
        '  /',
        '    sum by (job) (rate(http_requests_total[5m]))',
        '>',
        '  0.5',
      ].join('\n'),
    );
  });

  test("the tree is in Prometheus's shape", () => {
    expect(parseExpressionJson('rate(x{a!="b"}[5m] offset 1m)')).toEqual({
      type: 'call',
      func: { name: 'rate', argTypes: ['matrix'], variadic: 0, returnType: 'vector' },
      args: [
        {
          type: 'matrixSelector',
          name: 'x',
          range: 300_000,
          offset: 60_000,
          matchers: [
            { name: 'a', value: 'b', type: '!=' },
            { name: '__name__', value: 'x', type: '=' },
          ],
          timestamp: null,
          startOrEnd: null,
          anchored: false,
          smoothed: false,
        },
      ],
    });
  });

  test('mistakes are faults', () => {
    expect(isFault(formatExpression('sum('))).toBe(true);
    expect(isFault(parseExpressionJson('sum('))).toBe(true);
  });
});

test('a sliding quantile is the quantile of each window sorted anew', () => {
  const value = fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: -5, max: 5 }) },
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0),
  );
  const moves = fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 20 });
  fc.assert(
    fc.property(
      fc.array(value, { maxLength: 60 }),
      moves,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (list, steps, phi) => {
        const window = new RangeWindow();
        window.series.values = Float64Array.from(list);
        const sliding = new SortedWindow();
        for (const [forth, behind] of steps) {
          window.to = Math.min(list.length, window.to + forth);
          window.from = Math.min(window.to, window.from + behind);
          sliding.follow(window);
          expect(sliding.quantile(phi)).toEqual(
            quantile(phi, window.series.values.slice(window.from, window.to)),
          );
        }
      },
    ),
  );
});

test.each(['min', 'max'] as const)(
  'a sliding %s is that of each window looked through anew',
  async (which) => {
    const value = fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: -5, max: 5 }).map(String) },
      fc.constant('NaN'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(value, { minLength: 1, maxLength: 30 }),
        fc.constantFrom('1m', '3m', '10m'),
        async (list, range) => {
          const { engine } = createTestEngine(`load 1m\n  m ${list.join(' ')}`);
          const query = { fromMs: 0, toMs: 1_800_000, stepMs: 60_000 };
          const sliding = await engine.range(`${which}_over_time(m[${range}])`, query);
          // A window of its own for every step.
          const anew = new Map<number, number>();
          const widthMs = Number.parseInt(range, 10) * 60_000;
          for (let timeMs = 0; timeMs <= query.toMs; timeMs += query.stepMs) {
            const inside = list
              .map(Number)
              .filter((_, i) => i * 60_000 > timeMs - widthMs && i * 60_000 <= timeMs);
            if (inside.length === 0) continue;
            const real = inside.filter((one) => !Number.isNaN(one));
            anew.set(
              timeMs,
              real.length === 0 ? Number.NaN : which === 'min' ? Math.min(...real) : Math.max(...real),
            );
          }
          const text = [...anew].map(([timeMs, one]) => `${one}@${timeMs}`).join(' ');
          expect(printResult(sliding)).toEqual([`{} ${text}`]);
        },
      ),
      { numRuns: 50 },
    );
  },
);
