export { SampleQuantiles } from './bucket-quantiles.ts';
export { type SampleColumns, takeRecord } from './sample-columns.ts';
export { SampleReader } from './sample-reader.ts';
export { decodeSamples, encodeSamples, type SampleRecord } from './sample-record.ts';
export { parseSampleSelector, type SampleSelector } from './selector.ts';
export { REMEMBERED } from './series-memory.ts';
export { SeriesTable } from './series-table.ts';
export { adoptSeries, SampleTap } from './tap.ts';
