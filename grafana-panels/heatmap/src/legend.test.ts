import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ColourScaleKind, colourScale } from '../../shared/src/colour-scale.ts';
import { legendLabels } from './legend.ts';

const measure = { widthPx: (text: string): number => text.length * 7 };
const format = (value: number): string => `${Number(value.toPrecision(3))} evt/s`;

function legendOf(kind: ColourScaleKind, low: number, high: number) {
  const values = Float64Array.from({ length: 50 }, (_, i) => low + ((high - low) * i) / 49);
  return {
    scale: colourScale(values, { kind, levels: 64 }),
    colours: [],
    isStepped: false,
    mappedTexts: [],
  };
}

describe('labels of the legend', () => {
  test('never touch each other, and stay within the legend', () => {
    const kinds = fc.constantFrom<ColourScaleKind>('linear', 'log', 'sqrt', 'quantile');
    const number = fc.double({ min: 0.001, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(kinds, number, number, fc.integer({ min: 40, max: 420 }), (kind, a, b, widthPx) => {
        const legend = legendOf(kind, Math.min(a, b), Math.max(a, b) + 0.001);
        const labels = legendLabels(legend, widthPx, format, measure);
        let endPx = 0;
        for (const { text, leftPx } of labels) {
          if (leftPx < endPx || leftPx + measure.widthPx(text) > widthPx + 1e-9) return false;
          endPx = leftPx + measure.widthPx(text);
        }
        return true;
      }),
    );
  });

  test('are round values, each where its colour is', () => {
    const labels = legendLabels(legendOf('linear', 0.06, 6.75), 420, format, measure);
    expect(labels.map(({ text }) => text)).toEqual(['2 evt/s', '4 evt/s', '6 evt/s']);
    for (const { text, part } of labels)
      expect(part).toBeCloseTo((Number.parseFloat(text) - 0.06) / (6.75 - 0.06), 5);
    const powers = legendLabels(legendOf('log', 0.5, 2000), 420, format, measure);
    expect(powers.map(({ text }) => text)).toEqual(['1 evt/s', '10 evt/s', '100 evt/s', '1000 evt/s']);
  });

  test('are the ends where there is no room for more, and one of them where there is none for both', () => {
    const texts = (widthPx: number): readonly string[] =>
      legendLabels(legendOf('linear', 1.1, 1.9), widthPx, format, measure).map(({ text }) => text);
    expect(texts(140)).toEqual(['1.1 evt/s', '1.9 evt/s']);
    expect(texts(80)).toEqual(['1.1 evt/s']);
  });

  test('of steps too narrow for their texts, those that fit are said', () => {
    const scale = colourScale(Float64Array.from([0, 100]), { kind: 'linear', levels: 10 });
    const legend = { scale, colours: Array(10).fill([0, 0, 0]), isStepped: true, mappedTexts: [] };
    const labels = legendLabels(legend, 200, format, measure);
    expect(labels.length).toBeGreaterThan(1);
    expect(labels.length).toBeLessThan(10);
    expect(labels[0]).toMatchObject({ text: '5 evt/s', leftPx: 0 });
  });
});
