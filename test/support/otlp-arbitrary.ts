import fc from 'fast-check';

/** Random OTLP requests in OTLP/JSON's shape: mostly valid, with every kind of invalid point among them. */
const keys = [
  'region',
  'http.method',
  'http_method',
  'http-method',
  '1st',
  'a b',
  'le',
  'service',
  'ключ1',
  'x..y',
];

const scalar = fc.oneof(
  { weight: 6, arbitrary: fc.string({ maxLength: 12 }).map((stringValue) => ({ stringValue })) },
  fc.string({ unit: 'grapheme', maxLength: 40 }).map((stringValue) => ({ stringValue })),
  fc.boolean().map((boolValue) => ({ boolValue })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => ({ intValue: String(value) })),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .filter((value) => !Object.is(value, -0))
    .map((doubleValue) => ({ doubleValue })),
  fc.constant({}),
);

const attributes = (max: number) =>
  fc.array(fc.record({ key: fc.constantFrom(...keys), value: scalar }), { maxLength: max });

const timeNs = fc.oneof(
  { weight: 12, arbitrary: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String) },
  fc.constant('1544712660300000000'),
  fc.constant('0'),
);

const flags = fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, fc.constant(1));
const header = { attributes: attributes(5), startTimeUnixNano: timeNs, timeUnixNano: timeNs, flags };
const finite = fc.double({ noNaN: true }).filter((value) => !Object.is(value, -0));

const numberPoint = fc.oneof(
  fc.record({ ...header, asDouble: finite }),
  fc.record({ ...header, asInt: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String) }),
  fc.record(header),
);

const someCounts = fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 8 });
const total = (counts: readonly number[]) => counts.reduce((sum, each) => sum + each, 0);

const histogramPoint = fc
  .tuple(
    fc.record(header),
    someCounts,
    fc.uniqueArray(fc.integer({ min: -50, max: 1e6 }), { maxLength: 7 }),
    fc.option(finite),
    fc.nat({ max: 9 }),
  )
  .map(([common, counts, bounds, sum, luck]) => {
    const fitting = counts.slice(0, bounds.length + 1);
    const sorted = bounds.slice(0, fitting.length - 1).sort((a, b) => a - b);
    // Without bounds, what a staleness marker covers depends on the points before it; that has a test of its own.
    return {
      ...common,
      flags: sorted.length === 0 ? 0 : common.flags,
      count: String(total(fitting) + (luck === 0 ? 1 : 0)),
      bucketCounts: fitting.map(String),
      explicitBounds: luck === 1 ? sorted.reverse() : sorted,
      ...(sum === null ? {} : { sum }),
    };
  });

const buckets = fc.record({
  offset: fc.integer({ min: -300, max: 300 }),
  bucketCounts: someCounts.map((counts) => counts.map(String)),
});

const exponentialPoint = fc
  .tuple(
    fc.record(header),
    buckets,
    buckets,
    fc.nat({ max: 5 }),
    fc.integer({ min: -3, max: 20 }),
    finite,
    fc.nat({ max: 9 }),
  )
  .map(([common, positive, negative, zeroCount, scale, sum, luck]) => {
    // At negative scales only few indexes are within the range of doubles.
    const near = (side: typeof positive) => ({ ...side, offset: scale < 0 ? side.offset % 16 : side.offset });
    const count =
      total([...positive.bucketCounts, ...negative.bucketCounts].map(Number)) +
      zeroCount +
      (luck === 0 ? 1 : 0);
    return {
      ...common,
      positive: near(positive),
      negative: near(negative),
      zeroCount: String(zeroCount),
      scale,
      sum,
      count: String(count),
    };
  });

const summaryPoint = fc
  .tuple(
    fc.record(header),
    fc.uniqueArray(
      fc.double({ min: 0, max: 1, noNaN: true }).filter((q) => q === 0 || q > 1e-6),
      { maxLength: 4 },
    ),
    finite,
    fc.boolean(),
  )
  .map(([common, quantiles, sum, inOrder]) => ({
    ...common,
    count: '7',
    sum,
    quantileValues: (inOrder ? quantiles.sort((a, b) => a - b) : quantiles).map((quantile, i) => ({
      quantile,
      value: i * 1.5,
    })),
  }));

const temporality = fc.oneof(
  { weight: 4, arbitrary: fc.constant(2) },
  { weight: 2, arbitrary: fc.constant(1) },
  fc.constant(0),
);
const points = <T>(point: fc.Arbitrary<T>) => fc.array(point, { maxLength: 4 });

const data = fc.oneof(
  fc.record({ gauge: fc.record({ dataPoints: points(numberPoint) }) }),
  fc.record({
    sum: fc.record({
      dataPoints: points(numberPoint),
      aggregationTemporality: temporality,
      isMonotonic: fc.boolean(),
    }),
  }),
  fc.record({
    histogram: fc.record({ dataPoints: points(histogramPoint), aggregationTemporality: temporality }),
  }),
  fc.record({
    exponentialHistogram: fc.record({
      dataPoints: points(exponentialPoint),
      aggregationTemporality: temporality,
    }),
  }),
  fc.record({ summary: fc.record({ dataPoints: points(summaryPoint) }) }),
  fc.constant({}),
);

const metric = fc
  .tuple(
    fc.constantFrom(
      'http.server.duration',
      'requests_total',
      '2xx',
      'memory usage',
      'ratio',
      '',
      'seconds.of',
    ),
    fc.constantFrom('', '1', 's', 'ms', 'By', '{request}', '%'),
    data,
  )
  .map(([name, unit, kind]) => ({ name, unit, description: 'd', ...kind }));

const resourceAttributes = fc
  .tuple(
    fc.subarray(['service.name', 'service.namespace', 'service.instance.id', 'host.name']),
    fc.constantFrom('a', 'b'),
  )
  .map(([names, value]) => names.map((key) => ({ key, value: { stringValue: `${key[0]}${value}` } })));

const scopeMetrics = fc.record({
  scope: fc.record({
    name: fc.constantFrom('', 'lib', 'other'),
    version: fc.constantFrom('', '1.0'),
    attributes: attributes(2),
  }),
  schemaUrl: fc.constantFrom('', 'https://example.org/schema'),
  metrics: fc.array(metric, { maxLength: 4 }),
});

export const otlpRequest = fc.record({
  resourceMetrics: fc.array(
    fc.record({
      resource: fc.record({ attributes: resourceAttributes }),
      scopeMetrics: fc.array(scopeMetrics, { maxLength: 3 }),
    }),
    { maxLength: 3 },
  ),
});
