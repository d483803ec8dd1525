export { expandTemplate, type TemplateData } from './expand.ts';
export { formatGoFloat } from './format.ts';
export type { TemplatePorts, TemplateSample } from './functions.ts';
export { parseTemplate } from './parse.ts';
