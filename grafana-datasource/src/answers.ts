import {
  type DataFrame,
  type DataQueryError,
  type DataQueryRequest,
  type DataQueryResponse,
  LoadingState,
  type ScopedVars,
} from '@grafana/data';
import { Observable } from 'rxjs';
import { nowMs } from './base/clock.ts';
import type { StatBarDataSource } from './datasource.ts';
import type { KindContext } from './kinds/context.ts';
import { answer } from './kinds/index.ts';
import { linksFor } from './links.ts';
import { liveAnswers } from './live/live-query.ts';
import type { StatBarQuery } from './model/query.ts';
import { durationMs, stepOf, zoneName } from './model/time.ts';
import { timeVariables } from './promql/interpolate.ts';

const SCRAPE_DEFAULT_MS = 15_000;
/** A range whose end is given as a time ends now when that is not longer ago. */
const ENDS_NOW_MAX_MS = 60_000;

type Replace = (target: StatBarQuery, scopedVars: ScopedVars) => StatBarQuery;
type Request = DataQueryRequest<StatBarQuery>;

/** The parts of an answer: live queries each as a stream of its own, all others together. */
export function answers(
  source: StatBarDataSource,
  request: Request,
  replace: Replace,
): Observable<DataQueryResponse>[] {
  const isLive = (target: StatBarQuery): boolean => isStreamed(target, request);
  const live = request.targets.filter(isLive);
  const rest = request.targets.filter((target) => !isLive(target));
  const parts = live.map((target) => {
    const { query, context } = prepared(source, request, target, replace);
    const key = `${request.requestId}-${target.refId}-live`;
    return liveAnswers({
      query,
      context,
      key,
      linksOf: linksFor(query, source),
      stream: source.service.stream,
    });
  });
  if (rest.length > 0) parts.push(together(source, request, rest, replace, live.length > 0));
  return parts;
}

/** A range that ends in the past does not go on: of it there is only what is stored. */
function isStreamed({ kind, live, mode, view }: StatBarQuery, { range, liveStreaming }: Request): boolean {
  if (live !== true && liveStreaming !== true) return false;
  const isPossible = kind === 'views' ? (view ?? '').trim() !== '' : kind === 'promql' && mode !== 'instant';
  const { to } = range.raw;
  const endsNow = typeof to === 'string' ? /^now\b/.test(to) : nowMs() - range.to.valueOf() < ENDS_NOW_MAX_MS;
  return isPossible && endsNow;
}

function together(
  source: StatBarDataSource,
  request: Request,
  targets: readonly StatBarQuery[],
  replace: Replace,
  goesOn: boolean,
): Observable<DataQueryResponse> {
  return new Observable((subscriber) => {
    const abort = new AbortController();
    const ask = async (target: StatBarQuery): Promise<{ frames: DataFrame[]; error?: DataQueryError }> => {
      const { query, context } = prepared(source, request, target, replace);
      try {
        const frames = await answer(query, { ...context, signal: abort.signal }, linksFor(query, source));
        return { frames };
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        return { frames: [], error: { message, refId: target.refId } };
      }
    };
    void Promise.all(targets.map(ask)).then((parts) => {
      if (abort.signal.aborted) return;
      const errors = parts.map(({ error }) => error).filter((error) => error !== undefined);
      subscriber.next({
        key: `${request.requestId}-stored`,
        data: parts.flatMap(({ frames }) => frames),
        state: errors.length > 0 ? LoadingState.Error : goesOn ? LoadingState.Streaming : LoadingState.Done,
        ...(errors.length === 0 ? {} : { errors }),
      });
      subscriber.complete();
    });
    return () => abort.abort();
  });
}

function prepared(
  source: StatBarDataSource,
  request: Request,
  target: StatBarQuery,
  replace: Replace,
): { readonly query: StatBarQuery; readonly context: Omit<KindContext, 'signal'> } {
  const { range, scopedVars, intervalMs } = request;
  const [fromMs, toMs] = [range.from.valueOf(), range.to.valueOf()];
  const minStepMs = durationMs(source.replace(target.minStep ?? '', scopedVars)) ?? 0;
  const stepMs = stepOf(toMs - fromMs, intervalMs, minStepMs);
  const scrapeMs = durationMs(source.options.scrapeInterval) ?? SCRAPE_DEFAULT_MS;
  const variables = { ...scopedVars, ...timeVariables(stepMs, toMs - fromMs, scrapeMs) };
  const { client, alerts, metadata } = source.service;
  const nowIsMs = nowMs();
  return {
    query: replace(target, variables),
    context: {
      ...{ client, alerts, metadata, cache: source.cache, fromMs, rangeEndMs: toMs, stepMs, nowMs: nowIsMs },
      // Nothing is stored of what is to come, and what is asked for there looks back over more and more of nothing.
      toMs: fromMs < nowIsMs ? Math.min(toMs, nowIsMs) : toMs,
      traceUrl: source.options.traceUrl,
      timeZone: zoneName(request.timezone),
    },
  };
}
