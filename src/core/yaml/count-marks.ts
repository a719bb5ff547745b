import { Lexer } from 'yaml';

/**
 * How many marks a YAML text has, at most `limit` + 1, where counting ends: what a parser works on, and a rule for
 * how long it takes. A mark is a lexeme (a text, a colon, a comma, the space before it), and inside a quoted text
 * each line break and each backslash too. Block scalars are one, however long.
 */
export function countMarks(text: string, limit: number): number {
  let marks = 0;
  for (const lexeme of new Lexer().lex(text)) {
    marks += weigh(lexeme);
    if (marks > limit) return limit + 1;
  }
  return marks;
}

/** An anchor or alias counts more, for each alias is looked up among all of them. */
const ANCHOR_WEIGHT = 30;

function weigh(lexeme: string): number {
  if (lexeme.startsWith('&') || lexeme.startsWith('*')) return ANCHOR_WEIGHT;
  const quoted = lexeme.startsWith('"') || lexeme.startsWith("'");
  return 1 + (quoted ? (lexeme.match(/[\\\n]/g)?.length ?? 0) : 0);
}
