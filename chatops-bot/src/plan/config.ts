import { z } from 'zod';
import { durationField } from '../base/index.ts';

export const plannerConfigSchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .describe(
      'Base of an OpenAI-compatible API, for example `http://127.0.0.1:11434/v1`. Gets the question and names of metrics, labels and values.',
    ),
  model: z.string().min(1).describe('Name of the model.'),
  token: z.string().default('').describe('Sent as `Authorization: Bearer`.'),
  timeout: durationField('8s', 'What is not answered within this time is not proposed.'),
  metrics: z
    .int()
    .min(1)
    .max(500)
    .default(60)
    .describe('Metrics that it is told of, those that come nearest to the question.'),
});

export type PlannerConfig = z.output<typeof plannerConfigSchema>;
