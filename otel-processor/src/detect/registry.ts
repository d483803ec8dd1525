import { adaptiveMethod } from './adaptive/adaptive-detector.ts';
import { forestMethod } from './forest/forest-detector.ts';
import { medianMethod } from './median-detector.ts';
import type { DetectorMethod, GroupDetectorMethod } from './types.ts';

/** Every way to detect in one signal; the first is the default. */
export const detectorMethods: readonly DetectorMethod[] = [adaptiveMethod, medianMethod];

/** Every way to detect in a group of signals; the first is the default. */
export const groupDetectorMethods: readonly GroupDetectorMethod[] = [forestMethod];

export function detectorMethod(name: string): DetectorMethod | undefined {
  return detectorMethods.find((method) => method.name === name);
}

export function groupDetectorMethod(name: string): GroupDetectorMethod | undefined {
  return groupDetectorMethods.find((method) => method.name === name);
}
