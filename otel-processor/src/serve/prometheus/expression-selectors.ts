import { type Fault, isFault } from '../../base/index.ts';
import { createMatcher, type Matcher, type MatchType } from '../../model/index.ts';
import type { QueryLanguage } from '../ports.ts';

/** Matchers of every selector in an expression: whose exemplars are asked for by `query_exemplars`. */
export function expressionSelectors(
  text: string,
  language: QueryLanguage,
): readonly (readonly Matcher[])[] | Fault {
  const tree: unknown = language.parseExpressionJson(text);
  if (isFault(tree)) return tree;
  const sets: (readonly Matcher[])[] = [];
  const visit = (node: unknown): Fault | undefined => {
    if (typeof node !== 'object' || node === null) return undefined;
    if ('matchers' in node && Array.isArray(node.matchers)) {
      const matchers = matchersOf(node.matchers as readonly MatcherJson[]);
      if (isFault(matchers)) return matchers;
      sets.push(matchers);
    }
    for (const child of Object.values(node)) {
      const fault = visit(child);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
  return visit(tree) ?? sets;
}

interface MatcherJson {
  readonly name: string;
  readonly type: MatchType;
  readonly value: string;
}

function matchersOf(described: readonly MatcherJson[]): readonly Matcher[] | Fault {
  const matchers: Matcher[] = [];
  for (const { name, type, value } of described) {
    const matcher = createMatcher(type, name, value);
    if (isFault(matcher)) return matcher;
    matchers.push(matcher);
  }
  return matchers;
}
