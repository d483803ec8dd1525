import type { ExplainAnswer } from '@statbar/sdk/wire';
import { type Clock, type Fault, isFault, parseDuration, permanent } from '../../base/index.ts';
import type { Against } from '../../insight/index.ts';
import type { Api, ApiRequest } from '../api.ts';
import { answerData } from '../prometheus/answer.ts';
import { durationParameter, type Parameters, timeParameter } from '../prometheus/parameters.ts';

/** `GET /statbar/v1/explain`: which label values account for the change of an expression. */
export function addExplainRoute(api: Api, clock: Clock): void {
  api.route(['GET', 'POST'], '/statbar/v1/explain', 'read', (request) => explain(request, clock));
}

async function explain({ parameters, tenant, signal }: ApiRequest, clock: Clock): Promise<Response | Fault> {
  const atMs = timeParameter(parameters, 'at', clock.nowMs());
  if (isFault(atMs)) return atMs;
  const stepMs = durationParameter(parameters, 'step');
  if (isFault(stepMs)) return stepMs;
  if (stepMs !== undefined && stepMs <= 0)
    return permanent('invalid', 'invalid parameter "step": expected a duration above zero');
  const against = againstOf(parameters);
  if (isFault(against)) return against;
  const query = parameters.get('query') ?? '';
  const by = parameters.all('by').flatMap((names) => names.split(',').map((name) => name.trim()));
  const explained = await tenant.insight.explain({
    expression: query,
    atMs,
    by: [...new Set(by)].filter((name) => name !== ''),
    against,
    stepMs,
    signal,
  });
  if (isFault(explained)) return explained;
  const { fromMs, toMs, stepMs: takenMs, ...rest } = explained;
  const answer: ExplainAnswer = { query, atMs, ...rest, baseline: { fromMs, toMs, stepMs: takenMs } };
  return answerData(answer);
}

/** `before`, or a duration: the same time that much earlier. */
function againstOf(parameters: Parameters): Against | Fault {
  const text = parameters.get('against') ?? 'before';
  if (text === 'before') return { kind: 'before' };
  const periodMs = parseDuration(text);
  if (isFault(periodMs) || periodMs <= 0)
    return permanent('invalid', 'invalid parameter "against": expected before, or a duration as 1d or 1w');
  return { kind: 'period', periodMs };
}
