import { Lexer } from 'yaml';

/**
 * The number of marks in a YAML text, which predicts how long a parser takes. Counting stops at `limit` + 1. A mark is
 * a lexeme (a text, a colon, a comma, the space before it); inside quoted text each line break and each backslash is
 * one more. A block scalar is one mark, however long.
 */
export function countMarks(text: string, limit: number): number {
  let marks = 0;
  for (const lexeme of new Lexer().lex(text)) {
    marks += weigh(lexeme);
    if (marks > limit) return limit + 1;
  }
  return marks;
}

/** The marks that an anchor or alias counts for: the parser searches all anchors for each alias. */
const ANCHOR_WEIGHT = 30;

function weigh(lexeme: string): number {
  if (lexeme.startsWith('&') || lexeme.startsWith('*')) return ANCHOR_WEIGHT;
  const quoted = lexeme.startsWith('"') || lexeme.startsWith("'");
  return 1 + (quoted ? (lexeme.match(/[\\\n]/g)?.length ?? 0) : 0);
}
