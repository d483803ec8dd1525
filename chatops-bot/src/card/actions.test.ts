import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MenuItem } from '../reply/index.ts';
import { groupActions } from './actions.ts';
import { exampleGroup } from './group.test-support.ts';
import { defaultCardOptions } from './types.ts';

const silence = { id: 's', createdBy: 'lena', comment: '', startsAtMs: 0, endsAtMs: 1 };

function behindDots(group: Parameters<typeof groupActions>[0]): readonly MenuItem[] {
  const actions = groupActions(group, defaultCardOptions).flatMap((block) =>
    block.kind === 'actions' ? block.actions : [],
  );
  return actions.flatMap((action) => (action.kind === 'overflow' ? action.items : []));
}

test('behind the dots is never more than a platform takes, and whatever can be explained can be', () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      fc.integer({ min: 1, max: 3 }),
      (open, silenced, drawn, total) => {
        const group = exampleGroup();
        const items = behindDots({
          ...group,
          state: open ? 'firing' : 'resolved',
          silences: silenced ? [silence] : [],
          chart: drawn ? group.chart : null,
          counts: { ...group.counts, total },
        });
        const labels = items.map(({ label }) => label);
        expect(items.length).toBeLessThanOrEqual(5);
        expect(labels.includes('Explain')).toBe(drawn);
        expect(labels.includes('All its alerts')).toBe(total > 1);
        expect(labels.includes('End the silence')).toBe(open && silenced);
      },
    ),
  );
});
