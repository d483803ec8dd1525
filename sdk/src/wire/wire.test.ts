import { describe, expect, test } from 'vitest';
import {
  isEpisodeList,
  isExplainAnswer,
  isForecastAnswer,
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

test('lists of episodes are told from other answers', () => {
  const episode = {
    id: 'a',
    signal: 'x',
    labels: {},
    startMs: 1,
    peakMs: 2,
    endMs: null,
    score: 1.5,
    expected: null,
    actual: 3,
    direction: 'above',
    why: [],
    explanation: [],
    related: [],
  };
  expect(isEpisodeList({ episodes: [episode, { ...episode, endMs: 5 }], nextCursor: 'c' })).toBe(true);
  expect(isEpisodeList({ episodes: [], nextCursor: null })).toBe(true);
  for (const wrong of [
    null,
    {},
    { episodes: [episode] },
    { episodes: [{ ...episode, endMs: undefined }], nextCursor: null },
    { episodes: [{ ...episode, direction: 'up' }], nextCursor: null },
    { episodes: [{ ...episode, id: 1 }], nextCursor: null },
  ]) {
    expect(isEpisodeList(wrong)).toBe(false);
  }
});

test('explanations and forecasts are told from other answers', () => {
  const explained = { query: 'x', atMs: 1, kind: 'sum', explanations: [], related: [] };
  const series = { labels: {}, times: [1], mean: [null], lower: [[0]], upper: [[1]] };
  const forecast = { query: 'x', stepMs: 1, levels: [0.9], series: [series] };
  expect([isExplainAnswer(explained), isForecastAnswer(explained)]).toEqual([true, false]);
  expect([isExplainAnswer(forecast), isForecastAnswer(forecast)]).toEqual([false, true]);
  expect(isExplainAnswer({ ...explained, kind: 'max' })).toBe(false);
  expect(isForecastAnswer({ ...forecast, series: [{ ...series, mean: undefined }] })).toBe(false);
});
