import * as emotionCss from '@emotion/css';
import * as emotionReact from '@emotion/react';
import * as grafanaData from '@grafana/data';
import * as grafanaDataUnstable from '@grafana/data/unstable';
import * as grafanaRuntime from '@grafana/runtime';
import * as grafanaUi from '@grafana/ui';
import * as grafanaUiUnstable from '@grafana/ui/unstable';
import * as i18next from 'i18next';
import lodash from 'lodash';
import moment from 'moment';
import * as react from 'react';
import * as jsxRuntime from 'react/jsx-runtime';
import * as reactDom from 'react-dom';
import * as reactDomClient from 'react-dom/client';
import * as rxjs from 'rxjs';
import * as rxjsOperators from 'rxjs/operators';

/** What Grafana shares with a plugin, as far as this page has it. */
export const sharedModules: Readonly<Record<string, unknown>> = {
  '@emotion/css': emotionCss,
  '@emotion/react': emotionReact,
  '@grafana/data': grafanaData,
  '@grafana/data/unstable': grafanaDataUnstable,
  '@grafana/runtime': grafanaRuntime,
  '@grafana/ui': grafanaUi,
  '@grafana/ui/unstable': grafanaUiUnstable,
  i18next,
  lodash: { ...lodash, default: lodash, __useDefault: true },
  moment: { ...moment, default: moment, __useDefault: true },
  react,
  'react-dom': reactDom,
  'react-dom/client': reactDomClient,
  'react/jsx-runtime': jsxRuntime,
  rxjs,
  'rxjs/operators': rxjsOperators,
};

/**
 * What Grafana shares too, but this page does not have, since no plugin of ours asks for it. Asking for anything that
 * is in neither list is what Grafana would refuse.
 */
export const sharedElsewhere: ReadonlySet<string> = new Set([
  '@grafana/runtime/unstable',
  '@grafana/slate-react',
  '@kusto/monaco-kusto',
  'd3',
  'emotion',
  'jquery',
  'prismjs',
  'react-dom/server',
  'react-inlinesvg',
  'react-redux',
  'react-router',
  'react-router-dom',
  'react/jsx-dev-runtime',
  'redux',
  'slate',
  'slate-plain-serializer',
  'slate-react',
]);
