import { adaptiveMethod } from './adaptive/adaptive-detector.ts';
import type { DetectorMethod } from './types.ts';

/** Every way to detect in one signal; the first is the default. */
export const detectorMethods: readonly DetectorMethod[] = [adaptiveMethod];

export function detectorMethod(name: string): DetectorMethod | undefined {
  return detectorMethods.find((method) => method.name === name);
}
