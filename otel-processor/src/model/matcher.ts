import { RE2JS } from 're2js';
import { type Fault, permanent } from '../base/index.ts';

export type MatchType = '=' | '!=' | '=~' | '!~';

/** Distinct values whose verdict a regex matcher remembers. */
const MEMO_LIMIT = 10_000;
/** Longest regular expression accepted, in UTF-16 code units. */
const PATTERN_LENGTH_MAX = 10_000;

/**
 * A condition on one label. An absent label counts as the empty string. Regular expressions are RE2 syntax,
 * anchored at both ends, where `.` matches newlines (Prometheus 3 semantics); they run in linear time.
 */
export interface Matcher {
  readonly type: MatchType;
  readonly name: string;
  readonly value: string;
  matches(labelValue: string): boolean;
  /** The only values that can match, when they are few and known (`=`, `a|b|c`); else undefined. */
  readonly candidates: readonly string[] | undefined;
}

export function createMatcher(type: MatchType, name: string, value: string): Matcher | Fault {
  if (type === '=') {
    return { type, name, value, candidates: [value], matches: (labelValue) => labelValue === value };
  }
  if (type === '!=') {
    return { type, name, value, candidates: undefined, matches: (labelValue) => labelValue !== value };
  }
  const test = compileRegex(value);
  if ('code' in test) return test;
  if (type === '=~') {
    return { type, name, value, candidates: test.alternatives, matches: test.matches };
  }
  return { type, name, value, candidates: undefined, matches: (labelValue) => !test.matches(labelValue) };
}

interface CompiledRegex {
  readonly alternatives: readonly string[] | undefined;
  matches(text: string): boolean;
}

const literal = /^[^\\.+*?()|[\]{}^$]*$/;

/** Compiles an anchored RE2 pattern, with shortcuts for the shapes that dashboards are made of. */
function compileRegex(pattern: string): CompiledRegex | Fault {
  if (pattern.length > PATTERN_LENGTH_MAX) {
    return permanent('invalid', `regular expression is longer than ${PATTERN_LENGTH_MAX} characters`);
  }
  const bare = pattern.startsWith('(') && pattern.endsWith(')') ? pattern.slice(1, -1) : pattern;
  const parts = bare.split('|');
  if (parts.every((part) => literal.test(part))) {
    const set = new Set(parts);
    return { alternatives: [...set], matches: (text) => set.has(text) };
  }
  if (pattern === '.*') return { alternatives: undefined, matches: () => true };
  if (pattern === '.+') return { alternatives: undefined, matches: (text) => text !== '' };
  const affix = /^(\.[*+])?([^\\.+*?()|[\]{}^$]*)(\.[*+])?$/.exec(pattern);
  if (affix !== null) return affixTest(affix[1], affix[2], affix[3]);
  return memoised(pattern);
}

function affixTest(before: string | undefined, text: string, after: string | undefined): CompiledRegex {
  const minBefore = before === '.+' ? 1 : 0;
  const minAfter = after === '.+' ? 1 : 0;
  const matches = (candidate: string): boolean => {
    if (candidate.length < text.length + minBefore + minAfter) return false;
    if (before === undefined) return candidate.startsWith(text);
    if (after === undefined) return candidate.endsWith(text);
    const at = candidate.indexOf(text, minBefore);
    return at >= 0 && at + text.length <= candidate.length - minAfter;
  };
  return { alternatives: undefined, matches };
}

function memoised(pattern: string): CompiledRegex | Fault {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern, RE2JS.DOTALL);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return permanent('invalid', `invalid regular expression ${JSON.stringify(pattern)}: ${why}`);
  }
  const memo = new Map<string, boolean>();
  return {
    alternatives: undefined,
    matches(text) {
      let verdict = memo.get(text);
      if (verdict === undefined) {
        verdict = compiled.matches(text);
        if (memo.size >= MEMO_LIMIT) memo.clear();
        memo.set(text, verdict);
      }
      return verdict;
    },
  };
}
