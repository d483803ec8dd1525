import { z } from 'zod';
import { countField } from '../../base/index.ts';

const attribute = (description: string) => z.string().min(1).describe(description);
const bits = (defaultBits: number, max: number, description: string) =>
  countField(defaultBits, description).pipe(z.number().max(max, `expected at most ${max}`));

const stepSchema = z
  .strictObject({
    set: z
      .record(z.string().min(1), z.union([z.string(), z.number(), z.boolean()]))
      .optional()
      .describe('Attributes that every event gets, whatever it came with.'),
    lookup: z
      .strictObject({
        file: z
          .string()
          .regex(/\.(?:csv|json)$/, 'expected a file that ends in .csv or .json')
          .describe('CSV with a header, or a JSON array of objects; relative to the configuration file.'),
        match: attribute('The attribute of the event whose value is looked up.'),
        column: z
          .string()
          .min(1)
          .optional()
          .describe(
            'The column, or key of the objects, that it is looked up in; of a CSV file by default the first.',
          ),
        add: z
          .record(z.string().min(1), z.string().min(1))
          .refine((columns) => Object.keys(columns).length > 0, 'expected at least one column')
          .describe('The columns to add, each with the attribute that gets its value.'),
        rows_max: countField(100_000, 'Rows of the table; a file with more is refused.', 1),
      })
      .optional()
      .describe('Attributes from a table; events whose value is not in it stay as they are.'),
    user_agent: z
      .strictObject({
        of: z
          .string()
          .min(1)
          .default('user_agent.original')
          .describe('The attribute with the User-Agent header.'),
        device: attribute('Gets desktop, mobile, tablet, tv, bot or other.').default('device.type'),
        browser: attribute('Gets the family of the browser or program.').default('user_agent.name'),
        os: attribute('Gets the family of the operating system.').default('os.name'),
        keep: z.boolean().default(false).describe('Whether the header itself is kept.'),
      })
      .optional()
      .describe('Device type and families of browser and operating system from a User-Agent header.'),
    ip: z
      .strictObject({
        of: z
          .string()
          .min(1)
          .default('client.address')
          .describe('The attribute with the address. It is not kept.'),
        to: attribute('Gets the network, such as 192.0.2.0/24.').default('client.network'),
        ipv4_bits: bits(24, 32, 'Length of the prefix of an IPv4 address.'),
        ipv6_bits: bits(48, 128, 'Length of the prefix of an IPv6 address.'),
      })
      .optional()
      .describe('The network of an IP address in its place.'),
    mask: z
      .strictObject({
        attributes: z.array(z.string().min(1)).min(1).describe('The attributes that are masked.'),
        how: z
          .enum(['remove', 'redact', 'hash'])
          .default('redact')
          .describe(
            '`remove` takes the attribute away, `redact` puts *** in its place, `hash` a keyed hash that is the same for the same value.',
          ),
        key: z
          .string()
          .min(16, 'expected at least 16 characters')
          .optional()
          .describe('Secret of `hash`, for example ${env:MASK_KEY}.')
          .meta({ secret: true }),
      })
      .optional()
      .describe('Attributes whose values must not be stored.'),
    tenants: z
      .array(z.string().min(1))
      .optional()
      .describe('The tenants that the step is for; all without it.'),
  })
  .superRefine((step, context) => {
    const kinds = [step.set, step.lookup, step.user_agent, step.ip, step.mask];
    if (kinds.filter((kind) => kind !== undefined).length !== 1) {
      context.addIssue({
        code: 'custom',
        path: [],
        message: 'expected exactly one of set, lookup, user_agent, ip and mask',
      });
    }
    if (step.mask?.how === 'hash' && step.mask.key === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['mask', 'key'],
        message: 'expected a secret, for example ${env:MASK_KEY}',
      });
    }
  });

/** `events.enrichment`: what is done to events before they are stored, in order. */
export const enrichmentConfigSchema = z
  .array(stepSchema)
  .max(100, 'expected at most 100 steps')
  .default([])
  .describe('What is done to events before they are stored, step by step.');

export type EnrichmentConfig = z.output<typeof enrichmentConfigSchema>;
export type EnrichmentStep = EnrichmentConfig[number];
