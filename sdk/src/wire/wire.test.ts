import { describe, expect, test } from 'vitest';
import {
  isPrometheusAnswer,
  isPrometheusSuccess,
  isQueryData,
  isStreamError,
  isStreamResult,
  parseSampleValue,
} from './index.ts';

const vector = { resultType: 'vector', result: [{ metric: { a: '1' }, value: [1.5, 'NaN'] }] };
const matrix = { resultType: 'matrix', result: [{ metric: {}, values: [[1, '2']] }] };
const scalar = { resultType: 'scalar', result: [1, '2'] };

describe('query data', () => {
  test('of every type is recognised', () => {
    const histogram = {
      resultType: 'vector',
      result: [{ metric: {}, histogram: [1, { count: '1', sum: '1' }] }],
    };
    for (const data of [vector, matrix, scalar, histogram, { resultType: 'vector', result: [] }]) {
      expect(isQueryData(data)).toBe(true);
    }
  });

  test('of a wrong shape is not', () => {
    for (const data of [
      null,
      [],
      'vector',
      { resultType: 'vector' },
      { resultType: 'vector', result: [{ metric: {} }] },
      { resultType: 'vector', result: [{ metric: { a: 1 }, value: [1, '2'] }] },
      { resultType: 'vector', result: [{ metric: {}, value: ['1', '2'] }] },
      { resultType: 'matrix', result: [{ metric: {}, values: 'x' }] },
      { resultType: 'scalar', result: [1, 2] },
      { resultType: 'table', result: [] },
    ]) {
      expect(isQueryData(data)).toBe(false);
    }
  });
});

test('an answer is a success with data that checks, or an error', () => {
  const success: unknown = { status: 'success', data: vector };
  expect(isPrometheusAnswer(success, isQueryData) && isPrometheusSuccess(success)).toBe(true);
  const error: unknown = { status: 'error', errorType: 'bad_data', error: 'no' };
  expect(isPrometheusAnswer(error, isQueryData) && isPrometheusSuccess(error)).toBe(false);
  for (const wrong of [{ status: 'success', data: 1 }, { status: 'error', error: 'no' }, {}, null]) {
    expect(isPrometheusAnswer(wrong, isQueryData)).toBe(false);
  }
});

test('stream events are told apart', () => {
  const result = { timeMs: 1, data: vector, skipped: 2 };
  const error = { timeMs: 1, errorType: 'execution', error: 'no' };
  expect([isStreamResult(result), isStreamError(result)]).toEqual([true, false]);
  expect([isStreamResult(error), isStreamError(error)]).toEqual([false, true]);
});

test('sample values are numbers again', () => {
  expect(parseSampleValue('1.5')).toBe(1.5);
  expect(parseSampleValue('-0')).toBe(-0);
  expect(parseSampleValue('+Inf')).toBe(Number.POSITIVE_INFINITY);
  expect(parseSampleValue('-Inf')).toBe(Number.NEGATIVE_INFINITY);
  expect(parseSampleValue('NaN')).toBeNaN();
  expect(parseSampleValue('')).toBeNaN();
});
