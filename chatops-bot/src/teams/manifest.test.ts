import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { commands } from '../commands/index.ts';

const folder = new URL('../../teams-app/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8')) as {
  manifestVersion: string;
  icons: { color: string; outline: string };
  bots: { botId: string; commandLists: { commands: { title: string }[] }[] }[];
  composeExtensions: { botId: string }[];
};

function validator(): (manifest: unknown) => string[] {
  const require = createRequire(import.meta.url);
  const schemas = require.resolve('@microsoft/app-manifest').replace(/index\.js$/, 'json-schemas/teams/');
  const schema = JSON.parse(
    readFileSync(`${schemas}v${manifest.manifestVersion}/MicrosoftTeams.schema.json`, 'utf8'),
  ) as Record<string, unknown>;
  const ajv = new Ajv({ strict: false, allErrors: true });
  (addFormats as unknown as (ajv: Ajv) => void)(ajv);
  // The draft that the schema names is of the validator's own default, but for its id.
  const { $schema: _, ...rules } = schema;
  const validate = ajv.compile(rules);
  return (value) =>
    validate(value)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

test("the app's manifest is valid by the maker's schema, and the schema refuses what is wrong", () => {
  const problemsOf = validator();
  expect(problemsOf(manifest)).toEqual([]);
  expect(problemsOf({ ...manifest, name: { short: 'x'.repeat(31) } })).not.toEqual([]);
  expect(problemsOf({ ...manifest, bots: [{ botId: 'not an id', scopes: ['nowhere'] }] })).not.toEqual([]);
});

test('commands of the manifest are commands, and one bot is behind all of it', () => {
  const names = new Set(commands.map(({ name }) => name));
  const listed = manifest.bots[0].commandLists[0].commands.map(({ title }) => title);
  expect(listed.filter((title) => !names.has(title))).toEqual([]);
  expect(manifest.composeExtensions[0].botId).toBe(manifest.bots[0].botId);
});

test('the icons have the sizes that Teams asks for', () => {
  const sizeOf = (name: string): [number, number] => {
    const png = readFileSync(new URL(name, folder));
    return [png.readUInt32BE(16), png.readUInt32BE(20)];
  };
  expect(sizeOf(manifest.icons.color)).toEqual([192, 192]);
  expect(sizeOf(manifest.icons.outline)).toEqual([32, 32]);
});
