import type { Histogram, LabelSet } from '../../model/index.ts';
import type { QueryResult, QueryValue, RangeSeries } from '../../query/types.ts';
import { histogramJson } from './histogram-json.ts';
import { timeText, valueText } from './number-text.ts';

/** Text is handed on in pieces of about this many characters, so that a large result never stalls the event loop. */
const PIECE_LENGTH = 64 * 1024;

export interface ResultOptions {
  /** At most this many elements (series of a vector or matrix); 0 for all. */
  readonly limit: number;
  /** Adds `stats`. */
  readonly stats: boolean;
}

/** The success envelope around a query's result, piece by piece; stop asking and the rest is never written. */
export function* resultPieces(result: QueryResult, options: ResultOptions): Generator<string> {
  yield `{"status":"success","data":`;
  yield* dataPieces(result, options);
  const { value } = result;
  const cut = options.limit > 0 && elementCount(value) > options.limit;
  const warnings = cut ? [...result.warnings, 'results truncated due to limit'] : result.warnings;
  let tail = '';
  if (warnings.length > 0) tail += `,"warnings":${JSON.stringify(warnings)}`;
  if (result.infos.length > 0) tail += `,"infos":${JSON.stringify(result.infos)}`;
  yield `${tail}}`;
}

/** The `data` member alone. */
export function* dataPieces(result: QueryResult, options: ResultOptions): Generator<string> {
  const { value } = result;
  yield `{"resultType":"${value.type}","result":`;
  switch (value.type) {
    case 'scalar':
      yield `[${timeText(value.timestampMs)},"${valueText(value.value)}"]`;
      break;
    case 'string':
      yield `[${timeText(value.timestampMs)},${JSON.stringify(value.value)}]`;
      break;
    case 'vector':
      yield* arrayPieces(value.samples, options.limit, (sample) => {
        const time = timeText(sample.timestampMs);
        const shown =
          sample.histogram === undefined
            ? `"value":[${time},"${valueText(sample.value)}"]`
            : `"histogram":[${time},${histogramJson(sample.histogram)}]`;
        return `{"metric":${labelsJson(sample.labels)},${shown}}`;
      });
      break;
    case 'matrix':
      yield* arrayPieces(value.series, options.limit, seriesJson);
      break;
  }
  yield options.stats ? `,"stats":${statsJson(result)}}` : '}';
}

export function labelsJson(labels: LabelSet): string {
  const { pairs } = labels;
  let text = '{';
  for (let i = 0; i < pairs.length; i += 2) {
    text += `${i === 0 ? '' : ','}${JSON.stringify(pairs[i])}:${JSON.stringify(pairs[i + 1])}`;
  }
  return `${text}}`;
}

function elementCount(value: QueryValue): number {
  if (value.type === 'vector') return value.samples.length;
  return value.type === 'matrix' ? value.series.length : 1;
}

function* arrayPieces<Element>(
  elements: readonly Element[],
  limit: number,
  print: (element: Element) => string,
): Generator<string> {
  const end = limit > 0 ? Math.min(limit, elements.length) : elements.length;
  let piece = '[';
  for (let i = 0; i < end; i++) {
    if (i > 0) piece += ',';
    piece += print(elements[i]);
    if (piece.length >= PIECE_LENGTH) {
      yield piece;
      piece = '';
    }
  }
  yield `${piece}]`;
}

function seriesJson(series: RangeSeries): string {
  const { timestampsMs, values, histograms } = series;
  let floats = '';
  let shapes = '';
  for (let i = 0; i < timestampsMs.length; i++) {
    const histogram: Histogram | undefined = histograms?.get(i);
    const time = timeText(timestampsMs[i]);
    if (histogram === undefined) floats += `${floats === '' ? '' : ','}[${time},"${valueText(values[i])}"]`;
    else shapes += `${shapes === '' ? '' : ','}[${time},${histogramJson(histogram)}]`;
  }
  let text = `{"metric":${labelsJson(series.labels)}`;
  if (floats !== '' || shapes === '') text += `,"values":[${floats}]`;
  if (shapes !== '') text += `,"histograms":[${shapes}]`;
  return `${text}}`;
}

function statsJson({ statistics }: QueryResult): string {
  const seconds = statistics.evaluationMs / 1000;
  return JSON.stringify({
    timings: {
      evalTotalTime: seconds,
      resultSortTime: 0,
      queryPreparationTime: 0,
      innerEvalTime: seconds,
      execQueueTime: 0,
      execTotalTime: seconds,
    },
    samples: {
      totalQueryableSamples: statistics.samplesTotal,
      peakSamples: statistics.samplesPeak,
    },
  });
}
