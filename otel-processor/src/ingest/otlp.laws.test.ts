import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { otlpRequest } from '../../../test/support/otlp-arbitrary.ts';
import { describeRows, referenceDecode } from '../../../test/support/otlp-reference.ts';
import { otlpRequestType } from '../../../test/support/otlp-schema.ts';
import { hashKeyFrom, isFault, Telemetry } from '../base/index.ts';
import { type Batch, SeriesRegistry } from '../model/index.ts';
import { createOtlpDecoder, ingestConfigSchema } from './index.ts';

const type = otlpRequestType();
const config = ingestConfigSchema.parse({});
const utf8 = new TextEncoder();

function open() {
  const registry = new SeriesRegistry();
  const resolver = {
    get generation() {
      return registry.generation;
    },
    resolve: (labels: Parameters<SeriesRegistry['getOrCreate']>[0]) => registry.getOrCreate(labels),
    describe: (reason: string) => reason,
  };
  const ports = { resolver, hashKey: hashKeyFrom([7, 11, 13, 17]), telemetry: new Telemetry() };
  return { registry, decoder: createOtlpDecoder(config, ports) };
}

function accepted(batch: ReturnType<ReturnType<typeof open>['decoder']['decodeProtobuf']>): Batch {
  if (isFault(batch)) throw new Error(batch.message);
  return batch;
}

const encode = (request: object): Uint8Array => type.encode(type.fromObject(request)).finish();
/** JSON has no infinities; protobuf's JSON mapping writes them in words. */
const encodeJson = (request: object): Uint8Array =>
  utf8.encode(
    JSON.stringify(request, (_key, value: unknown) =>
      typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
    ),
  );
const plain = (bytes: Uint8Array): Record<string, unknown> =>
  type.toObject(type.decode(bytes), { longs: String, bytes: String }) as Record<string, unknown>;

describe('OTLP decoder', () => {
  test('gives the rows of a naive decoder, first from strings and then from the identity cache', () => {
    fc.assert(
      fc.property(otlpRequest, (request) => {
        const bytes = encode(request);
        const expected = referenceDecode(plain(bytes));
        const { registry, decoder } = open();
        for (const pass of ['new', 'known']) {
          const batch = accepted(decoder.decodeProtobuf(bytes));
          expect(describeRows(batch, registry), pass).toEqual(expected.rows);
          expect(batch.pointCount).toBe(expected.pointCount);
          expect(batch.rejections.points).toBe(expected.rejectedCount);
        }
      }),
      { numRuns: 400 },
    );
  });

  test('gives the same rows for JSON as for protobuf', () => {
    fc.assert(
      fc.property(otlpRequest, (request) => {
        const { registry, decoder } = open();
        const fromJson = accepted(decoder.decodeJson(encodeJson(request)));
        const fromProtobuf = accepted(decoder.decodeProtobuf(encode(request)));
        expect(describeRows(fromJson, registry)).toEqual(describeRows(fromProtobuf, registry));
        expect(fromJson.rejections.message()).toBe(fromProtobuf.rejections.message());
      }),
      { numRuns: 300 },
    );
  });

  test('answers a fault or rejections for a request cut at any byte, and nothing of it lingers', () => {
    fc.assert(
      fc.property(otlpRequest, (request) => {
        const bytes = encode(request);
        const { registry, decoder } = open();
        const whole = describeRows(accepted(decoder.decodeProtobuf(bytes)), registry);
        for (let length = 0; length < bytes.length; length += 1 + (bytes.length >> 8)) {
          decoder.decodeProtobuf(bytes.subarray(0, length));
        }
        expect(describeRows(accepted(decoder.decodeProtobuf(bytes)), registry)).toEqual(whole);
      }),
      { numRuns: 40 },
    );
  });

  test('answers a fault or a batch for any bytes', () => {
    fc.assert(
      fc.property(
        otlpRequest,
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 6 }),
        (request, changes) => {
          const bytes = encode(request);
          if (bytes.length === 0) return;
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          const answer = open().decoder.decodeProtobuf(bytes);
          if (isFault(answer)) expect(answer).toMatchObject({ code: 'invalid', retryable: false });
          else expect(answer.rejections.points).toBeLessThanOrEqual(answer.pointCount);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('does not depend on the order of fields inside messages', () => {
    fc.assert(
      fc.property(otlpRequest, (request) => {
        const bytes = encode(request);
        const { registry, decoder } = open();
        const before = describeRows(accepted(decoder.decodeProtobuf(bytes)), registry);
        const reversed = reverseFields(bytes, 0);
        expect(describeRows(accepted(decoder.decodeProtobuf(reversed)), registry)).toEqual(before);
      }),
      { numRuns: 200 },
    );
  });
});

/** Field numbers that lead from the request to data points: the only messages whose fields are reordered. */
const path = [[1], [2], [2], [5, 7, 9, 10, 11], [1]];

/**
 * Moves the fields of each message on the way to the points so that the children come first: runs of equal field
 * numbers keep their order, the runs are reversed.
 */
function reverseFields(bytes: Uint8Array, depth: number): Uint8Array {
  const fields = new Map<number, Uint8Array[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const from = at;
    const tag = varint();
    const number = tag >>> 3;
    if ((tag & 7) === 0) varint();
    else if ((tag & 7) === 1) at += 8;
    else {
      const length = varint();
      at += length;
    }
    let field = bytes.subarray(from, at);
    if ((tag & 7) === 2 && path[depth]?.includes(number)) {
      let start = from + 1;
      while (bytes[start] >= 128) start++;
      field = field.slice(0);
      const inner = reverseFields(bytes.subarray(start + 1, at), depth + 1);
      field.set(inner, start + 1 - from);
    }
    fields.set(number, [...(fields.get(number) ?? []), field]);
  }
  return Buffer.concat([...fields.values()].reverse().flat());
}
