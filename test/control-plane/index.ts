/** A real kube-apiserver with etcd, for tests and the demo, and the programs and CRDs that go with it. */
export type { AuditedWrite } from './audit-log.ts';
export { findBinaries } from './programs/binaries.ts';
export { buildProgram } from './programs/build-program.ts';
export { type ControlPlane, type ControlPlaneOptions, startControlPlane } from './control-plane.ts';
export { externalSecretCrdFile } from './crds/external-secret-crd.ts';
export { findFluxCrds, fluxCrdFiles } from './crds/flux-crds.ts';
export {
  chooseProgress,
  createPlainProgress,
  createTerminalProgress,
  formatDuration,
  type Progress,
  type ProgressOutput,
  type ProgressTask,
} from './progress.ts';
export { Processes, type StartedProcess } from './supervisor/processes.ts';
