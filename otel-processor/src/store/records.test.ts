import { expect, test } from 'vitest';
import { readSamples } from './records.ts';

test('a damaged record that says one time for no samples holds no samples', () => {
  const payload = new Uint8Array(16);
  new DataView(payload.buffer).setUint32(4, 1, true); // flag: one time for all
  expect(readSamples(payload)).toMatchObject({ count: 0, seriesIds: new Uint32Array(0) });
});
