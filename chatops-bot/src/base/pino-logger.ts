import { destination, pino } from 'pino';
import type { Logger } from './logger.ts';

const secretKeys = [
  'authorization',
  'token',
  'bot_token',
  'app_token',
  'signing_secret',
  'password',
  'secret',
];

/** The log on standard error, one JSON object a line. */
export function createLogger(level: 'debug' | 'info' | 'warn' | 'error'): Logger {
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secretKeys.flatMap((key) => [key, `*.${key}`]), censor: '<secret>' },
    },
    destination({ fd: 2, sync: true }),
  );
  return {
    debug: (message, fields) => log.debug(fields ?? {}, message),
    info: (message, fields) => log.info(fields ?? {}, message),
    warn: (message, fields) => log.warn(fields ?? {}, message),
    error: (message, fields) => log.error(fields ?? {}, message),
  };
}
