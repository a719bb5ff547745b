/**
 * The most items that lists may have. The CEL cost estimate of an API server multiplies the bounds of nested lists;
 * with these, a 1.35 one accepts the rules of the schema.
 */
export const Bound = {
  Sources: 200,
  Layers: 200,
  Components: 500,
  DependsOn: 100,
  Unset: 50,
  Notifications: 100,
  Namespaces: 200,
  Environments: 50,
  EnvironmentLayers: 200,
  Windows: 20,
  Requires: 20,
  Moves: 500,
} as const;
