import type { Exemplar, MetricMetadata, MetricType } from '../model/index.ts';
import type { IngestConfig } from './config.ts';
import { labelSetOf, readLabel } from './remote-labels.ts';
import type { WireReader } from './wire.ts';

/** MetricMetadata.MetricType (prompb/types.proto), by number. */
const metricTypes: readonly MetricType[] = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
];

/** OpenMetrics: label names and values of an exemplar together have at most this many characters. */
const EXEMPLAR_RUNES_MAX = 128;

/** MetricMetadata { type = 1, metric_family_name = 2, help = 4, unit = 5 }; undefined without a usable name. */
export function readMetadata(
  reader: WireReader,
  end: number,
  config: IngestConfig,
): MetricMetadata | undefined {
  let type: MetricType = 'unknown';
  let metricName = '';
  let help = '';
  let unit = '';
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x08) {
      reader.varint64(end);
      type = metricTypes[reader.lo] ?? 'unknown';
      continue;
    }
    if (tag !== 0x12 && tag !== 0x22 && tag !== 0x2a) {
      reader.skip(tag, end);
      continue;
    }
    const next = reader.lengthEnd(end);
    const text = reader.text(reader.pos, next) ?? '';
    reader.pos = next;
    if (tag === 0x12) metricName = text;
    else if (tag === 0x22) help = text.slice(0, config.label_value_length_max);
    else unit = text.slice(0, config.label_name_length_max);
  }
  if (metricName === '' || metricName.length > config.label_name_length_max) return undefined;
  return { metricName, type, unit, help };
}

/** Exemplar { labels = 1, value = 2, timestamp = 3 }, or the reason why it is dropped. */
export function readExemplar(reader: WireReader, end: number, seriesId: number): Exemplar | string {
  const pairs: string[] = [];
  let readable = true;
  let value = 0;
  let timestampMs = 0;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) readable = readLabel(reader, reader.lengthEnd(end), pairs) && readable;
    else if (tag === 0x11) value = reader.float64(end);
    else if (tag === 0x18) timestampMs = readInt64(reader, end);
    else reader.skip(tag, end);
  }
  if (!readable) return 'labels';
  if (Number.isNaN(value)) return 'no_value';
  if (!Number.isSafeInteger(timestampMs)) return 'timestamp';
  // A rune is one or two UTF-16 units: only what may just fit is worth counting exactly.
  const units = pairs.reduce((sum, text) => sum + text.length, 0);
  if (units > 2 * EXEMPLAR_RUNES_MAX) return 'too_long';
  const runes = pairs.reduce((sum, text) => sum + [...text].length, 0);
  if (runes > EXEMPLAR_RUNES_MAX) return 'too_long';
  return { seriesId, labels: labelSetOf(pairs), value, timestampMs };
}

/** A signed 64-bit varint; rounded beyond 2^53. */
export function readInt64(reader: WireReader, end: number): number {
  reader.varint64(end);
  return reader.hi * 0x1_0000_0000 + (reader.lo >>> 0);
}
