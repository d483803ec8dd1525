// Writes docs/configuration.md and docs/statbar.example.yaml from the configuration's schema.
import { writeFileSync } from 'node:fs';
import { configurationDocument, exampleConfiguration } from '../src/config/index.ts';

const docs = new URL('../../docs/', import.meta.url);
writeFileSync(new URL('configuration.md', docs), configurationDocument());
writeFileSync(new URL('statbar.example.yaml', docs), exampleConfiguration());
