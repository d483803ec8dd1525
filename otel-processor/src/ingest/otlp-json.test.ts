import { describe, expect, test } from 'vitest';
import { accepted, testPorts } from '../../../test/support/ingest.ts';
import { describeRows } from '../../../test/support/otlp-reference.ts';
import { createOtlpDecoder, ingestConfigSchema } from './index.ts';

const utf8 = new TextEncoder();

function decode(body: string | Uint8Array) {
  const ports = testPorts();
  const decoder = createOtlpDecoder(ingestConfigSchema.parse({ target_info: false }), ports);
  const answer = decoder.decodeJson(typeof body === 'string' ? utf8.encode(body) : body);
  return {
    answer,
    rows: () => describeRows(accepted(answer), ports.registry),
    exemplars: () => accepted(answer).exemplars,
  };
}

/** A request with one gauge point, whose fields are given as JSON text. */
const point = (json: string, extra = ''): string =>
  `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m"${extra},"gauge":{"dataPoints":[{${json}}]}}]}]}]}`;

describe('OTLP/JSON', () => {
  test('64-bit integers are exact as strings and as bare numbers', () => {
    const expected = ['m @1700000000123 1'];
    expect(decode(point('"timeUnixNano":"1700000000123000001","asInt":1')).rows()).toEqual(expected);
    // As a double this would be 1700000000122999808, a millisecond earlier.
    expect(decode(point('"timeUnixNano":1700000000123000001,"asInt":"1"')).rows()).toEqual(expected);
    expect(decode(point('"timeUnixNano": 1700000000122999999,"asInt":"1"')).rows()).toEqual([
      'm @1700000000122 1',
    ]);
  });

  test('long digits inside strings are left alone', () => {
    const attributes = '"attributes":[{"key":"k","value":{"stringValue":"x: 12345678901234567890"}}]';
    expect(decode(point(`"timeUnixNano":1700000000123000001,"asInt":1,${attributes}`)).rows()).toEqual([
      'm{k="x: 12345678901234567890"} @1700000000123 1',
    ]);
  });

  test('doubles may be numbers or the words of protobuf', () => {
    const value = (json: string) => decode(point(`"timeUnixNano":"1000000","asDouble":${json}`)).rows();
    expect(value('"NaN"')).toEqual(['m @1 NaN']);
    expect(value('"-Infinity"')).toEqual(['m @1 -Infinity']);
    expect(value('"1.5"')).toEqual(['m @1 1.5']);
    expect(value('-2e3')).toEqual(['m @1 -2000']);
  });

  test('unknown keys are ignored, and null is absent', () => {
    const json =
      '"timeUnixNano":"1000000","asInt":1,"attributes":null,"time_unix_nano":5,"future":{"a":[{}]}';
    expect(decode(point(json, ',"unit":null,"description":"d","sum":null')).rows()).toEqual(['m @1 1']);
    expect(decode('{}').rows()).toEqual([]);
    expect(decode('{"resourceMetrics":[{}]}').rows()).toEqual([]);
  });

  test('ids are hexadecimal of either case, other bytes base64 of either alphabet', () => {
    const exemplar =
      '{"timeUnixNano":"5000000","asDouble":2,"traceId":"AB12cd34000000000000000000000001","spanId":"00000000000000FF"}';
    const attributes = '[{"key":"k","value":{"bytesValue":"-_8="}}]';
    const { rows, exemplars } = decode(
      point(`"timeUnixNano":"1000000","asInt":1,"attributes":${attributes},"exemplars":[${exemplar}]`),
    );
    expect(rows()).toEqual(['m{k="+/8="} @1 1']);
    expect(exemplars()[0].labels.toRecord()).toEqual({
      trace_id: 'ab12cd34000000000000000000000001',
      span_id: '00000000000000ff',
    });
  });

  test.each([
    ['not JSON', '{'],
    ['an array', '[]'],
    ['a number', '5'],
    ['an object for a list', '{"resourceMetrics":{}}'],
    ['a list for an object', '{"resourceMetrics":[[]]}'],
    [
      'an enum by name',
      '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"sum":{"aggregationTemporality":"AGGREGATION_TEMPORALITY_DELTA"}}]}]}]}',
    ],
    [
      'an enum as text',
      '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"sum":{"aggregationTemporality":"2"}}]}]}]}',
    ],
    ['a number for a name', '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":5}]}]}]}'],
    ['a fraction for an integer', point('"timeUnixNano":"1","asInt":1.5')],
    ['an integer over 64 bits', point('"timeUnixNano":"18446744073709551616"')],
    ['words for a double', point('"timeUnixNano":"1","asDouble":"many"')],
    ['base64 for an id', point('"timeUnixNano":"1","exemplars":[{"traceId":"qrs="}]')],
    ['text for a flag', point('"timeUnixNano":"1","flags":"yes"')],
  ])('%s is refused with the request', (_name, body) => {
    expect(decode(body).answer).toMatchObject({ code: 'invalid', retryable: false });
  });

  test('bytes that are not UTF-8 are refused', () => {
    expect(decode(Uint8Array.of(0x22, 0xff, 0x22)).answer).toMatchObject({ code: 'invalid' });
  });

  test.each([1000, 200_000])(
    'nesting %d deep is refused or ignored, and never overflows the stack',
    (depth) => {
      const value = `${'{"arrayValue":{"values":['.repeat(depth)}{}${']}}'.repeat(depth)}`;
      const nested = point(`"timeUnixNano":"1","asInt":1,"attributes":[{"key":"k","value":${value}}]`);
      expect(decode(nested).answer).toMatchObject({ code: 'invalid' });
      // The long number makes the slower parser run, which recurses.
      const ignored = point(
        `"timeUnixNano":1700000000123000001,"asInt":1,"x":${'['.repeat(depth)}${']'.repeat(depth)}`,
      );
      const { answer } = decode(ignored);
      if ('message' in answer) expect(answer.code).toBe('invalid');
      else expect(answer.count).toBe(1);
    },
  );
});
