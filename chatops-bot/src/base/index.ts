export { type Clock, pause, systemClock, type Timer } from './clock.ts';
export { durationField, parseDuration } from './config-fields.ts';
export { Counters } from './counters.ts';
export { type LogFields, type Logger, silentLogger } from './logger.ts';
export { createLogger } from './pino-logger.ts';
export { atOnce, inSlices, type Steps } from './slices.ts';
