/** Bounds that a 1.35 API server accepts together with the rules of the schema; its CEL cost estimate multiplies them. */
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
} as const;
