export { added, compacted, emptyLike, type Outcome, reducedTo, scaled, subtracted } from './arithmetic.ts';
export { allBuckets, type Bucket, usesCustomBuckets } from './bucket-list.ts';
export { equals } from './equals.ts';
export { printHistogram } from './print.ts';
export { histogramFraction, histogramQuantile, type QuantileResult } from './quantile.ts';
export { detectReset } from './reset.ts';
export { HistogramTotal } from './total.ts';
export { trimmed } from './trim.ts';
