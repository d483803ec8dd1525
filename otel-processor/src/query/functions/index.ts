import type { FunctionEntry } from './function-entry.ts';
import { histogramFunctions } from './histogram.ts';
import { infoFunctions } from './info.ts';
import { labelFunctions } from './labels.ts';
import { mathFunctions } from './math.ts';
import { overTimeFunctions } from './over-time.ts';
import { rateFunctions } from './rate.ts';
import { timeFunctions } from './time.ts';
import { trendFunctions } from './trend.ts';
import { vectorFunctions } from './vector.ts';

/** Every PromQL function by its name. To add one, add an entry to the file of its family. */
export const functions: ReadonlyMap<string, FunctionEntry> = new Map(
  [
    ...mathFunctions,
    ...timeFunctions,
    ...rateFunctions,
    ...overTimeFunctions,
    ...trendFunctions,
    ...vectorFunctions,
    ...labelFunctions,
    ...infoFunctions,
    ...histogramFunctions,
  ].map((entry) => [entry.name, entry]),
);

export type { FunctionEntry } from './function-entry.ts';
