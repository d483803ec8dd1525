import { type DataFrame, type Field, getFieldDisplayName } from '@grafana/data';

/**
 * Grafana's names of fields. To name one, Grafana looks at all frames: whether they are called the same, and which
 * labels they have. A few of them show as much, and a thousand series are named in the time of a thousand looks
 * instead of a million.
 */
export function displayNames(frames: readonly DataFrame[]): (field: Field, frame: DataFrame) => string {
  const few = representatives(frames);
  return (field, frame) => getFieldDisplayName(field, frame, few);
}

/** The first two, the first that is called differently, the first with labels, and the first with another label. */
function representatives(frames: readonly DataFrame[]): DataFrame[] {
  const kept = new Set(frames.slice(0, 2));
  const renamed = frames.find(({ name }) => name !== frames[0].name);
  if (renamed !== undefined) kept.add(renamed);
  const labelled = frames.find((frame) => labelNames(frame).length > 0);
  if (labelled !== undefined) {
    const [label] = labelNames(labelled);
    const other = frames.find((frame) => labelNames(frame).some((name) => name !== label));
    for (const frame of [labelled, other]) if (frame !== undefined) kept.add(frame);
  }
  // In the order of the data, since names that differ are looked for between neighbours.
  return frames.filter((frame) => kept.has(frame));
}

function labelNames({ fields }: DataFrame): string[] {
  return fields.flatMap(({ labels }) => (labels === undefined ? [] : Object.keys(labels)));
}
