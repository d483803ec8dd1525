export { adaptiveMethod } from './adaptive/adaptive-detector.ts';
export { groupScoreMethod } from './group-score.ts';
export { detectorMethod, detectorMethods, groupDetectorMethod, groupDetectorMethods } from './registry.ts';
export { createObservation, defaultProfile } from './signal-profile.ts';
export type {
  Detector,
  DetectorMethod,
  Evidence,
  GroupDetector,
  GroupDetectorMethod,
  Observation,
  SignalProfile,
} from './types.ts';
