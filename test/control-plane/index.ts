/** A real kube-apiserver with etcd, for tests and the demo, and the programs and CRDs that go with it. */
export type { AuditedWrite } from './audit-log.ts';
export { findBinaries } from './binaries.ts';
export { buildProgram } from './build-program.ts';
export { type ControlPlane, type ControlPlaneOptions, startControlPlane } from './control-plane.ts';
export { externalSecretCrdFile } from './external-secret-crd.ts';
export { findFluxCrds, fluxCrdFiles } from './flux-crds.ts';
export {
  chooseProgress,
  createPlainProgress,
  createTerminalProgress,
  formatDuration,
  type Progress,
  type ProgressOutput,
  type ProgressTask,
} from './progress.ts';
export { Processes, type StartedProcess } from './processes.ts';
export { sharedControlPlane, type SharedControlPlane } from './shared.ts';
