/** How buildah works without a daemon and without the overlays of the kernel. */
export const BUILDAH = ['--storage-driver', 'vfs'];
