import { yieldToEventLoop } from '../base/index.ts';
import { ratioAccount, sumAccount } from './account.ts';
import { expectLeaves } from './expectation.ts';
import { affordableLabels, type EffectModel, findScopes } from './find-scopes.ts';
import { codeLabels } from './label-codes.ts';
import { partitions } from './partitions.ts';
import { total } from './past.ts';
import { commonLabels, distinctScopes, ownLabels } from './scope-labels.ts';
import type { ChangeExplanation, ChangeInput, ExplainOptions } from './types.ts';

const defaultModel: EffectModel = { variation: 1 / 3, shapeMin: 4 };
/** Ways to describe the same leaves that are looked through to find others. */
const EQUALS_MAX = 8;
/** Visits of leaves between two turns of the event loop: a few milliseconds. */
const VISITS_PER_TURN = 50_000;

/**
 * Which label values, alone or combined, account for a change. A cause is taken to multiply what all leaves of some
 * label values have by one factor and to leave the others alone; the account that makes the present most likely comes
 * first. `surprise` is the logarithm of how much more likely that is than no change there.
 */
export function explainChange(
  input: ChangeInput,
  options: ExplainOptions,
  model: EffectModel = defaultModel,
): ChangeExplanation {
  const work = explaining(input, options, model);
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** The same, giving the event loop its turn every few milliseconds. */
export async function explainChangeInTurns(
  input: ChangeInput,
  options: ExplainOptions,
): Promise<ChangeExplanation> {
  const work = explaining(input, options, defaultModel);
  let visits = 0;
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    visits += step.value;
    if (visits < VISITS_PER_TURN) continue;
    visits = 0;
    await yieldToEventLoop();
  }
}

/** Yields how many leaves it has visited since it last did. */
function* explaining(
  input: ChangeInput,
  options: ExplainOptions,
  model: EffectModel,
): Generator<number, ChangeExplanation> {
  const kind = input.weights === undefined ? 'sum' : 'ratio';
  const expectation = expectLeaves(input);
  if (expectation === undefined) {
    return { kind, expected: Number.NaN, actual: actualTotal(input), labelsMax: 0, explanations: [] };
  }
  const { limit, dropImplied = true } = options;
  const labels = codeLabels(input.labelNames, input.leaves, dropImplied);
  const labelsMax = affordableLabels(labels.length, input.leaves.length, options.labelsMax);
  const wanted = dropImplied ? limit * EQUALS_MAX : limit;
  const found = yield* findScopes(expectation, partitions(labels, labelsMax, dropImplied), wanted, model);
  const scopes = dropImplied ? distinctScopes(found).slice(0, limit) : found;
  const describe = kind === 'sum' ? sumAccount(expectation) : ratioAccount(expectation);
  const whole = describe(() => true);
  return {
    kind,
    expected: whole.expected,
    actual: whole.actual,
    labelsMax,
    explanations: scopes.map((scope) => ({
      labels: dropImplied ? commonLabels(scope, input) : ownLabels(scope, input, labels),
      surprise: scope.evidence,
      ...describe((leaf) => scope.partition.parts[leaf] === scope.part),
    })),
  };
}

function actualTotal({ current, weights }: ChangeInput): number {
  return weights === undefined ? total(current) : total(current) / total(weights.current);
}
