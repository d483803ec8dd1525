import { describe, expect, test } from 'vitest';
import { Ledger } from './ledger.ts';

function ledger(): Ledger {
  const made = new Ledger();
  made.sent('a', 1000, 1);
  made.sent('a', 2000, 2);
  made.sent('a', 3000, 3);
  made.acked('a', 1000);
  made.acked('a', 2000);
  return made;
}

describe('ledger', () => {
  test('acknowledged samples must be there, sent ones may be', () => {
    const both = [
      { timestampMs: 1000, value: 1 },
      { timestampMs: 2000, value: 2 },
    ];
    expect(ledger().check('a', both)).toEqual([]);
    expect(ledger().check('a', [...both, { timestampMs: 3000, value: 3 }])).toEqual([]);
  });

  test('a lost, an invented, a changed and a doubled sample are each named', () => {
    const check = (...stored: [number, number][]): string[] =>
      ledger().check(
        'a',
        stored.map(([timestampMs, value]) => ({ timestampMs, value })),
      );
    expect(check([1000, 1])).toEqual(['a: 2 at 2000 was acknowledged and is lost']);
    expect(check([1000, 1], [1500, 9], [2000, 2])).toEqual(['a: 9 at 1500 was never sent']);
    expect(check([1000, 1], [2000, 4])).toEqual(['a: 4 at 2000, but 2 was sent']);
    expect(check([1000, 1], [2000, 2], [2000, 2])).toEqual(['a: 2000 comes after 2000']);
  });

  test('what lies before the range that was read is not missed', () => {
    expect(ledger().check('a', [{ timestampMs: 2000, value: 2 }], 1500)).toEqual([]);
  });
});
