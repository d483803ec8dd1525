import { type PanelProps, renderMarkdown } from '@grafana/data';
import { RenderUserContentAsHTML } from '@grafana/ui';
import type { ReactElement } from 'react';

export interface TextOptions {
  readonly content?: string;
}

/** Stands for Grafana's text panel: Markdown. */
export function TextPanel({ options, replaceVariables }: PanelProps<TextOptions>): ReactElement {
  return (
    <RenderUserContentAsHTML
      className="markdown-html"
      content={renderMarkdown(replaceVariables(options.content ?? ''))}
    />
  );
}
