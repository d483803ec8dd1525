import { type DataFrame, FieldType, getFieldDisplayName, toDataFrame } from '@grafana/data';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { displayNames } from './display-names.ts';

const labels = fc.option(
  fc.dictionary(fc.constantFrom('host', 'region', '__name__'), fc.constantFrom('a', 'b', 'c')),
  { nil: undefined },
);
const frame = fc.record({
  name: fc.option(fc.constantFrom('one', 'two'), { nil: undefined }),
  fields: fc.array(
    fc.record({
      name: fc.constantFrom('Value', 'count'),
      labels,
      displayName: fc.constantFrom(undefined, 'mine'),
    }),
    { maxLength: 3 },
  ),
});

function made(specs: readonly { name?: string | undefined; fields: readonly object[] }[]): DataFrame[] {
  return specs.map(({ name, fields }) =>
    toDataFrame({
      ...(name === undefined ? {} : { name }),
      fields: fields.map((each) => {
        const { displayName, ...rest } = each as { displayName?: string };
        return { ...rest, type: FieldType.number, values: [1], config: displayName ? { displayName } : {} };
      }),
    }),
  );
}

test('a field has the name that Grafana gives it when it looks at all frames', () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 6 }), (specs) => {
      const [own, grafana] = [made(specs), made(specs)];
      const nameOf = displayNames(own);
      own.forEach((each, f) => {
        each.fields.forEach((field, i) => {
          expect(nameOf(field, each)).toBe(getFieldDisplayName(grafana[f].fields[i], grafana[f], grafana));
        });
      });
    }),
    { numRuns: 1000 },
  );
});
