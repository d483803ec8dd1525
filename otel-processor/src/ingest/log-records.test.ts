import fc from 'fast-check';
import protobuf from 'protobufjs';
import { expect, test } from 'vitest';
import { isFault } from '../base/index.ts';
import type { EventBatch } from '../model/index.ts';
import { createEventDecoder, createLogDecoder, eventsConfigSchema } from './index.ts';

const NOW_MS = 1_700_000_000_000;

/** Written after logs.proto: the independent encoder that the decoder is checked against. */
const root = protobuf.parse(`syntax = "proto3";
message Request { repeated ResourceLogs resourceLogs = 1; }
message ResourceLogs { Resource resource = 1; repeated ScopeLogs scopeLogs = 2; string schemaUrl = 3; }
message Resource { repeated KeyValue attributes = 1; }
message ScopeLogs { repeated LogRecord logRecords = 2; }
message LogRecord {
  fixed64 timeUnixNano = 1; int32 severityNumber = 2; string severityText = 3; AnyValue body = 5;
  repeated KeyValue attributes = 6; fixed32 flags = 8; bytes traceId = 9; fixed64 observedTimeUnixNano = 11;
  string eventName = 12;
}
message KeyValue { string key = 1; AnyValue value = 2; }
message AnyValue { oneof value {
  string stringValue = 1; bool boolValue = 2; int64 intValue = 3; double doubleValue = 4; ArrayValue arrayValue = 5; } }
message ArrayValue { repeated AnyValue values = 1; }
`).root;
const Request = root.lookupType('Request');

function contentOf(batch: EventBatch | { message: string }): object {
  if (isFault(batch)) return { fault: batch.message };
  const { count, names, sources, ids, columns, pointCount, rejections } = batch as EventBatch;
  return {
    count,
    names,
    sources,
    ids,
    times: [...(batch as EventBatch).timestampsMs.subarray(0, count)],
    columns: [...columns]
      .sort()
      .map(([name, values]) => [name, Array.from({ length: count }, (_, i) => values[i])]),
    pointCount,
    counts: [...rejections.counts],
  };
}

const scalar = fc.oneof(
  fc.record({ stringValue: fc.string({ unit: 'grapheme', maxLength: 10 }) }),
  fc.record({ boolValue: fc.boolean() }),
  fc.record({ intValue: fc.integer().map(String) }),
  fc.record({ doubleValue: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
);
const attributes = fc.uniqueArray(
  fc.record({ key: fc.constantFrom('a', 'b', 'service.name', 'log.record.uid', 'c'), value: scalar }),
  { selector: ({ key }) => key, maxLength: 4 },
);
const nanos = fc.integer({ min: 0, max: NOW_MS }).map((timeMs) => `${BigInt(timeMs) * 1_000_000n}`);
const request = fc.record({
  resourceLogs: fc.array(
    fc.record({
      resource: fc.record({ attributes }),
      scopeLogs: fc.array(
        fc.record({
          logRecords: fc.array(
            fc.record({
              timeUnixNano: nanos,
              observedTimeUnixNano: nanos,
              eventName: fc.constantFrom('', 'page_view', 'click'),
              attributes,
            }),
            { maxLength: 3 },
          ),
        }),
        { maxLength: 2 },
      ),
    }),
    { maxLength: 2 },
  ),
});

test('protobuf and JSON of the same logs are the same events', () => {
  const decoder = createLogDecoder(eventsConfigSchema.parse({}));
  fc.assert(
    fc.property(request, (message) => {
      const bytes = Request.encode(Request.fromObject(message)).finish();
      const json = new TextEncoder().encode(JSON.stringify(message));
      const fromJson = contentOf(decoder.decodeJson(json, NOW_MS));
      expect(contentOf(decoder.decodeProtobuf(bytes, NOW_MS))).toEqual(fromJson);
      expect(fromJson).not.toHaveProperty('fault');
    }),
  );
});

test('an event of a log record has the times, names and attributes of the record and its resource', () => {
  const decoder = createLogDecoder(eventsConfigSchema.parse({}));
  const text = (value: string) => ({ stringValue: value });
  const message = {
    resourceLogs: [
      {
        resource: {
          attributes: [
            { key: 'service.name', value: text('shop') },
            { key: 'a', value: text('resource') },
          ],
        },
        scopeLogs: [
          {
            logRecords: [
              {
                timeUnixNano: '1000000000000000001',
                eventName: 'page_view',
                attributes: [
                  { key: 'a', value: text('record') },
                  { key: 'n', value: { intValue: '-5' } },
                  { key: 'log.record.uid', value: text('one') },
                  { key: 'list', value: { arrayValue: { values: [text('x')] } } },
                ],
              },
              { body: text('just a line') },
            ],
          },
        ],
      },
    ],
  };
  for (const decoded of [
    decoder.decodeProtobuf(Request.encode(Request.fromObject(message)).finish(), NOW_MS),
    decoder.decodeJson(new TextEncoder().encode(JSON.stringify(message)), NOW_MS),
  ]) {
    expect(contentOf(decoded)).toEqual({
      count: 1,
      names: ['page_view'],
      sources: ['shop/'],
      ids: ['one'],
      times: [1_000_000_000_000],
      columns: [
        ['a', ['record']],
        ['n', [-5]],
        ['service.name', ['shop']],
      ],
      pointCount: 2,
      counts: [['unsupported_type', 1]],
    });
  }
});

test('whatever the bytes, the answer is a fault or events', () => {
  const config = eventsConfigSchema.parse({});
  const logs = createLogDecoder(config);
  const events = createEventDecoder(config);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      for (const decoded of [
        logs.decodeProtobuf(bytes, NOW_MS),
        logs.decodeJson(bytes, NOW_MS),
        events.decodeJson(bytes, NOW_MS),
      ]) {
        expect(isFault(decoded) || 'columns' in decoded).toBe(true);
      }
    }),
  );
});
