import { describe, expect, test } from 'vitest';
import { accepted, testPorts } from '../../../test/support/ingest.ts';
import { describeRows } from '../../../test/support/otlp-reference.ts';
import { createOtlpDecoder, ingestConfigSchema, ProtobufWriter } from './index.ts';
import { WireReader } from './wire.ts';

/** Bytes that no encoder of today writes, but that protobuf allows or forbids. */
function rowsOf(...parts: readonly Uint8Array[]): string[] {
  const ports = testPorts();
  const decoder = createOtlpDecoder(ingestConfigSchema.parse({}), ports);
  return describeRows(accepted(decoder.decodeProtobuf(Buffer.concat(parts))), ports.registry);
}

function message(field: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const out = new ProtobufWriter();
  out.bytes(field, Buffer.concat(parts));
  return out.finish();
}

function fields(write: (out: ProtobufWriter) => void): Uint8Array {
  const out = new ProtobufWriter();
  write(out);
  return out.finish();
}

const text = (field: number, value: string) => fields((out) => out.string(field, value));
const attribute = (field: number, key: string, value: string) =>
  message(field, text(1, key), message(2, text(1, value)));
const time = fields((out) => out.fixed64(3, 1_000_000_000, 0));
const one = fields((out) => out.double(4, 1));
const request = (...metrics: readonly Uint8Array[]) => message(1, message(2, ...metrics));

describe('OTLP on the wire', () => {
  test('messages that come in pieces are merged', () => {
    const gauge = message(5, message(1, time, one, attribute(7, 'k', '1')));
    const more = message(5, message(1, time, one, attribute(7, 'k', '2')));
    const resource = (key: string, value: string) => message(1, attribute(1, key, value));
    const bytes = message(
      1,
      resource('service.name', 's'),
      message(2, message(2, gauge, text(1, 'm'), more)),
      resource('service.instance.id', 'i'),
    );
    expect(rowsOf(bytes)).toEqual([
      'm{instance="i", job="s", k="1"} @1000 1',
      'm{instance="i", job="s", k="2"} @1000 1',
    ]);
  });

  test('of the members of a oneof the last counts', () => {
    const gauge = message(5, message(1, time, one));
    const sum = message(
      7,
      message(1, time, one),
      fields((out) => out.uint(2, 2)),
    );
    expect(rowsOf(request(message(2, text(1, 'm'), sum, gauge)))).toEqual(['m @1000 1']);
    const both = message(
      5,
      message(
        1,
        time,
        fields((out) => out.fixed64(6, 7, 0)),
        one,
      ),
    );
    expect(rowsOf(request(message(2, text(1, 'm'), both)))).toEqual(['m @1000 1']);
  });

  test('attributes may be apart, and of any length', () => {
    const point = message(
      1,
      attribute(7, 'a', '1'),
      time,
      attribute(7, 'b', 'x'.repeat(300)),
      one,
      attribute(7, 'c', '3'),
    );
    const [row] = rowsOf(request(message(2, text(1, 'm'), message(5, point))));
    expect(row).toBe(`m{a="1", b="${'x'.repeat(300)}", c="3"} @1000 1`);
  });

  test('attributes in thousands of separate places are refused', () => {
    const scattered = new Array(2000).fill(
      Buffer.concat([attribute(7, 'a', '1'), fields((out) => out.uint(8, 0))]),
    );
    const bytes = request(message(2, text(1, 'm'), message(5, message(1, time, one, ...scattered))));
    const decoder = createOtlpDecoder(ingestConfigSchema.parse({}), testPorts());
    expect(decoder.decodeProtobuf(bytes)).toMatchObject({ code: 'invalid' });
  });

  test('repeated numbers may be packed or not, or both', () => {
    const bounds = message(
      7,
      fields((out) => {
        for (const bound of [2, 1]) out.rawDouble(bound);
      }),
    );
    const counts = Buffer.concat([1, 2, 3].map((count) => fields((out) => out.fixed64(6, count, 0))));
    const point = message(
      1,
      time,
      fields((out) => out.fixed64(4, 6, 0)),
      counts,
      bounds,
    );
    const cumulative = fields((out) => out.uint(2, 2));
    expect(rowsOf(request(message(2, text(1, 'h'), message(9, point, cumulative))))).toEqual([
      'h_bucket{le="1"} @1000 1',
      'h_bucket{le="2"} @1000 3',
      'h_bucket{le="+Inf"} @1000 6',
      'h_count @1000 6',
    ]);
  });

  test('unknown fields of every wire type are skipped', () => {
    const unknown = Buffer.concat([
      fields((out) => out.uint(100, 2 ** 40)),
      fields((out) => out.double(101, 5)),
      text(102, 'future'),
      Uint8Array.of(((103 * 8 + 5) & 0x7f) | 0x80, (103 * 8 + 5) >> 7, 1, 2, 3, 4),
    ]);
    const point = message(1, unknown, time, one, unknown);
    const metric = message(2, unknown, text(1, 'm'), message(5, point, unknown), unknown);
    expect(rowsOf(message(1, message(2, metric, unknown), unknown), unknown)).toEqual(['m @1000 1']);
  });

  test.each<[string, Uint8Array]>([
    ['a group', Uint8Array.of(0x0b, 0x0c)],
    ['field number 0', Uint8Array.of(0x02, 0x00)],
    ['a length past the end', Uint8Array.of(0x0a, 0x05, 0x00)],
    ['a length over 32 bits', Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01)],
    ['a number of eleven bytes', Uint8Array.of(0x18, ...new Array(11).fill(0x80), 1)],
    ['a number that stops', Uint8Array.of(0x18, 0x80)],
    ['a child longer than its parent', message(1, Uint8Array.of(0x12, 0x7f, 0x00))],
    [
      'a point cut inside its time',
      request(message(2, text(1, 'm'), message(5, message(1, time.subarray(0, 5))))),
    ],
  ])('%s is malformed', (_name, bytes) => {
    const decoder = createOtlpDecoder(ingestConfigSchema.parse({}), testPorts());
    expect(decoder.decodeProtobuf(bytes)).toMatchObject({ code: 'invalid', retryable: false });
  });
});

test('varints of every length round-trip', () => {
  const reader = new WireReader();
  for (let bits = 0; bits < 64; bits++) {
    for (const value of [
      1n << BigInt(bits),
      (1n << BigInt(bits)) - 1n,
      (1n << 64n) - 1n - (1n << BigInt(bits)),
    ]) {
      const lo = Number(BigInt.asIntN(32, value));
      const hi = Number(BigInt.asIntN(32, value >> 32n));
      const bytes = fields((out) => out.rawVarint64(lo, hi));
      reader.reset(bytes);
      reader.varint64(bytes.length);
      expect([reader.lo, reader.hi]).toEqual([lo, hi]);
      expect(reader.pos).toBe(bytes.length);
    }
  }
});
