import { CodeEditor, type Monaco, type MonacoEditor } from '@grafana/ui';
import { type ReactElement, useEffect, useRef } from 'react';
import type { Service } from '../client/service.ts';
import { type Completion, completionsFor, situationAt } from '../promql/completion.ts';
import { promqlFunctions, promqlKeywords } from '../promql/functions.ts';

const LANGUAGE = 'statbar-promql';

export interface PromqlFieldProps {
  readonly expression: string;
  readonly service: Service;
  /** `isRun`: by the keyboard (Ctrl+Enter or Shift+Enter), so that the query is to run. */
  onCommit(expression: string, isRun: boolean): void;
}

interface Disposable {
  dispose(): void;
}

/** PromQL as code, with completion of what is stored: metrics, labels, values, functions, durations. */
export function PromqlField({ expression, service, onCommit }: PromqlFieldProps): ReactElement {
  const latest = useRef(onCommit);
  latest.current = onCommit;
  const registered = useRef<Disposable | undefined>(undefined);
  useEffect(() => () => registered.current?.dispose(), []);
  const mounted = (editor: MonacoEditor, monaco: Monaco): void => {
    registered.current?.dispose();
    registered.current = registerCompletion(monaco, editor, service);
    const run = (): void => latest.current(editor.getValue(), true);
    editor.addCommand(monaco.KeyMod.Shift | monaco.KeyCode.Enter, run);
    editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter, run);
  };
  return (
    <CodeEditor
      language={LANGUAGE}
      height={76}
      value={expression}
      showMiniMap={false}
      showLineNumbers={false}
      wordWrap
      monacoOptions={{
        ...{ fontSize: 14, folding: false, renderLineHighlight: 'none', scrollBeyondLastLine: false },
        ...{ suggestFontSize: 12, occurrencesHighlight: false, overviewRulerLanes: 0 },
        ...{ ariaLabel: 'PromQL', quickSuggestions: { other: true, strings: true, comments: false } },
      }}
      onBeforeEditorMount={registerLanguage}
      onEditorDidMount={mounted}
      onBlur={(value) => latest.current(value, false)}
      onSave={(value) => latest.current(value, true)}
    />
  );
}

/** Colours, brackets and quotes; once for the page. */
function registerLanguage(monaco: Monaco): void {
  if (monaco.languages.getLanguages().some(({ id }) => id === LANGUAGE)) return;
  monaco.languages.register({ id: LANGUAGE });
  monaco.languages.setLanguageConfiguration(LANGUAGE, {
    comments: { lineComment: '#' },
    brackets: [
      ['{', '}'],
      ['[', ']'],
      ['(', ')'],
    ],
    autoClosingPairs: ['{}', '[]', '()', '""', "''"].map(([open, close]) => ({ open, close })),
    wordPattern: /[a-zA-Z_:][\w:]*/,
  });
  monaco.languages.setMonarchTokensProvider(LANGUAGE, {
    functions: promqlFunctions.map(({ name }) => name),
    keywords: [...promqlKeywords, 'bool'],
    tokenizer: {
      root: [
        [/#.*$/, 'comment'],
        [/"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|`[^`]*`?/, 'string'],
        [/\$\w+|\$\{[^}]*\}/, 'variable'],
        [/\d+(?:ms|[smhdwy])\b/, 'number'],
        [/\d[\d.eE+-]*/, 'number'],
        [/[a-zA-Z_]\w*(?=\s*(?:=~|!~|!=|=))/, 'key'],
        [
          /[a-zA-Z_:][\w:]*/,
          { cases: { '@functions': 'type', '@keywords': 'keyword', '@default': 'identifier' } },
        ],
        [/[{}()[\]]/, '@brackets'],
        [/[-+*/%^=<>!~]+/, 'operator'],
      ],
    },
  });
}

/** For this editor alone: another on the page may ask another service. */
function registerCompletion(monaco: Monaco, editor: MonacoEditor, service: Service): Disposable {
  const kinds = monaco.languages.CompletionItemKind;
  const kindOf: Readonly<Record<Completion['kind'], number>> = {
    metric: kinds.Variable,
    function: kinds.Function,
    label: kinds.Field,
    value: kinds.Value,
    duration: kinds.Unit,
    keyword: kinds.Keyword,
    variable: kinds.Variable,
  };
  return monaco.languages.registerCompletionItemProvider(LANGUAGE, {
    triggerCharacters: ['{', ',', '[', '(', '"', ' ', '$'],
    async provideCompletionItems(model, position) {
      if (model.id !== editor.getModel()?.id) return { suggestions: [] };
      const cursor = model.getOffsetAt(position);
      const situation = situationAt(model.getValue(), cursor);
      const from = model.getPositionAt(situation.start);
      const range = monaco.Range.fromPositions(from, position);
      // What cannot be asked now is not worth an error in the middle of typing.
      const found = await completionsFor(situation, service).catch(() => []);
      return {
        suggestions: found.map(({ label, insert, kind, detail, documentation }, i) => ({
          ...{ label, insertText: insert, kind: kindOf[kind], detail, documentation, range },
          sortText: String(i).padStart(6, '0'),
        })),
      };
    },
  });
}
