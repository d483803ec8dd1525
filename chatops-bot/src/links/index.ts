export { type LinksConfig, linksConfigSchema } from './config.ts';
export { Unfurler, type UnfurlOptions, type UnfurlPorts } from './unfurler.ts';
