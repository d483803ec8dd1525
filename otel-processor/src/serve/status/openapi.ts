import { VERSION } from '../version.ts';

/** OpenAPI 3.1 description of the routes that are StatBar's own. */
export const openApiDocument = {
  openapi: '3.1.0',
  info: { title: 'StatBar', version: VERSION },
  paths: {},
};
