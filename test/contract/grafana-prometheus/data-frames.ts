// Answers of Prometheus's HTTP API as Grafana's data frames, in the JSON notation in which its server sends them.

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [number, string];
type Bucket = readonly [number, string, string, string];
type HistogramSample = readonly [number, { readonly buckets?: readonly Bucket[] }];

interface Series {
  readonly metric: Labels;
  readonly value?: Sample;
  readonly values?: readonly Sample[];
  readonly histogram?: HistogramSample;
  readonly histograms?: readonly HistogramSample[];
}

export interface ApiBody {
  readonly status: string;
  readonly error?: string;
  readonly errorType?: string;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
  readonly data?: { readonly resultType: string; readonly result: readonly Series[] | Sample };
}

export interface ExemplarSeries {
  readonly seriesLabels: Labels;
  readonly exemplars: ReadonlyArray<{
    readonly labels: Labels;
    readonly value: string;
    readonly timestamp: number;
  }>;
}

interface Field {
  readonly name: string;
  readonly type: 'time' | 'number' | 'string';
  readonly labels?: Labels;
  readonly values: ReadonlyArray<number | string>;
}

/** Frames of an instant or range query: one a series, or one with its buckets where it is of native histograms. */
export function resultFrames(refId: string, expression: string, stepMs: number, body: ApiBody): unknown[] {
  if (body.data === undefined) return [];
  const { resultType, result } = body.data;
  const notices = [
    ...(body.warnings ?? []).map((text) => ({ severity: 'warning', text })),
    ...(body.infos ?? []).map((text) => ({ severity: 'info', text })),
  ];
  const meta = {
    type: 'timeseries-multi',
    custom: { resultType },
    executedQueryString: `Expr: ${expression}\nStep: ${stepMs / 1000}s`,
    ...(notices.length === 0 ? {} : { notices }),
  };
  if (resultType === 'scalar') return [frame(refId, meta, valueFields({}, [result as Sample]))];
  return (result as readonly Series[]).map((series) => {
    const histograms = series.histograms ?? (series.histogram === undefined ? [] : [series.histogram]);
    if (histograms.length > 0) {
      const cells = cellFields(series.metric, histograms, stepMs);
      return frame(refId, { ...meta, type: 'heatmap-cells' }, cells);
    }
    const samples = series.values ?? (series.value === undefined ? [] : [series.value]);
    return frame(refId, meta, valueFields(series.metric, samples));
  });
}

/** One frame with a row per exemplar; labels of the exemplar and of its series are columns. */
export function exemplarFrames(refId: string, found: readonly ExemplarSeries[]): unknown[] {
  const rows = found.flatMap(({ seriesLabels, exemplars }) =>
    exemplars.map(({ labels, value, timestamp }) => ({
      timeMs: timestamp * 1000,
      value: Number(value),
      labels: { ...seriesLabels, ...labels } as Labels,
    })),
  );
  if (rows.length === 0) return [];
  const names = [...new Set(rows.flatMap(({ labels }) => Object.keys(labels)))].sort();
  return [
    frame(refId, { custom: { resultType: 'exemplar' } }, [
      { name: 'Time', type: 'time', values: rows.map(({ timeMs }) => timeMs) },
      { name: 'Value', type: 'number', values: rows.map(({ value }) => value) },
      ...names.map((name) => ({
        name,
        type: 'string' as const,
        values: rows.map(({ labels }) => labels[name] ?? ''),
      })),
    ]),
  ];
}

function valueFields(labels: Labels, samples: readonly Sample[]): Field[] {
  return [
    { name: 'Time', type: 'time', values: samples.map(([time]) => time * 1000) },
    {
      name: labels['__name__'] ?? 'Value',
      type: 'number',
      labels,
      values: samples.map(([, text]) => Number(text.replace('Inf', 'Infinity'))),
    },
  ];
}

function cellFields(labels: Labels, histograms: readonly HistogramSample[], stepMs: number): Field[] {
  const cells = histograms.flatMap(([time, { buckets = [] }]) =>
    buckets.map(([, low, high, count]) => ({ timeMs: time * 1000 + stepMs, low, high, count })),
  );
  return [
    { name: 'xMax', type: 'time', values: cells.map(({ timeMs }) => timeMs) },
    { name: 'yMin', type: 'number', labels, values: cells.map(({ low }) => Number(low)) },
    { name: 'yMax', type: 'number', labels, values: cells.map(({ high }) => Number(high)) },
    { name: 'count', type: 'number', labels, values: cells.map(({ count }) => Number(count)) },
  ];
}

/** JSON has no NaN and no infinities: they are named beside the values. */
function frame(refId: string, meta: Readonly<Record<string, unknown>>, fields: readonly Field[]): unknown {
  const rowsOf = (values: Field['values'], wanted: number): number[] =>
    values.flatMap((value, row) => (Object.is(value, wanted) ? [row] : []));
  const isSpecial = (value: number | string): boolean => typeof value === 'number' && !Number.isFinite(value);
  return {
    schema: {
      refId,
      meta,
      fields: fields.map(({ name, type, labels }) => ({
        name,
        type,
        config: {},
        ...(labels === undefined ? {} : { labels }),
      })),
    },
    data: {
      values: fields.map(({ values }) => values.map((value) => (isSpecial(value) ? null : value))),
      entities: fields.map(({ values }) => ({
        NaN: rowsOf(values, Number.NaN),
        Inf: rowsOf(values, Number.POSITIVE_INFINITY),
        NegInf: rowsOf(values, Number.NEGATIVE_INFINITY),
      })),
    },
  };
}
