import { buildPlugins, sizeBytesOf, zipPlugin } from './build-plugins.ts';
import { pluginFolders } from './plugin-folders.ts';

// npm run build [-- FOLDER...]: the installable archive of every plugin, or of those named.
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(pluginFolders as readonly string[]).includes(name));
if (unknown.length > 0) {
  console.error(`no such plugin: ${unknown.join(', ')} (there are ${pluginFolders.join(', ')})`);
  process.exit(2);
}
const today = new Date().toISOString().slice(0, 10);
const built = await buildPlugins(wanted.length > 0 ? wanted : pluginFolders, { mode: 'production', today });
for (const plugin of built) {
  const archive = zipPlugin(plugin);
  const moduleKb = (sizeBytesOf(`${plugin.distFolder}/module.js`) / 1000).toFixed(1);
  console.log(`${plugin.id}: module.js ${moduleKb} kB, ${archive}`);
}
