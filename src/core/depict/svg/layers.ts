/**
 * A layered drawing of a graph, from left to right: a rank for each step, long edges by way of points in the ranks
 * between, and in each rank an order with few crossings. Begin with {@link layOut}.
 */
import { type GraphNode, rankNodes } from '../graph-model.ts';

/** A place in the drawing: a node, or a point through which an edge goes. */
export interface Spot {
  /** Undefined for a point of an edge. */
  node: GraphNode | undefined;
  rank: number;
  /** The spots of the rank before that lead here. */
  before: Spot[];
  /** The spots of the next rank. */
  next: Spot[];
  /** The middle of its left side, and its size, in pixels. */
  x: number;
  y: number;
  width: number;
  height: number;
}

/** An edge as the spots that it goes through, from node to node. */
export interface Route {
  from: string;
  to: string;
  spots: readonly Spot[];
}

/** A drawing. Sizes are in pixels. */
export interface Drawing {
  spots: readonly Spot[];
  routes: readonly Route[];
  width: number;
  height: number;
}

const NODE_HEIGHT = 38;
const POINT_HEIGHT = 10;
const ROW_GAP = 12;
const COLUMN_GAP = 56;
const MARGIN = 20;

/** The most points of long edges: what needs more is drawn straight. */
const MAX_POINTS = 6000;

/** How often the order within the ranks is improved, there and back. */
const SWEEPS = 6;

/** Places the nodes of a graph. `widthOf` answers how wide one is. */
export function layOut(nodes: readonly GraphNode[], widthOf: (node: GraphNode) => number): Drawing {
  const ranks = rankNodes(nodes);
  const spots = new Map(nodes.map((node) => [node.id, spotOf(node, ranks.get(node.id) ?? 0, widthOf(node))]));
  const routes = routeEdges(nodes, spots);
  const all = new Set([...spots.values(), ...routes.flatMap((route) => route.spots)]);
  const columns = [...Map.groupBy(all, ({ rank }) => rank)].sort(([a], [b]) => a - b).map(([, rank]) => rank);
  orderColumns(columns);
  const { width, height } = place(columns);
  return { spots: [...spots.values()], routes, width, height };
}

function spotOf(node: GraphNode | undefined, rank: number, width: number): Spot {
  const height = node === undefined ? POINT_HEIGHT : NODE_HEIGHT;
  return { node, rank, before: [], next: [], x: 0, y: 0, width, height };
}

function routeEdges(nodes: readonly GraphNode[], spots: ReadonlyMap<string, Spot>): Route[] {
  let points = 0;
  return nodes.flatMap((node) =>
    node.after.flatMap((from) => {
      const [begin, end] = [spots.get(from), spots.get(node.id)];
      if (begin === undefined || end === undefined) return [];
      const between = Math.max(0, end.rank - begin.rank - 1);
      points += between;
      const way =
        points > MAX_POINTS
          ? []
          : Array.from({ length: between }, (_, i) => spotOf(undefined, begin.rank + 1 + i, 0));
      const route = [begin, ...way, end];
      if (route.length - 1 === end.rank - begin.rank) link(route);
      return [{ from, to: node.id, spots: route }];
    }),
  );
}

function link(route: readonly Spot[]): void {
  for (const [i, spot] of route.slice(1).entries()) {
    const before = route[i];
    if (before === undefined) continue;
    spot.before.push(before);
    before.next.push(spot);
  }
}

/** Orders each rank by the mean of the places of its neighbours (the barycentre heuristic), from both sides in turn. */
function orderColumns(columns: Spot[][]): void {
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isBack = sweep % 2 === 1;
    const order = isBack ? columns.toReversed() : columns;
    for (const [i, column] of order.slice(1).entries()) {
      const places = new Map(order[i]?.map((spot, place) => [spot, place]));
      const means = new Map(
        column.map((spot, place) => [spot, meanOf(isBack ? spot.next : spot.before, places, place)]),
      );
      column.sort((a, b) => (means.get(a) ?? 0) - (means.get(b) ?? 0));
    }
  }
}

function meanOf(spots: readonly Spot[], places: ReadonlyMap<Spot, number>, otherwise: number): number {
  if (spots.length === 0) return otherwise;
  return spots.reduce((sum, spot) => sum + (places.get(spot) ?? 0), 0) / spots.length;
}

/** Stacks each rank, all of them around one middle line. */
function place(columns: readonly Spot[][]): { width: number; height: number } {
  const heights = columns.map((column) =>
    column.reduce((sum, { height }) => sum + height + ROW_GAP, -ROW_GAP),
  );
  const height = Math.max(0, ...heights);
  let x = MARGIN;
  for (const [i, column] of columns.entries()) {
    const width = Math.max(0, ...column.map((spot) => spot.width));
    let y = MARGIN + (height - (heights[i] ?? 0)) / 2;
    for (const spot of column) {
      // A point is as wide as its rank, so that its edge goes straight through.
      spot.width = spot.node === undefined ? width : spot.width;
      spot.x = x;
      spot.y = y + spot.height / 2;
      y += spot.height + ROW_GAP;
    }
    x += width + COLUMN_GAP;
  }
  return { width: x - COLUMN_GAP + MARGIN, height: height + 2 * MARGIN };
}
