export { type Clock, pause, systemClock, type Timer } from './clock.ts';
export { Counters } from './counters.ts';
export { type LogFields, type Logger, silentLogger } from './logger.ts';
