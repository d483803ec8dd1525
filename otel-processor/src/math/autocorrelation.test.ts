import fc from 'fast-check';
import { expect, test } from 'vitest';
import { autocorrelation } from './autocorrelation.ts';

const signal = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 1, maxLength: 60 });

test('autocorrelation by Fourier transform is what the definition says', () => {
  fc.assert(
    fc.property(signal, fc.integer({ min: 0, max: 70 }), (numbers, lagMax) => {
      const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
      const at = (lag: number): number =>
        numbers.reduce(
          (sum, value, i) => (i < lag ? sum : sum + (value - mean) * (numbers[i - lag] - mean)),
          0,
        );
      const found = autocorrelation(Float64Array.from(numbers), lagMax);
      expect(found.length).toBe(lagMax + 1);
      for (let lag = 0; lag <= lagMax; lag++) {
        expect(found[lag]).toBeCloseTo(at(0) < 1e-9 ? 0 : at(lag) / at(0), 6);
      }
    }),
  );
});
