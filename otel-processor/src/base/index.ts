export { AssertionFailure, assert, unreachable } from './assert.ts';
export { ByteReader, ByteWriter } from './bytes.ts';
export { type Clock, ManualClock, systemClock, type Timer } from './clock.ts';
export { countField, durationField, parseSize, sizeField } from './config-fields.ts';
export { formatDuration, parseDuration } from './duration.ts';
export { type Fault, type FaultCode, FaultError, isFault, permanent, retryable } from './fault.ts';
export { type HashKey, hashKeyFrom, mix32, randomHashKey } from './hash64.ts';
export { type LogFields, type Logger, silentLogger } from './logger.ts';
export { createPrng, type Prng } from './prng.ts';
export { compareTexts, sortInSlices } from './sort-in-slices.ts';
export {
  type Counter,
  type Distribution,
  type FamilyFacts,
  type Gauge,
  type InstrumentLabels,
  parseLabelText,
  secondsBounds,
  Telemetry,
} from './telemetry.ts';
export { VERSION } from './version.ts';
export { yieldToEventLoop } from './yield.ts';
