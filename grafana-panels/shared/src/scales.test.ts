import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { axisScale, linearTicks } from './axis-scale.ts';
import { colourScale, steppedScale } from './colour-scale.ts';
import { fill } from './fill.ts';
import { paletteColours, palettes, parseColour, toPixel } from './palette.ts';
import { timeRangeText, timeTicks } from './time-axis.ts';

describe('scales of axes', () => {
  test.each(['linear', 'log2', 'log10', 'symlog'] as const)(
    '%s: inverse undoes forward, and order is kept',
    (kind) => {
      const scale = axisScale(kind);
      const value = fc.double({ min: 1e-6, max: 1e9, noNaN: true });
      fc.assert(
        fc.property(value, value, (a, b) => {
          expect(scale.inverse(scale.forward(a)) / a).toBeCloseTo(1, 6);
          return a < b === scale.forward(a) < scale.forward(b) || Math.abs(a / b - 1) < 1e-9;
        }),
      );
    },
  );

  test('ticks are round', () => {
    expect(linearTicks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(axisScale('log10').ticks(0.005, 300, 5)).toEqual([0.01, 0.1, 1, 10, 100]);
    expect(axisScale('log10').ticks(0.5, 30, 8)).toEqual([0.5, 1, 2, 5, 10, 20]);
    expect(axisScale('log2').ticks(1, 16, 8)).toEqual([1, 2, 4, 8, 16]);
    expect(axisScale('symlog').ticks(-1000, 1000, 8)).toEqual([-1000, -100, -10, -1, 0, 1, 10, 100, 1000]);
  });
});

describe('scales of colours', () => {
  const values = Float64Array.of(1, 10, 100, 1000);

  test.each(['linear', 'log', 'sqrt', 'quantile'] as const)(
    '%s: the higher value never has the lower level',
    (kind) => {
      const scale = colourScale(values, { kind, levels: 64 });
      const value = fc.double({ min: -10, max: 2000, noNaN: true });
      fc.assert(fc.property(value, value, (a, b) => a > b || scale.levelOf(a) <= scale.levelOf(b)));
      expect(scale.levelOf(-10)).toBe(1);
      expect(scale.levelOf(1e9)).toBe(64);
      expect(scale.levelOf(Number.NaN)).toBe(0);
    },
  );

  test.each(['linear', 'log', 'sqrt', 'quantile'] as const)(
    '%s: the levels of all values at once are those of each, and hidden ones have none',
    (kind) => {
      const value = fc.double({ min: -10, max: 2000 });
      fc.assert(
        fc.property(fc.array(value, { minLength: 1 }), fc.constantFrom(Number.NaN, 0, 50), (list, upTo) => {
          const all = Float64Array.from(list);
          const hidden = { upTo, from: 1500 };
          const scale = colourScale(all, { kind, levels: 64, hidden });
          const levels = new Uint8Array(all.length);
          scale.fillLevels(all, levels, hidden);
          expect([...levels]).toEqual(list.map((v) => (v <= upTo || v >= 1500 ? 0 : scale.levelOf(v))));
        }),
      );
    },
  );

  test('values of their own come before the steps', () => {
    const scale = steppedScale(
      [Number.NEGATIVE_INFINITY, 5],
      [
        { from: 7, to: 7 },
        { from: 8, to: 9 },
      ],
    );
    expect([1, 6, 7, 8.5, 10].map(scale.levelOf)).toEqual([1, 2, 3, 4, 2]);
  });

  test('a logarithmic scale gives equal ratios equal distances', () => {
    const scale = colourScale(values, { kind: 'log', levels: 4 });
    expect([...values].map(scale.levelOf)).toEqual([1, 2, 3, 4]);
  });

  test('a quantile scale gives equal numbers of values to levels', () => {
    const skewed = Float64Array.from({ length: 1000 }, (_, i) => 2 ** (i / 50));
    const scale = colourScale(skewed, { kind: 'quantile', levels: 10 });
    const counts = new Array<number>(11).fill(0);
    for (const value of skewed) counts[scale.levelOf(value)] += 1;
    expect(counts.slice(1)).toEqual(new Array(10).fill(100));
  });

  test('limits clip', () => {
    const scale = colourScale(values, { kind: 'linear', levels: 11, min: 0, max: 100 });
    expect([0, 50, 100, 1000].map(scale.levelOf)).toEqual([1, 6, 11, 11]);
  });

  test('steps change at their value', () => {
    const scale = steppedScale([Number.NEGATIVE_INFINITY, 5, 10]);
    expect([4.9, 5, 10, 99].map(scale.levelOf)).toEqual([1, 2, 3, 3]);
  });

  test('one value alone has a colour', () => {
    expect(colourScale(Float64Array.of(7, 7), { kind: 'linear', levels: 8 }).levelOf(7)).toBe(8);
  });
});

describe('palettes', () => {
  /** Relative luminance (WCAG 2). */
  const luminance = (rgb: readonly number[]): number => {
    const [r, g, b] = rgb.map((c) =>
      c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };

  test.each(palettes.filter(({ diverging }) => !diverging))('$id gets lighter from end to end', (palette) => {
    const lights = paletteColours(palette, 64).map(luminance);
    for (let i = 1; i < lights.length; i++) expect(lights[i]).toBeGreaterThan(lights[i - 1]);
  });

  test('the ends are those of the palette, and the other way round when reversed', () => {
    const [palette] = palettes;
    expect(paletteColours(palette, 5)[0]).toEqual(parseColour(palette.stops[0]));
    expect(paletteColours(palette, 5, true)[4]).toEqual(parseColour(palette.stops[0]));
  });

  test('a pixel has red in its lowest byte', () => {
    expect(toPixel([0x11, 0x22, 0x33])).toBe(0xff332211);
  });
});

describe('time', () => {
  const day = Date.UTC(2026, 0, 1);

  test('ticks are round times of the viewer', () => {
    const texts = timeTicks(day, day + 3600_000, 6, 'utc').map(({ text }) => text);
    expect(texts).toEqual(['00:00', '00:10', '00:20', '00:30', '00:40', '00:50', '01:00']);
    const [first] = timeTicks(day, day + 3 * 86_400_000, 3, 'Asia/Kolkata');
    expect((first.timeMs + 5.5 * 3600_000) % 86_400_000).toBe(0);
  });

  test('a range names the day once', () => {
    expect(timeRangeText(day, day + 15_000, 'utc')).toBe('2026-01-01 00:00:00 – 00:00:15');
    expect(timeRangeText(day + 1, day + 15_002, 'utc')).toBe('2026-01-01 00:00:00 – 00:00:15');
    expect(timeRangeText(day, day + 1500, 'utc')).toBe('2026-01-01 00:00:00.000 – 00:00:01.500');
  });
});

test('texts keep what they have no value for', () => {
  expect(fill('{{count}} of {{all}}', { count: 3 })).toBe('3 of {{all}}');
});
