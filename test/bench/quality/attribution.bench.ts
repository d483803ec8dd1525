import { type EffectModel, explainChange } from '../../../otel-processor/src/explain/index.ts';
import { ownCpuSeconds } from '../harness.ts';
import { type Figure, printTable, publish, single } from '../report.ts';
import { byAdtributor, byLargestChange } from './attribution-baselines.ts';
import {
  type AttributionCase,
  type CauseLabels,
  keyOf,
  rankOfCause,
  readCases,
} from './attribution-cases.ts';
import { dataFolder } from './data.ts';
import { changeKinds, syntheticCases } from './synthetic-changes.ts';

/** How often the true cause of a change is ranked first, and among the first three. */
type Rank = (input: AttributionCase['input']) => readonly CauseLabels[];

const LIMIT = 200;
const FOLDS = 5;
const SYNTHETIC_CASES = 60;
const SEED = 7;

const ours =
  (model?: EffectModel): Rank =>
  (input) =>
    explainChange(input, { limit: LIMIT, labelsMax: 3, dropImplied: false }, model).explanations.map(
      ({ labels }) => labels,
    );

const percent = (ranks: readonly number[], within: number): number =>
  (100 * ranks.filter((rank) => rank <= within).length) / ranks.length;
const shown = (value: number): string => value.toFixed(1);

function ranksOf(cases: readonly AttributionCase[], rank: Rank): number[] {
  return cases.map(({ input, causes }) => rankOfCause(rank(input), causes));
}

/** The model that is best on the other folds judges each fold. */
function crossValidated(cases: readonly AttributionCase[]): number[] {
  const models: EffectModel[] = [0.2, 1 / 3, 0.5].flatMap((variation) =>
    [1, 2, 4, 8, 16].map((shapeMin) => ({ variation, shapeMin })),
  );
  const ranks = models.map((model) => ranksOf(cases, ours(model)));
  const score = (all: readonly number[], fold: number): number => {
    const kept = all.filter((_, i) => i % FOLDS !== fold);
    return percent(kept, 1) + percent(kept, 3);
  };
  const best = Array.from({ length: FOLDS }, (_, fold) =>
    ranks.reduce((chosen, each) => (score(each, fold) > score(chosen, fold) ? each : chosen)),
  );
  return cases.map((_, i) => best[i % FOLDS][i]);
}

function compare(title: string, cases: readonly AttributionCase[]): void {
  const ways: ReadonlyArray<readonly [string, readonly number[]]> = [
    ['largest change of one label value', ranksOf(cases, byLargestChange)],
    ['Adtributor alone', ranksOf(cases, byAdtributor)],
    ['statbar', ranksOf(cases, ours())],
  ];
  printTable(
    title,
    ['', 'first, %', 'first three, %'],
    ways.map(([name, ranks]) => [name, shown(percent(ranks, 1)), shown(percent(ranks, 3))]),
  );
}

function perCase(cases: readonly AttributionCase[]): void {
  printTable(
    'case by case',
    ['case', 'rank', 'CPU ms', 'true cause', 'ranked first', 'share', 'surprise'],
    cases.map(({ name, input, causes }) => {
      const start = ownCpuSeconds();
      const { explanations } = explainChange(input, { limit: LIMIT, labelsMax: 3, dropImplied: false });
      const milliseconds = (ownCpuSeconds() - start) * 1000;
      const rank = rankOfCause(
        explanations.map(({ labels }) => labels),
        causes,
      );
      const [first] = explanations;
      return [
        name,
        String(rank),
        milliseconds.toFixed(1),
        causes.map(keyOf).join(' or '),
        first === undefined ? '' : keyOf(first.labels),
        first === undefined ? '' : first.share.toFixed(2),
        first === undefined ? '' : first.surprise.toFixed(1),
      ];
    }),
  );
}

function figuresOf(cases: readonly AttributionCase[]): Figure[] {
  const shipped = ranksOf(cases, ours());
  const validated = crossValidated(cases);
  const start = ownCpuSeconds();
  for (const { input } of cases) explainChange(input, { limit: 10, labelsMax: 3 });
  const milliseconds = ((ownCpuSeconds() - start) * 1000) / cases.length;
  return [
    single('attribution/first', 'true cause ranked first', '%', percent(shipped, 1)),
    single('attribution/first-three', 'true cause in the first three', '%', percent(shipped, 3)),
    single('attribution/first-validated', `ranked first, ${FOLDS}-fold`, '%', percent(validated, 1)),
    single('attribution/first-three-validated', `first three, ${FOLDS}-fold`, '%', percent(validated, 3)),
    single('attribution/cpu', 'one case', 'ms CPU', milliseconds),
  ];
}

for (const kind of changeKinds) compare(`made up: ${kind.name}`, syntheticCases(kind, SEED, SYNTHETIC_CASES));
const folder = dataFolder('attribution');
if (folder !== undefined) {
  const cases = readCases(folder);
  perCase(cases);
  compare(`${cases.length} cases of a live-video service`, cases);
  publish('attribution', figuresOf(cases), [
    'Cross-validated: how unlike leaves are is chosen on four fifths of the cases and judged on the fifth left out.',
  ]);
}
