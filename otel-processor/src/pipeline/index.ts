export { OVERFLOW_METRIC } from './cardinality.ts';
export { type EnrichmentConfig, type PipelineConfig, pipelineConfigSchema } from './config.ts';
export { DeadLetters } from './dead-letters.ts';
export { createEnrichment, type Enrichment, type LookupTables } from './enrichment/enrichment.ts';
export { type LookupTable, parseLookupTable } from './enrichment/lookup-table.ts';
export { createEventIntake } from './event-intake.ts';
export { type Admission, MemoryGuard, type MemoryProbe } from './memory-guard.ts';
export { createPipeline, type Pipeline, type PipelinePorts } from './pipeline.ts';
