import { destination, pino } from 'pino';
import type { Logger } from '../base/index.ts';

/** Keys whose values never reach the log, wherever they appear in the first levels of the fields. */
const secretKeys = ['authorization', 'token', 'password', 'secret', 'sha256', 'cookie'];

/** The log on standard error, one JSON object a line. Standard output stays for what a command answers. */
export function createLogger(level: 'debug' | 'info' | 'warn' | 'error'): Logger {
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secretKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '<secret>' },
      serializers: { error: pino.stdSerializers.err },
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
