import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Configuration, ExternalItem } from 'webpack';
import { selfModule, sharedModules } from './externals.ts';
import { pluginTarget, readManifest, repositoryRoot, suiteVersion } from './plugin-folders.ts';
import { StaticFiles } from './static-files.ts';

const publicPath = fileURLToPath(new URL('./public-path.js', import.meta.url));
const require = createRequire(import.meta.url);

export interface BuildSettings {
  readonly mode: 'production' | 'development';
  /** YYYY-MM-DD, for `info.updated`. */
  readonly today: string;
}

/**
 * How every plugin is built: as Grafana's own scaffold does it, an AMD module with the shared dependencies left
 * out, source maps beside it, and everything else that belongs into the archive. `pluginFolder` is an absolute path
 * or one from the repository's root.
 */
export function pluginConfig(
  pluginFolder: string,
  { mode, today }: BuildSettings,
  distFolder?: string,
): Configuration {
  const folder = resolve(repositoryRoot, pluginFolder);
  const { id } = readManifest(folder.slice(repositoryRoot.length));
  return {
    name: basename(folder),
    mode,
    target: ['web', 'es2020'],
    context: join(folder, 'src'),
    // The last one is what the module exports; the first must run before any lazy part is asked for.
    entry: { module: [publicPath, './module.ts'] },
    devtool: 'source-map',
    externals: [{ [selfModule]: 'module' }, isShared],
    output: {
      path: distFolder ?? join(pluginTarget, id),
      filename: '[name].js',
      chunkFilename: '[name].js?_cache=[contenthash]',
      clean: true,
      library: { type: 'amd' },
      uniqueName: id,
      devtoolModuleFilenameTemplate: (info: { resourcePath: string }) =>
        `webpack://${id}/${info.resourcePath}`,
    },
    resolve: { extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'], modules: ['node_modules'] },
    module: {
      rules: [
        {
          test: /\.tsx?$/,
          use: {
            loader: require.resolve('swc-loader'),
            options: {
              jsc: {
                target: 'es2020',
                parser: { syntax: 'typescript', tsx: true },
                transform: { react: { runtime: 'automatic' } },
              },
            },
          },
        },
        {
          test: /\.(png|jpe?g|gif|svg)$/,
          type: 'asset/resource',
          generator: { filename: 'img/[name][ext]' },
        },
      ],
    },
    performance: { hints: false },
    plugins: [new StaticFiles({ pluginFolder: folder, pluginId: id, version: suiteVersion(), today })],
    stats: 'errors-warnings',
  };
}

const isShared: ExternalItem = ({ request }, done) => {
  if (request !== undefined && (sharedModules.includes(request) || request.startsWith('grafana/'))) {
    done(undefined, request);
    return;
  }
  done();
};
