import { z } from 'zod';
import { countField, durationField } from '../base/index.ts';

/** Section `explain` of the configuration: what `GET /statbar/v1/explain` looks at. */
export const explainConfigSchema = z.strictObject({
  series_max: countField(
    10_000,
    'Series of one expression that are looked at; more are refused: name labels with `by`.',
    2,
  ),
  steps: countField(30, 'Steps of the past that say what is expected.', 3),
  step: durationField('1m', 'Time between them, when the request does not say it.'),
  labels_max: countField(3, 'Labels that one explanation may put together.', 1),
  explanations_max: countField(10, 'Explanations that are given.', 1),
  related_max: countField(10, 'Related signals that are given.'),
  related_series_max: countField(2000, 'Watched series that are compared with the one in question.', 1),
});

export type ExplainConfig = z.infer<typeof explainConfigSchema>;

/** Section `forecast` of the configuration: what `GET /statbar/v1/forecast` works with. */
export const forecastConfigSchema = z.strictObject({
  series_max: countField(50, 'Series of one expression that are forecast; more are refused.', 1),
  history: durationField('14d', 'How far back a forecast looks, when the request does not say it.'),
  points_max: countField(
    20_000,
    'Steps of history, and of the horizon, at most; the step is widened to keep to it.',
    10,
  ),
  horizon_max: durationField('30d', 'The longest horizon.'),
});

export type ForecastConfig = z.infer<typeof forecastConfigSchema>;
