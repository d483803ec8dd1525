import type { Evidence } from '../types.ts';
import { slot } from './state.ts';

/** What made the newest score, most telling first. Only what would be at least half an alert by itself. */
export function explain(scalars: Float64Array): readonly Evidence[] {
  const value = scalars[slot.value];
  const found: Evidence[] = [];
  const add = (feature: string, at: number, sentence: () => string): void => {
    if (scalars[at] >= 0.5) found.push({ feature, surprise: scalars[at], sentence: sentence() });
  };
  add('season', slot.seasonScore, () => {
    const expected = scalars[slot.seasonExpected];
    const usual = scalars[slot.bySeason] === 1 ? 'which is usual at this time' : 'its usual level';
    return `${format(value)} is ${distance(value, expected)} ${format(expected)}, ${usual}`;
  });
  add('forecast', slot.forecastScore, () => {
    const expected = scalars[slot.forecastExpected];
    return `${format(value)} is ${distance(value, expected)} the forecast of ${format(expected)}`;
  });
  add('range', slot.rangeScore, () => {
    const { [slot.lowBefore]: low, [slot.highBefore]: high } = scalars;
    return `${format(value)} is ${value > high ? 'higher' : 'lower'} than everything so far, which was between ${format(low)} and ${format(high)}`;
  });
  add('silence', slot.silenceScore, () => {
    const longest = scalars[slot.silenceRecord];
    const before = longest < 1 ? 'there was none before' : `the longest before was ${Math.round(longest)}`;
    return `no value for ${scalars[slot.silence]} steps; ${before}`;
  });
  add('flat', slot.equalScore, () => {
    return `stands still at ${format(value)} for ${scalars[slot.equal] + 1} steps; the longest before was ${Math.round(scalars[slot.equalRecord]) + 1}`;
  });
  return found.sort((a, b) => b.surprise - a.surprise);
}

function distance(value: number, expected: number): string {
  const difference = Math.abs(value - expected);
  const side = value > expected ? 'above' : 'below';
  const ratio = value / expected;
  if (ratio >= 3 && Number.isFinite(ratio)) return `${format(ratio)} times`;
  return `${format(difference)} ${side}`;
}

/** Four digits are enough for a sentence. */
function format(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e15 || (size > 0 && size < 1e-4)) return value.toExponential(2);
  return new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 }).format(value);
}
