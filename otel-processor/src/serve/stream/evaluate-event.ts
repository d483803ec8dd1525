import { type Fault, isFault, type Logger, permanent } from '../../base/index.ts';
import { errorType } from '../prometheus/errors.ts';
import { dataPieces } from '../prometheus/result-json.ts';
import type { StreamEvent } from './event-ring.ts';
import type { StreamRequest } from './hub.ts';

export interface EvaluatedEvent extends Pick<StreamEvent, 'kind' | 'openJson'> {
  readonly fault: Fault | undefined;
}

/** Evaluates the stream's expression at `timeMs`; a failed evaluation is an event too. */
export async function evaluateEvent(
  { tenant, expression }: StreamRequest,
  timeMs: number,
  seriesMax: number,
  signal: AbortSignal,
  logger: Logger,
): Promise<EvaluatedEvent> {
  const result = await tenant.engine.instant(expression, { timeMs, signal }).catch((error: unknown) => {
    logger.error('a streamed query failed unexpectedly', { expression, error });
    return permanent('internal', 'an unexpected error; the log of the service has the details');
  });
  if (isFault(result)) {
    const text = JSON.stringify({ timeMs, errorType: errorType(result), error: result.message });
    return { kind: 'error', openJson: text.slice(0, -1), fault: result };
  }
  let json = `{"timeMs":${timeMs},"data":`;
  for (const piece of dataPieces(result, { limit: seriesMax, stats: false })) json += piece;
  const { value } = result;
  const cut = value.type === 'vector' && value.samples.length > seriesMax;
  const warnings = cut ? [...result.warnings, 'results truncated due to limit'] : result.warnings;
  if (warnings.length > 0) json += `,"warnings":${JSON.stringify(warnings)}`;
  if (result.infos.length > 0) json += `,"infos":${JSON.stringify(result.infos)}`;
  return { kind: 'result', openJson: json, fault: undefined };
}
