import { createHash } from 'node:crypto';
import type { LabelRecord } from '../model/index.ts';

/** Stable for a label set, in whatever order: 16 hexadecimal digits. */
export function fingerprintOf(labels: LabelRecord): string {
  let text = '';
  for (const name of Object.keys(labels).sort())
    text += `${name.length}:${name}${labels[name].length}:${labels[name]}`;
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
