import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPlugins, sizeBytesOf, zipPlugin } from './build-plugins.ts';
import { checkPlugin, type Finding, readBuiltPlugin } from './check/index.ts';
import { dashboardFiles } from './dashboards/dashboard-files.ts';
import { pluginFolders, repositoryRoot, suiteVersion } from './plugin-folders.ts';

// npm run build [-- FOLDER...]: builds every plugin, or those named, checks them, and makes the installable archives.
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(pluginFolders as readonly string[]).includes(name));
if (unknown.length > 0) {
  console.error(`no such plugin: ${unknown.join(', ')} (there are ${pluginFolders.join(', ')})`);
  process.exit(2);
}
const today = new Date().toISOString().slice(0, 10);
const built = await buildPlugins(wanted.length > 0 ? wanted : pluginFolders, { mode: 'production', today });
let errors = 0;
for (const plugin of built) {
  const archive = zipPlugin(plugin);
  const checked = readBuiltPlugin(join(repositoryRoot, plugin.folder), plugin.distFolder, suiteVersion());
  const findings = checkPlugin(checked, archive);
  const moduleKb = (sizeBytesOf(`${plugin.distFolder}/module.js`) / 1000).toFixed(1);
  console.log(`${plugin.id}: module.js ${moduleKb} kB, ${archive}`);
  for (const finding of findings) print(finding);
  errors += findings.filter(({ level }) => level === 'error').length;
}
const dashboardFolder = join(repositoryRoot, 'artifacts', 'dashboards');
mkdirSync(dashboardFolder, { recursive: true });
for (const [name, text] of dashboardFiles()) {
  writeFileSync(join(dashboardFolder, name), text);
  console.log(`dashboard: ${join(dashboardFolder, name)}`);
}
process.exitCode = errors > 0 ? 1 : 0;

function print({ level, rule, message }: Finding): void {
  console.log(`  ${level} (${rule}): ${message}`);
}
