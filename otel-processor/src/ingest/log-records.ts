import { type Fault, FaultError } from '../base/index.ts';
import { EventBatch } from '../model/index.ts';
import type { EventsConfig } from './config.ts';
import { type AddEvent, createEventRules } from './event-rules.ts';
import {
  arrayField,
  asObject,
  halves,
  type JsonObject,
  objectField,
  textField,
  toHalves,
} from './json-fields.ts';
import { parseJson } from './json-parse.ts';
import { millisecondsOf } from './point-header.ts';
import { WireReader } from './wire.ts';

/** OTLP logs (opentelemetry-proto, logs.proto) to events: a record with an event name is one. */
export interface LogDecoder {
  decodeProtobuf(bytes: Uint8Array, nowMs: number): EventBatch | Fault;
  decodeJson(bytes: Uint8Array, nowMs: number): EventBatch | Fault;
}

type Attributes = Map<string, unknown>;

/** What is read of a log record, before anything is known to be right. */
interface Record {
  eventName: string;
  /** 0 when not said. */
  timeMs: number;
  observedMs: number;
  readonly attributes: Attributes;
}

/** Attribute that makes a record's retry recognisable (OpenTelemetry semantic conventions, "log.record.uid"). */
const ID_ATTRIBUTE = 'log.record.uid';

export function createLogDecoder(config: EventsConfig): LogDecoder {
  const add = createEventRules(config);
  const guarded = (nowMs: number, read: (sink: RecordSink) => void): EventBatch | Fault => {
    const sink = new RecordSink(add, nowMs);
    try {
      read(sink);
    } catch (error) {
      if (error instanceof FaultError) return error.fault;
      throw error;
    }
    return sink.batch;
  };
  return {
    decodeProtobuf: (bytes, nowMs) => guarded(nowMs, (sink) => new ProtobufLogs(bytes, sink).request()),
    decodeJson: (bytes, nowMs) => guarded(nowMs, (sink) => readJson(bytes, sink)),
  };
}

/** Turns records into events of a batch, or refuses them. */
class RecordSink {
  readonly batch = new EventBatch();
  resource: Attributes = new Map();
  readonly #add: AddEvent;
  readonly #nowMs: number;

  constructor(add: AddEvent, nowMs: number) {
    this.#add = add;
    this.#nowMs = nowMs;
  }

  record({ eventName, timeMs, observedMs, attributes }: Record): void {
    const { batch } = this;
    const point = batch.pointCount++;
    if (eventName === '') {
      batch.rejections.reject(
        point,
        'unsupported_type',
        () => 'a log record without an event name; only events are taken',
      );
      return;
    }
    const id = attributes.get(ID_ATTRIBUTE);
    // The record's own attributes win over those of its resource.
    const merged = new Map([...this.resource, ...attributes]);
    merged.delete(ID_ATTRIBUTE);
    const candidate = {
      name: eventName,
      timestampMs: timeMs > 0 ? timeMs : observedMs > 0 ? observedMs : this.#nowMs,
      id,
      source: sourceOf(this.resource),
      attributes: [...merged].filter(([, value]) => value !== undefined),
    };
    this.#add(candidate, point, this.#nowMs, batch);
  }
}

function sourceOf(resource: Attributes): string {
  const parts = ['service.name', 'service.instance.id'].map((name) => resource.get(name) ?? '');
  return parts.join('/').slice(0, 256);
}

class ProtobufLogs {
  readonly #reader = new WireReader();
  readonly #sink: RecordSink;

  constructor(bytes: Uint8Array, sink: RecordSink) {
    this.#reader.reset(bytes);
    this.#sink = sink;
  }

  request(): void {
    const { length } = this.#reader.bytes;
    this.#fields(length, new Map([[0x0a, (end) => this.#resourceLogs(end)]]));
  }

  /** Resource first, wherever it is in the message: the records take its attributes. */
  #resourceLogs(end: number): void {
    const start = this.#reader.pos;
    const resource: Attributes = new Map();
    const attribute = (inner: number): void => this.#keyValue(inner, resource);
    this.#fields(end, new Map([[0x0a, (inner) => this.#fields(inner, new Map([[0x0a, attribute]]))]]));
    this.#sink.resource = resource;
    this.#reader.pos = start;
    const record = (inner: number): void => this.#logRecord(inner);
    this.#fields(end, new Map([[0x12, (inner) => this.#fields(inner, new Map([[0x12, record]]))]]));
  }

  #logRecord(end: number): void {
    const reader = this.#reader;
    const record: Record = { eventName: '', timeMs: 0, observedMs: 0, attributes: new Map() };
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x09) record.timeMs = this.#time(end);
      else if (tag === 0x59) record.observedMs = this.#time(end);
      else if (tag === 0x62) record.eventName = this.#text(reader.lengthEnd(end));
      else if (tag === 0x32) this.#keyValue(reader.lengthEnd(end), record.attributes);
      else reader.skip(tag, end);
    }
    this.#sink.record(record);
  }

  /** Calls the handler of each length-delimited field with that tag; skips all else. */
  #fields(end: number, handlers: ReadonlyMap<number, (end: number) => void>): void {
    const reader = this.#reader;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      const handler = handlers.get(tag);
      if (handler === undefined) {
        reader.skip(tag, end);
        continue;
      }
      const next = reader.lengthEnd(end);
      handler(next);
      reader.pos = next;
    }
  }

  #keyValue(end: number, into: Attributes): void {
    const reader = this.#reader;
    let key = '';
    let value: unknown;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) key = this.#text(reader.lengthEnd(end));
      else if (tag === 0x12) value = this.#anyValue(reader.lengthEnd(end));
      else reader.skip(tag, end);
    }
    if (key !== '') into.set(key, value);
  }

  /** Scalars; bytes, arrays and maps are not attributes of events and are passed over. */
  #anyValue(end: number): unknown {
    const reader = this.#reader;
    let value: unknown;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) {
        value = this.#text(reader.lengthEnd(end));
      } else if (tag === 0x10 || tag === 0x18) {
        reader.varint64(end);
        value =
          tag === 0x10 ? reader.lo !== 0 || reader.hi !== 0 : reader.hi * 0x1_0000_0000 + (reader.lo >>> 0);
      } else if (tag === 0x21) {
        value = reader.float64(end);
      } else {
        reader.skip(tag, end);
      }
    }
    return value;
  }

  #time(end: number): number {
    const reader = this.#reader;
    const next = reader.fixed64End(end);
    const timeMs = millisecondsOf(
      reader.view.getUint32(reader.pos, true),
      reader.view.getUint32(reader.pos + 4, true),
    );
    reader.pos = next;
    return timeMs;
  }

  #text(end: number): string {
    const reader = this.#reader;
    const text = reader.text(reader.pos, end) ?? reader.fail('text that is not UTF-8');
    reader.pos = end;
    return text;
  }
}

function readJson(bytes: Uint8Array, sink: RecordSink): void {
  const request = asObject(parseJson(bytes), 'the request');
  for (const each of arrayField(request, 'resourceLogs')) {
    const resourceLogs = asObject(each, 'resourceLogs');
    const resource = objectField(resourceLogs, 'resource');
    sink.resource = resource === undefined ? new Map() : jsonAttributes(resource);
    for (const scope of arrayField(resourceLogs, 'scopeLogs')) {
      for (const item of arrayField(asObject(scope, 'scopeLogs'), 'logRecords')) {
        const record = asObject(item, 'logRecords');
        sink.record({
          eventName: textField(record, 'eventName'),
          timeMs: jsonTime(record, 'timeUnixNano'),
          observedMs: jsonTime(record, 'observedTimeUnixNano'),
          attributes: jsonAttributes(record),
        });
      }
    }
  }
}

function jsonTime(record: JsonObject, key: string): number {
  const value = record[key];
  if (value === undefined || value === null) return 0;
  toHalves(value, key);
  return millisecondsOf(halves.lo, halves.hi);
}

function jsonAttributes(parent: JsonObject): Attributes {
  const attributes: Attributes = new Map();
  for (const item of arrayField(parent, 'attributes')) {
    const pair = asObject(item, 'attributes');
    const value = objectField(pair, 'value');
    const key = textField(pair, 'key');
    if (key !== '' && value !== undefined) attributes.set(key, jsonScalar(value));
  }
  return attributes;
}

function jsonScalar(value: JsonObject): unknown {
  const { stringValue, boolValue, intValue, doubleValue } = value;
  if (intValue !== undefined && intValue !== null) return Number(intValue);
  if (doubleValue !== undefined && doubleValue !== null) return Number(doubleValue);
  return stringValue ?? boolValue ?? undefined;
}
