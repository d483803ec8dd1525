import type { Telemetry } from '../../base/index.ts';
import type { EventBatch } from '../../model/index.ts';
import type { EnrichmentConfig, EnrichmentStep } from './config.ts';
import type { LookupTable } from './lookup-table.ts';
import { createTransform, type Transform } from './steps.ts';

/** The tables of the steps, by the index of the step. */
export type LookupTables = ReadonlyMap<number, LookupTable>;

/** What is done to the events of one tenant before they are stored. */
export interface Enrichment {
  /** Whether there is nothing to do. */
  readonly isEmpty: boolean;
  apply(batch: EventBatch): void;
  /** From now on. What is stored already stays as it is. */
  setTables(tables: LookupTables): void;
}

/** The steps for `tenant`, in the order of the configuration. */
export function createEnrichment(
  config: EnrichmentConfig,
  tenant: string,
  tables: LookupTables,
  telemetry: Telemetry,
): Enrichment {
  let current = tables;
  const steps = config.flatMap((step, index): Transform[] => {
    if (step.tenants !== undefined && !step.tenants.includes(tenant)) return [];
    const transform = createTransform(step, () => current.get(index));
    const misses = telemetry.counter(
      'statbar_enrichment_misses_total',
      'Values of events that a step of enrichment could do nothing with: not in the table, not an address, not a known user agent.',
      { step: `${index} ${kindOf(step)}` },
    );
    return [
      (batch) => {
        const missed = transform(batch);
        misses.add(missed);
        return missed;
      },
    ];
  });
  return {
    isEmpty: steps.length === 0,
    apply(batch) {
      for (const step of steps) step(batch);
    },
    setTables(next) {
      current = next;
    },
  };
}

function kindOf(step: EnrichmentStep): string {
  return Object.entries(step).find(([key, value]) => key !== 'tenants' && value !== undefined)?.[0] ?? '';
}
