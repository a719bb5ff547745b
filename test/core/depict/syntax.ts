import { expect } from '@jest/globals';
import type { Graph } from '../../../src/core/depict/graph-model.ts';

/** Plain characters of Mermaid, and its entities. */
const MERMAID_TEXT = String.raw`(?:[\p{L}\p{N} ./:,-]|#\d+;|<br\/>)*`;
const DOT_TEXT = String.raw`(?:[^"\\]|\\[\\"n])*`;

/** Checks that the forms of a picture hold what they should, and nothing that a text has brought in. */
export class SyntaxCheck {
  readonly #graph: Graph;

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  mermaid(text: string): void {
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => line.trim());
    const allowed = new RegExp(
      `^(?:flowchart LR|%% critical path: .*|n\\d+\\["${MERMAID_TEXT}"\\]|subgraph e\\d+\\["${MERMAID_TEXT}"\\]|end|n\\d+ [=-]{2}> n\\d+|classDef \\w+ [\\w:#,]+|class [n\\d,]+ \\w+)$`,
      'u',
    );
    for (const line of lines) expect(line).toMatch(allowed);
    expect(lines.filter((line) => /^n\d+\[/.test(line))).toHaveLength(this.#graph.nodes.length);
  }

  dot(text: string): void {
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => line.trim());
    const quoted = `"${DOT_TEXT}"`;
    const attributes = `\\w+=(?:${quoted}|[\\w.]+)`;
    const allowed = new RegExp(
      `^(?:digraph ${quoted} \\{|label=${quoted};|rankdir=LR;|node \\[.*\\];|subgraph cluster_\\d+ \\{|\\}|n\\d+(?: -> n\\d+)?(?: \\[${attributes}(?:, ${attributes})*\\])?;)$`,
      'u',
    );
    for (const line of lines) expect(line).toMatch(allowed);
  }

  xml(text: string): void {
    const allowed = new Set(['svg', 'title', 'style', 'path', 'g', 'rect', 'text']);
    this.#checkTags(text, allowed);
  }

  html(text: string): void {
    const allowed = 'html head meta title style body h1 p div svg path g rect text table tr th td !doctype';
    this.#checkTags(text, new Set(allowed.split(' ')));
    expect(text.match(/<tr>/g)).toHaveLength(this.#graph.nodes.length + 1);
  }

  #checkTags(text: string, allowed: ReadonlySet<string>): void {
    const outside = text.replace(/<[^<>]*>/g, (tag) => {
      const name = /^<\/?([!\w]+)/.exec(tag)?.[1] ?? tag;
      expect(allowed).toContain(name);
      expect(tag).not.toMatch(/\son\w+=|href|javascript:/i);
      return '';
    });
    expect(outside.replace(/&(?:amp|lt|gt|quot|#39);/g, '')).not.toMatch(/[<>&]/);
  }
}
