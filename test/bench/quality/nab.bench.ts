import { createPrng } from '../../../otel-processor/src/base/index.ts';
import { detectorMethods } from '../../../otel-processor/src/detect/index.ts';
import { printTable, publish, single } from '../report.ts';
import { dataFolder } from './data.ts';
import { byMethod, trivialWays } from './detect-all.ts';
import { readNab } from './nab-data.ts';
import { type NabFile, nabScore } from './nab-score.ts';

/** The Numenta Anomaly Benchmark, strictly streaming: no file's range, length or future is known. */
const SPLITS = 20;
const SEED = 4;

const shown = (value: number): string => value.toFixed(2);

/** Mean over random halves: the threshold that is best on one half, judged on the other. */
function crossValidated(
  files: readonly NabFile[],
  scores: readonly Float64Array[],
  profile: 'standard' | 'lowFalsePositives',
): number {
  const prng = createPrng(SEED);
  let sum = 0;
  for (let split = 0; split < SPLITS; split++) {
    const order = files.map((_, i) => [prng.next(), i] as const).sort((a, b) => a[0] - b[0]);
    const half = order.length >> 1;
    for (const [train, test] of [
      [order.slice(0, half), order.slice(half)],
      [order.slice(half), order.slice(0, half)],
    ]) {
      const pick = <T>(all: readonly T[], part: typeof order): T[] => part.map(([, i]) => all[i]);
      const { threshold } = nabScore(pick(files, train), pick(scores, train), profile);
      sum += nabScore(pick(files, test), pick(scores, test), profile, threshold).score;
    }
  }
  return sum / (2 * SPLITS);
}

function byFile(files: readonly NabFile[], scores: readonly Float64Array[], threshold: number): void {
  printTable(
    'file by file at that threshold, standard profile',
    ['file', 'rows', 'windows', 'found', 'false rows', 'score'],
    files.map((file, i) => {
      const { score, windowsHit, falseRows } = nabScore([file], [scores[i]], 'standard', threshold);
      const count = file.windows.length;
      return [file.name, file.times.length, count, windowsHit, falseRows, count > 0 ? shown(score) : '-'].map(
        String,
      );
    }),
  );
}

const folder = dataFolder('nab');
if (folder !== undefined) {
  const files = readNab(folder);
  const ways = [
    ...trivialWays,
    ...detectorMethods.toReversed().map((method) => [method.name, byMethod(method)] as const),
  ];
  const results = ways.map(([name, way]) => {
    const scores = files.map(({ timestampsMs, values }) => way(timestampsMs, values, 0).alertScores);
    return {
      name,
      scores,
      standard: nabScore(files, scores),
      lowFalsePositives: nabScore(files, scores, 'lowFalsePositives'),
      lowFalseNegatives: nabScore(files, scores, 'lowFalseNegatives'),
      shipped: nabScore(files, scores, 'standard', 1),
      validated: crossValidated(files, scores, 'standard'),
      validatedLow: crossValidated(files, scores, 'lowFalsePositives'),
    };
  });
  printTable(
    `${files.length} files, ${files.reduce((sum, { windows }) => sum + windows.length, 0)} windows`,
    ['', 'standard', 'low FP', 'low FN', '2-fold', '2-fold low FP', 'at 1.0', 'found', 'false rows'],
    results.map((each) => [
      each.name,
      shown(each.standard.score),
      shown(each.lowFalsePositives.score),
      shown(each.lowFalseNegatives.score),
      shown(each.validated),
      shown(each.validatedLow),
      shown(each.shipped.score),
      String(each.standard.windowsHit),
      String(each.standard.falseRows),
    ]),
  );
  const ours = results[results.length - 1];
  byFile(files, ours.scores, ours.standard.threshold);
  publish(
    'nab',
    [
      single('nab/standard', 'NAB half, standard profile', '', ours.standard.score),
      single('nab/low-fp', 'NAB half, low-FP profile', '', ours.lowFalsePositives.score),
      single('nab/validated', 'NAB half, standard profile, 2-fold', '', ours.validated),
    ],
    [`Best threshold: a score of ${ours.standard.threshold.toFixed(3)}; strictly streaming.`],
  );
}
