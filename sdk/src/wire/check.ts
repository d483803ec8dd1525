import type { PrometheusAnswer, PrometheusError, PrometheusSuccess, QueryData } from './prometheus.ts';

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isPrometheusError(value: unknown): value is PrometheusError {
  return (
    isRecord(value) &&
    value['status'] === 'error' &&
    typeof value['errorType'] === 'string' &&
    typeof value['error'] === 'string'
  );
}

/** Checks the envelope, and `data` with `isData`. */
export function isPrometheusAnswer<Data>(
  value: unknown,
  isData: (data: unknown) => data is Data,
): value is PrometheusAnswer<Data> {
  if (isPrometheusError(value)) return true;
  return isRecord(value) && value['status'] === 'success' && isData(value['data']);
}

export function isPrometheusSuccess<Data>(answer: PrometheusAnswer<Data>): answer is PrometheusSuccess<Data> {
  return answer.status === 'success';
}

function isSamplePair(value: unknown): boolean {
  return (
    Array.isArray(value) && value.length === 2 && typeof value[0] === 'number' && typeof value[1] === 'string'
  );
}

function isLabels(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every((text) => typeof text === 'string');
}

/** Checks the result's type, and of each of its elements the outer shape. */
export function isQueryData(value: unknown): value is QueryData {
  if (!isRecord(value)) return false;
  const { resultType, result } = value;
  switch (resultType) {
    case 'scalar':
    case 'string':
      return isSamplePair(result);
    case 'vector':
      return (
        Array.isArray(result) &&
        result.every(
          (element) =>
            isRecord(element) &&
            isLabels(element['metric']) &&
            (isSamplePair(element['value']) || Array.isArray(element['histogram'])),
        )
      );
    case 'matrix':
      return (
        Array.isArray(result) &&
        result.every(
          (element) =>
            isRecord(element) &&
            isLabels(element['metric']) &&
            (Array.isArray(element['values']) || Array.isArray(element['histograms'])),
        )
      );
    default:
      return false;
  }
}

/** The number behind a sample's text. */
export function parseSampleValue(text: string): number {
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  return text === '' ? Number.NaN : Number(text);
}
