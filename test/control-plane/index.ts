/**
 * A real kube-apiserver with etcd, for tests, benchmarks and the demo, and the programs and CRDs that go with it. Other
 * folders import this file. Nothing here knows of blueprints. Begin with `control-plane.ts`.
 */
export type { AuditedWrite } from './audit-log.ts';
export { findBinaries } from './programs/binaries.ts';
export { buildProgram } from './programs/build-program.ts';
export { type ControlPlane, type ControlPlaneOptions, startControlPlane } from './control-plane.ts';
export { externalSecretCrdFile } from './crds/external-secret-crd.ts';
export { findFluxCrds, fluxCrdFiles } from './crds/flux-crds.ts';
export { readModuleCrds } from './crds/module-crds.ts';
export {
  chooseProgress,
  createPlainProgress,
  createTerminalProgress,
  formatDuration,
  type Progress,
  type ProgressOutput,
  type ProgressTask,
} from './progress.ts';
export { projectRoot } from './programs/sources.ts';
export { requestUser } from './users.ts';
export { Processes, type StartedProcess } from './supervisor/processes.ts';
