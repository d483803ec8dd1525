import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import webpack, { type Compiler } from 'webpack';

export interface StaticFilesOptions {
  readonly pluginFolder: string;
  readonly version: string;
  /** YYYY-MM-DD. */
  readonly today: string;
  readonly pluginId: string;
}

/** Puts what is not code beside the code: manifest, texts, pictures, translations; versions are filled in. */
export class StaticFiles {
  readonly #options: StaticFilesOptions;

  constructor(options: StaticFilesOptions) {
    this.#options = options;
  }

  apply(compiler: Compiler): void {
    const { pluginFolder } = this.#options;
    compiler.hooks.thisCompilation.tap('StaticFiles', (compilation) => {
      compilation.hooks.processAssets.tap('StaticFiles', () => {
        const emit = (name: string, path: string): void => {
          compilation.fileDependencies.add(path);
          compilation.emitAsset(name, new webpack.sources.RawSource(this.#filled(name, readFileSync(path))));
        };
        emit('plugin.json', join(pluginFolder, 'src', 'plugin.json'));
        for (const name of ['README.md', 'CHANGELOG.md', 'LICENSE']) emit(name, join(pluginFolder, name));
        for (const folder of ['img', 'locales', 'dashboards']) {
          const from = join(pluginFolder, 'src', folder);
          for (const path of filesBelow(from)) emit(`${folder}/${relative(from, path)}`, path);
        }
      });
    });
  }

  #filled(name: string, content: Buffer): Buffer {
    if (!/^(plugin\.json|README\.md|CHANGELOG\.md)$/.test(name)) return content;
    const { version, today, pluginId } = this.#options;
    const text = content
      .toString('utf8')
      .replaceAll('%VERSION%', version)
      .replaceAll('%TODAY%', today)
      .replaceAll('%PLUGIN_ID%', pluginId);
    return Buffer.from(text);
  }
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch {
    return [];
  }
}
