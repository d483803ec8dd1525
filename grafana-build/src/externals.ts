/**
 * What Grafana gives a plugin when it runs, and what is therefore not bundled: the shared dependencies of its
 * loader. `react/jsx-runtime` is among them from 12.3 on, which is why that is the lowest version we support.
 */
export const sharedModules: readonly string[] = [
  'lodash',
  'jquery',
  'moment',
  'slate',
  'emotion',
  '@emotion/react',
  '@emotion/css',
  'prismjs',
  'slate-plain-serializer',
  '@grafana/slate-react',
  'react',
  'react/jsx-runtime',
  'react/jsx-dev-runtime',
  'react-dom',
  'react-redux',
  'redux',
  'rxjs',
  'rxjs/operators',
  'i18next',
  'react-router',
  'd3',
  '@grafana/ui',
  '@grafana/runtime',
  '@grafana/data',
];

/** The module that stands for the plugin itself in AMD: its `uri` says where it was loaded from. */
export const selfModule = 'amd-module';
