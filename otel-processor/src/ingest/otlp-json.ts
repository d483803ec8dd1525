import { writeAttributes } from './json-attributes.ts';
import {
  arrayField,
  asDouble,
  asObject,
  booleanField,
  doubleField,
  halves,
  hexBytes,
  integerField,
  type JsonObject,
  objectField,
  textField,
  toHalves,
} from './json-fields.ts';
import { parseJson } from './json-parse.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

/**
 * OTLP/JSON to the same message in protobuf, so that there is one place that says what a message means.
 * Unknown keys are ignored, as the specification asks. Throws `FaultError` for JSON that is not OTLP;
 * semantic faults (a point without a value) are left to the decoder, which blames only the point.
 */
export function transcodeJson(bytes: Uint8Array, nestingMax: number): Uint8Array {
  const root = parseJson(bytes);
  return new Transcoder(nestingMax, bytes.length).request(asObject(root, 'the request'));
}

class Transcoder {
  readonly #out: ProtobufWriter;
  readonly #nestingMax: number;

  constructor(nestingMax: number, capacity: number) {
    this.#nestingMax = nestingMax;
    this.#out = new ProtobufWriter(Math.max(256, capacity));
  }

  request(request: JsonObject): Uint8Array {
    this.#messages(request, 'resourceMetrics', 1, (item) => this.#resourceMetrics(item));
    return this.#out.finish();
  }

  #resourceMetrics(item: JsonObject): void {
    this.#optionalText(item, 'schemaUrl', 3);
    this.#messages(item, 'scopeMetrics', 2, (scope) => this.#scopeMetrics(scope));
    const resource = objectField(item, 'resource');
    if (resource === undefined) return;
    const before = this.#out.length;
    const dropped = integerField(resource, 'droppedAttributesCount');
    if (dropped > 0) this.#out.uint(2, dropped);
    this.#attributes(resource, 'attributes', 1);
    this.#out.message(1, before);
  }

  #scopeMetrics(item: JsonObject): void {
    this.#optionalText(item, 'schemaUrl', 3);
    this.#messages(item, 'metrics', 2, (metric) => this.#metric(metric));
    const scope = objectField(item, 'scope');
    if (scope === undefined) return;
    const before = this.#out.length;
    const dropped = integerField(scope, 'droppedAttributesCount');
    if (dropped > 0) this.#out.uint(4, dropped);
    this.#attributes(scope, 'attributes', 3);
    this.#optionalText(scope, 'version', 2);
    this.#optionalText(scope, 'name', 1);
    this.#out.message(1, before);
  }

  #metric(metric: JsonObject): void {
    const numbers = (data: JsonObject) =>
      this.#messages(data, 'dataPoints', 1, (point) => this.#numberPoint(point));
    const histograms = (data: JsonObject) =>
      this.#messages(data, 'dataPoints', 1, (point) => this.#histogramPoint(point));
    const exponentials = (data: JsonObject) =>
      this.#messages(data, 'dataPoints', 1, (point) => this.#exponentialPoint(point));
    const summaries = (data: JsonObject) =>
      this.#messages(data, 'dataPoints', 1, (point) => this.#summaryPoint(point));
    this.#data(metric, 'summary', 11, summaries);
    this.#data(metric, 'exponentialHistogram', 10, exponentials);
    this.#data(metric, 'histogram', 9, histograms);
    this.#data(metric, 'sum', 7, numbers);
    this.#data(metric, 'gauge', 5, numbers);
    this.#optionalText(metric, 'unit', 3);
    this.#optionalText(metric, 'description', 2);
    this.#optionalText(metric, 'name', 1);
  }

  #data(metric: JsonObject, key: string, field: number, points: (data: JsonObject) => void): void {
    const data = objectField(metric, key);
    if (data === undefined) return;
    const before = this.#out.length;
    if (field === 7 && booleanField(data, 'isMonotonic')) this.#out.uint(3, 1);
    if (field === 7 || field === 9 || field === 10) {
      const temporality = integerField(data, 'aggregationTemporality', false);
      if (temporality !== 0) this.#out.varint64(2, temporality, temporality >> 31);
    }
    points(data);
    this.#out.message(field, before);
  }

  #numberPoint(point: JsonObject): void {
    this.#flags(point, 8);
    this.#attributes(point, 'attributes', 7);
    // A oneof: should a client send both, the last on the wire counts, here asInt.
    this.#fixed64(point, 'asInt', 6);
    this.#exemplars(point, 5);
    this.#double(point, 'asDouble', 4);
    this.#times(point);
  }

  #histogramPoint(point: JsonObject): void {
    this.#double(point, 'max', 12);
    this.#double(point, 'min', 11);
    this.#flags(point, 10);
    this.#attributes(point, 'attributes', 9);
    this.#exemplars(point, 8);
    this.#packed(point, 'explicitBounds', 7, (value) =>
      this.#out.rawDouble(asDouble(value, 'explicitBounds')),
    );
    this.#packed(point, 'bucketCounts', 6, (value) => {
      toHalves(value, 'bucketCounts');
      this.#out.rawFixed64(halves.lo, halves.hi);
    });
    this.#double(point, 'sum', 5);
    this.#fixed64(point, 'count', 4);
    this.#times(point);
  }

  #exponentialPoint(point: JsonObject): void {
    this.#double(point, 'zeroThreshold', 14);
    this.#double(point, 'max', 13);
    this.#double(point, 'min', 12);
    this.#exemplars(point, 11);
    this.#flags(point, 10);
    this.#buckets(point, 'negative', 9);
    this.#buckets(point, 'positive', 8);
    this.#fixed64(point, 'zeroCount', 7);
    const scale = integerField(point, 'scale');
    if (scale !== 0) this.#out.sint32(6, scale);
    this.#double(point, 'sum', 5);
    this.#fixed64(point, 'count', 4);
    this.#times(point);
    this.#attributes(point, 'attributes', 1);
  }

  #buckets(point: JsonObject, key: string, field: number): void {
    const buckets = objectField(point, key);
    if (buckets === undefined) return;
    const before = this.#out.length;
    this.#packed(buckets, 'bucketCounts', 2, (value) => {
      toHalves(value, 'bucketCounts');
      this.#out.rawVarint64(halves.lo, halves.hi);
    });
    const offset = integerField(buckets, 'offset');
    if (offset !== 0) this.#out.sint32(1, offset);
    this.#out.message(field, before);
  }

  #summaryPoint(point: JsonObject): void {
    this.#flags(point, 8);
    this.#attributes(point, 'attributes', 7);
    this.#messages(point, 'quantileValues', 6, (item) => {
      this.#double(item, 'value', 2);
      this.#double(item, 'quantile', 1);
    });
    this.#double(point, 'sum', 5);
    this.#fixed64(point, 'count', 4);
    this.#times(point);
  }

  #exemplars(point: JsonObject, field: number): void {
    this.#messages(point, 'exemplars', field, (exemplar) => {
      this.#attributes(exemplar, 'filteredAttributes', 7);
      this.#fixed64(exemplar, 'asInt', 6);
      const traceId = hexBytes(exemplar['traceId'], 'traceId');
      if (traceId.length > 0) this.#out.bytes(5, traceId);
      const spanId = hexBytes(exemplar['spanId'], 'spanId');
      if (spanId.length > 0) this.#out.bytes(4, spanId);
      this.#double(exemplar, 'asDouble', 3);
      this.#fixed64(exemplar, 'timeUnixNano', 2);
    });
  }

  #times(point: JsonObject): void {
    this.#fixed64(point, 'timeUnixNano', 3);
    this.#fixed64(point, 'startTimeUnixNano', 2);
  }

  #flags(point: JsonObject, field: number): void {
    const flags = integerField(point, 'flags');
    if (flags !== 0) this.#out.uint(field, flags >>> 0);
  }

  #attributes(parent: JsonObject, key: string, field: number): void {
    writeAttributes(this.#out, arrayField(parent, key), key, field, this.#nestingMax);
  }

  #messages(parent: JsonObject, key: string, field: number, write: (item: JsonObject) => void): void {
    const items = arrayField(parent, key);
    for (let i = items.length - 1; i >= 0; i--) {
      const before = this.#out.length;
      write(asObject(items[i], key));
      this.#out.message(field, before);
    }
  }

  #packed(parent: JsonObject, key: string, field: number, write: (value: unknown) => void): void {
    const items = arrayField(parent, key);
    if (items.length === 0) return;
    const before = this.#out.length;
    for (let i = items.length - 1; i >= 0; i--) write(items[i]);
    this.#out.message(field, before);
  }

  #optionalText(parent: JsonObject, key: string, field: number): void {
    const text = textField(parent, key);
    if (text !== '') this.#out.string(field, text);
  }

  #double(parent: JsonObject, key: string, field: number): void {
    const value = doubleField(parent, key);
    if (value !== undefined) this.#out.double(field, value);
  }

  #fixed64(parent: JsonObject, key: string, field: number): void {
    const value = parent[key];
    if (value === undefined || value === null) return;
    toHalves(value, key);
    this.#out.fixed64(field, halves.lo, halves.hi);
  }
}
