/** A function of PromQL, as far as editors need to know it. */
export interface PromqlFunction {
  readonly name: string;
  /** `range`: of a range vector; `vector`: of an instant vector; `aggregation`: groups it. */
  readonly kind: 'range' | 'vector' | 'aggregation' | 'other';
  /** What stands before the vector, by name. */
  readonly before?: readonly string[];
  /** What stands behind it. */
  readonly after?: readonly string[];
  readonly about: string;
}

const range = (name: string, about: string): PromqlFunction => ({ name, kind: 'range', about });
const vector = (name: string, about: string): PromqlFunction => ({ name, kind: 'vector', about });
const aggregation = (name: string, about: string): PromqlFunction => ({ name, kind: 'aggregation', about });
const other = (name: string, about: string): PromqlFunction => ({ name, kind: 'other', about });

/** Words of the language that stand between expressions; `bool`, which follows comparisons alone, is not among them. */
export const promqlKeywords: readonly string[] = [
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'and',
  'or',
  'unless',
  'offset',
];

export const promqlFunctions: readonly PromqlFunction[] = [
  range('rate', 'Per-second rise of a counter, averaged over the range.'),
  range('irate', 'Per-second rise of a counter, from the last two samples.'),
  range('increase', 'What a counter rose by within the range.'),
  range('delta', 'Difference between the first and the last value of a gauge.'),
  range('idelta', 'Difference between the last two values of a gauge.'),
  range('deriv', 'Per-second slope of a gauge, by linear regression.'),
  range('changes', 'How often the value changed.'),
  range('resets', 'How often a counter was reset.'),
  range('avg_over_time', 'Mean of the values within the range.'),
  range('min_over_time', 'Least value within the range.'),
  range('max_over_time', 'Greatest value within the range.'),
  range('sum_over_time', 'Sum of the values within the range.'),
  range('count_over_time', 'Number of samples within the range.'),
  range('last_over_time', 'Newest value within the range.'),
  range('stddev_over_time', 'Standard deviation of the values within the range.'),
  range('present_over_time', '1 for each series that has a sample within the range.'),
  { ...range('quantile_over_time', 'Quantile of the values within the range.'), before: ['0.95'] },
  { ...range('predict_linear', 'The value so many seconds ahead, by linear regression.'), after: ['3600'] },
  range('absent_over_time', '1 when there is no sample within the range.'),
  { ...vector('histogram_quantile', 'Quantile of a histogram, from its buckets.'), before: ['0.95'] },
  vector('histogram_count', 'Number of observations of a native histogram.'),
  vector('histogram_sum', 'Sum of observations of a native histogram.'),
  vector('histogram_avg', 'Mean of observations of a native histogram.'),
  { ...vector('histogram_fraction', 'Share of observations between two bounds.'), before: ['0', '0.2'] },
  vector('abs', 'Absolute value.'),
  vector('ceil', 'Rounded up.'),
  vector('floor', 'Rounded down.'),
  vector('round', 'Rounded to the nearest whole number.'),
  vector('sqrt', 'Square root.'),
  vector('exp', 'e to the power of the value.'),
  vector('ln', 'Natural logarithm.'),
  vector('log2', 'Logarithm to base 2.'),
  vector('log10', 'Logarithm to base 10.'),
  vector('sgn', 'Sign: -1, 0 or 1.'),
  vector('absent', '1 when there are no series.'),
  vector('sort', 'Series by value, lowest first.'),
  vector('sort_desc', 'Series by value, highest first.'),
  vector('timestamp', 'Time of the sample, in seconds.'),
  { ...vector('clamp_max', 'Not above this.'), after: ['1'] },
  { ...vector('clamp_min', 'Not below this.'), after: ['0'] },
  { ...vector('clamp', 'Between these two.'), after: ['0', '1'] },
  aggregation('sum', 'Sum of the series.'),
  aggregation('avg', 'Mean of the series.'),
  aggregation('min', 'Least of the series.'),
  aggregation('max', 'Greatest of the series.'),
  aggregation('count', 'Number of series.'),
  aggregation('group', '1 for each group.'),
  aggregation('stddev', 'Standard deviation of the series.'),
  aggregation('stdvar', 'Variance of the series.'),
  { ...aggregation('topk', 'The series with the highest values.'), before: ['10'] },
  { ...aggregation('bottomk', 'The series with the lowest values.'), before: ['10'] },
  { ...aggregation('quantile', 'Quantile over the series.'), before: ['0.95'] },
  other('label_replace', 'Sets a label from another one by a regular expression.'),
  other('label_join', 'Sets a label from several others.'),
  other('time', 'Time of evaluation, in seconds.'),
  other('vector', 'A number as a series without labels.'),
  other('scalar', 'The value of the only series as a number.'),
  other('hour', 'Hour of the day, in UTC.'),
  other('minute', 'Minute of the hour, in UTC.'),
  other('day_of_week', 'Day of the week, 0 being Sunday.'),
  other('day_of_month', 'Day of the month, from 1.'),
  other('month', 'Month, from 1.'),
  other('year', 'Year.'),
  other('pi', 'The number pi.'),
];

export const functionByName: ReadonlyMap<string, PromqlFunction> = new Map(
  promqlFunctions.map((each) => [each.name, each]),
);
