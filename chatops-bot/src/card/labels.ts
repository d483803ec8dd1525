import type { Labels } from '@statbar/sdk/wire';
import { cutText } from '../reply/index.ts';

const VALUE_LENGTH_MAX = 80;
const TEXT_LENGTH_MAX = 300;

/** `region=eu, device=android`: without the names in `except`, at most `countMax` of them. */
export function labelsText(labels: Labels, except: ReadonlySet<string>, countMax = 8): string {
  const names = Object.keys(labels)
    .filter((name) => !except.has(name))
    .sort();
  const shown = names
    .slice(0, countMax)
    .map((name) => `${cutText(name, VALUE_LENGTH_MAX)}=${cutText(labels[name], VALUE_LENGTH_MAX)}`);
  if (names.length > shown.length) shown.push(`and ${names.length - shown.length} more`);
  return cutText(shown.join(', '), TEXT_LENGTH_MAX);
}
