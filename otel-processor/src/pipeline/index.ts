export { OVERFLOW_METRIC } from './cardinality.ts';
export { type PipelineConfig, pipelineConfigSchema } from './config.ts';
export { type Admission, MemoryGuard, type MemoryProbe } from './memory-guard.ts';
export { createPipeline, type Pipeline, type PipelinePorts } from './pipeline.ts';
